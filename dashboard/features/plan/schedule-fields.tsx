import type { Environment } from "../../../protocol/api/projects.ts";
import { plural } from "../../lib/format.ts";
import { localTimeZone, windowText } from "../../lib/windows.ts";
import { Section } from "../../ui/section.tsx";
import { Time } from "../../ui/time.tsx";
import { PlanText, useHasError } from "./field-errors.tsx";
import type { TermsFieldsProps } from "./strategy-fields.tsx";
import { toTimestamp } from "./terms.ts";
import { WindowList } from "./window-list.tsx";

export function ScheduleFields({
  terms,
  set,
  environment,
}: TermsFieldsProps & { environment: Environment | undefined }) {
  const windows = environment?.windows ?? [];
  return (
    <Section
      title="Schedule"
      note={scheduleNote(terms.startAt, terms.windows.length + windows.length)}
      reveal={useHasError("schedule")}
    >
      <div className="flex flex-col gap-4">
        <PlanText
          path="schedule.startAt"
          label="Start at"
          type="datetime-local"
          hint={`As soon as it may when empty. By your clock, ${localTimeZone()}.`}
          className="max-w-xs"
          value={terms.startAt}
          onChange={(event) => set({ startAt: event.target.value })}
        />
        <div>
          <h3 className="text-sm font-medium">Maintenance windows</h3>
          <p className="mb-2 text-sm text-soft">
            Waves start only inside one of them. What is under way when it closes goes on.
          </p>
          {windows.length > 0 ? (
            <p className="mb-2 rounded-md bg-sunken px-3 py-2 text-sm">
              The environment {environment?.name} also allows only:{" "}
              {windows.map((window) => windowText(window)).join("; ")}
            </p>
          ) : null}
          <WindowList
            path="schedule.windows"
            windows={terms.windows}
            onChange={(next) => set({ windows: next })}
          />
        </div>
      </div>
    </Section>
  );
}

function scheduleNote(startAt: string, windows: number) {
  const starts = startAt ? <Time at={toTimestamp(startAt)} /> : "now";
  return windows === 0 ? (
    starts
  ) : (
    <>
      {starts}, in {plural(windows, "window")}
    </>
  );
}
