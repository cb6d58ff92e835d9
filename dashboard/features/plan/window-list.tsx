import { Plus, X } from "lucide-react";
import { useMemo } from "react";
import { weekdays } from "../../../domain/rollouts/policy.ts";
import { dayNames, localTimeZone, timeZones } from "../../lib/windows.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { PlanSelect, PlanText, useFieldError } from "./field-errors.tsx";
import { nextKey, type WindowDraft } from "./terms.ts";

interface WindowListProps {
  /** JSON path of the list, such as `schedule.windows`. */
  path: string;
  windows: WindowDraft[];
  onChange: (windows: WindowDraft[]) => void;
}

const maxWindows = 20;

/** Maintenance windows as an editable list. */
export function WindowList({ path, windows, onChange }: WindowListProps) {
  const refused = useFieldError(path);
  return (
    <div className="flex flex-col gap-3">
      {windows.map((window, index) => (
        <WindowFields
          key={window.key}
          path={`${path}[${index}]`}
          number={index + 1}
          window={window}
          onChange={(fields) =>
            onChange(windows.map((each) => (each.key === window.key ? { ...each, ...fields } : each)))
          }
          onRemove={() => onChange(windows.filter((each) => each.key !== window.key))}
        />
      ))}
      {refused ? <p className="text-xs text-bad">{refused}</p> : null}
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        disabled={windows.length >= maxWindows}
        onClick={() =>
          onChange([
            ...windows,
            {
              key: nextKey(windows),
              days: ["mon", "tue", "wed", "thu", "fri"],
              from: "09:00",
              to: "17:00",
              timeZone: localTimeZone(),
            },
          ])
        }
      >
        <Plus aria-hidden className="size-3.5" />
        {windows.length === 0 ? "Add a window" : "Another window"}
      </Button>
    </div>
  );
}

interface WindowFieldsProps {
  path: string;
  number: number;
  window: WindowDraft;
  onChange: (fields: Partial<WindowDraft>) => void;
  onRemove: () => void;
}

function WindowFields({ path, number, window, onChange, onRemove }: WindowFieldsProps) {
  const zones = useMemo(timeZones, []);
  const refused = useFieldError(path, `${path}.days`);
  return (
    <fieldset className="relative grid grid-cols-2 gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-4">
      <legend className="sr-only">Window {number}</legend>
      <fieldset className="col-span-full pr-10">
        <legend className="mb-1.5 text-sm font-medium">Days</legend>
        <div className="flex flex-wrap gap-x-3 gap-y-1">
          {weekdays.map((day) => (
            <label key={day} className="flex items-center gap-1.5 text-sm">
              <input
                type="checkbox"
                className="accent-accent"
                checked={window.days.includes(day)}
                onChange={(event) =>
                  onChange({
                    days: weekdays.filter((each) =>
                      each === day ? event.target.checked : window.days.includes(each),
                    ),
                  })
                }
              />
              {dayNames[day]}
            </label>
          ))}
        </div>
        {refused ? <p className="mt-1 text-xs text-bad">{refused}</p> : null}
      </fieldset>
      <IconButton label={`Remove window ${number}`} className="absolute top-2 right-2" onClick={onRemove}>
        <X aria-hidden />
      </IconButton>
      <PlanText
        path={`${path}.from`}
        label="From"
        type="time"
        value={window.from}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <PlanText
        path={`${path}.to`}
        label="To"
        type="time"
        hint={window.to <= window.from ? "On the next day." : undefined}
        value={window.to}
        onChange={(event) => onChange({ to: event.target.value })}
      />
      <PlanSelect
        path={`${path}.timeZone`}
        label="Time zone"
        className="col-span-2"
        value={window.timeZone}
        onChange={(event) => onChange({ timeZone: event.target.value })}
      >
        {zones.includes(window.timeZone) ? null : <option>{window.timeZone}</option>}
        {zones.map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </PlanSelect>
    </fieldset>
  );
}
