import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { Environment } from "../../../protocol/api/projects.ts";
import { ApiError } from "../../api/problem.ts";
import { exactTime } from "../../lib/time.ts";
import { localTimeZone } from "../../lib/windows.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Tag } from "../../ui/status.tsx";
import { toTimestamp } from "../plan/terms.ts";
import { ChangeProblem } from "./change-problem.tsx";
import type { PolicyPanelProps } from "./environment-page.tsx";
import { useEnvironmentChange } from "./use-change.ts";

type Freeze = Environment["freezes"][number];

/** Times in which no wave starts at all, but for an admin's override. */
export function FreezesPanel({ environment, editable }: PolicyPanelProps) {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Freeze | null>(null);
  const change = useEnvironmentChange(environment);
  const freezes = [...environment.freezes].sort((a, b) => a.from.localeCompare(b.from));
  return (
    <Panel
      title="Freezes"
      description="No wave starts while one is on; an admin may override it for one rollout, with a reason."
      actions={
        editable && !adding ? (
          <Button size="sm" onClick={() => setAdding(true)}>
            <Plus aria-hidden className="size-3.5" />
            Add a freeze
          </Button>
        ) : null
      }
    >
      <div className="flex flex-col gap-3">
        <ChangeProblem error={change.error} />
        {freezes.length === 0 && !adding ? <p className="text-soft">None.</p> : null}
        <ul aria-label="Freezes" className="flex flex-col gap-2 empty:hidden">
          {freezes.map((freeze) => (
            <li
              key={`${freeze.from} ${freeze.until} ${freeze.reason}`}
              className="flex items-start gap-3 rounded-lg border p-3"
            >
              <div className="min-w-0 flex-1">
                <p className="font-medium break-words">{freeze.reason}</p>
                <p className="text-sm text-soft">
                  {exactTime(freeze.from)} to {exactTime(freeze.until)}
                </p>
              </div>
              <FreezeTag freeze={freeze} />
              {editable ? (
                <IconButton
                  label={`Remove the freeze: ${freeze.reason}`}
                  className="-my-1"
                  onClick={() => setRemoving(freeze)}
                >
                  <X aria-hidden />
                </IconButton>
              ) : null}
            </li>
          ))}
        </ul>
        {adding ? (
          <FreezeForm
            field={(name) => {
              const path = `freezes[${environment.freezes.length}]`;
              if (!(change.error instanceof ApiError)) return undefined;
              return change.error.field(`${path}.${name}`);
            }}
            busy={change.isPending}
            onCancel={() => {
              setAdding(false);
              change.reset();
            }}
            onSave={(freeze) =>
              change.mutate(
                { fields: { freezes: [...environment.freezes, freeze] }, said: "The freeze is added." },
                { onSuccess: () => setAdding(false) },
              )
            }
          />
        ) : null}
      </div>
      <Confirm
        open={removing !== null}
        onOpenChange={(open) => (open ? undefined : setRemoving(null))}
        title="Remove this freeze?"
        action="Remove the freeze"
        danger
        busy={change.isPending}
        onConfirm={() =>
          change.mutate(
            {
              fields: { freezes: environment.freezes.filter((each) => each !== removing) },
              said: "The freeze is removed.",
            },
            { onSettled: () => setRemoving(null) },
          )
        }
      >
        {removing?.reason}. Rollouts that wait for its end may start at once.
      </Confirm>
    </Panel>
  );
}

function FreezeTag({ freeze }: { freeze: Freeze }) {
  const now = Date.now();
  if (Date.parse(freeze.until) <= now) return <Tag>over</Tag>;
  return Date.parse(freeze.from) <= now ? <Tag tone="busy">on now</Tag> : <Tag tone="warn">to come</Tag>;
}

interface FreezeFormProps {
  field: (name: keyof Freeze) => string | undefined;
  busy: boolean;
  onSave: (freeze: Freeze) => void;
  onCancel: () => void;
}

function FreezeForm({ field, busy, onSave, onCancel }: FreezeFormProps) {
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  return (
    <form
      className="grid gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSave({ from: toTimestamp(from), until: toTimestamp(until), reason: reason.trim() });
      }}
    >
      <TextField
        label="From"
        type="datetime-local"
        required
        hint={`By your clock, ${localTimeZone()}.`}
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        error={field("from")}
      />
      <TextField
        label="Until"
        type="datetime-local"
        required
        min={from}
        value={until}
        onChange={(event) => setUntil(event.target.value)}
        error={field("until")}
      />
      <TextField
        label="Reason"
        required
        maxLength={500}
        placeholder="Year-end closing"
        className="sm:col-span-2"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={field("reason")}
      />
      <div className="flex justify-end gap-2 sm:col-span-2">
        <Button onClick={onCancel}>Discard</Button>
        <Button type="submit" look="primary" busy={busy}>
          Save the freeze
        </Button>
      </div>
    </form>
  );
}
