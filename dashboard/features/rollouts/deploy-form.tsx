import { Plus } from "lucide-react";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { AssignmentRow } from "./assignment-row.tsx";
import {
  type AssignmentDraft,
  emptyAssignment,
  otherAssignments,
  type PlanDraft,
  readCountOrPercent,
} from "./plan-form.ts";

interface DeployFormProps {
  fleetId: string;
  configs: Config[];
  current: Release | null;
  draft: PlanDraft;
  onChange: (draft: PlanDraft) => void;
}

const placeText = ({ configName, version, selector }: Release["assignments"][number]) =>
  `${configName} ${version} for ${selector || "every agent"}`;

const countHint = "A number of agents, or a percentage.";

export function DeployForm({ fleetId, configs, current, draft, onChange }: DeployFormProps) {
  const live = useFleetLive(fleetId);
  const set = (fields: Partial<PlanDraft>) => onChange({ ...draft, ...fields });
  const setAssignment = (key: number, fields: Partial<AssignmentDraft>) =>
    set({ assignments: draft.assignments.map((each) => (each.key === key ? { ...each, ...fields } : each)) });
  const others = otherAssignments(current, draft.assignments);
  const nextKey = Math.max(...draft.assignments.map((each) => each.key)) + 1;
  return (
    <>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 text-sm font-semibold">What goes where</legend>
        {draft.assignments.map((assignment) => (
          <AssignmentRow
            key={assignment.key}
            assignment={assignment}
            configs={configs}
            agents={live.agents}
            current={current}
            onChange={(fields) => setAssignment(assignment.key, fields)}
            {...(draft.assignments.length > 1
              ? {
                  onRemove: () =>
                    set({ assignments: draft.assignments.filter((each) => each.key !== assignment.key) }),
                }
              : {})}
          />
        ))}
        <Button
          size="sm"
          look="quiet"
          className="self-start"
          onClick={() => set({ assignments: [...draft.assignments, emptyAssignment(nextKey)] })}
        >
          <Plus aria-hidden className="size-3.5" />
          Another config
        </Button>
        {others.length > 0 ? (
          <label className="flex items-start gap-2 text-sm">
            <input
              type="checkbox"
              className="mt-1 accent-accent"
              checked={draft.keepOthers}
              onChange={(event) => set({ keepOthers: event.target.checked })}
            />
            <span>
              Keep the other configs of the current release
              <span className="block text-soft">{others.map(placeText).join(", ")}</span>
            </span>
          </label>
        ) : null}
      </fieldset>
      <fieldset className="grid gap-4 sm:grid-cols-3">
        <legend className="mb-2 text-sm font-semibold">How it gets there</legend>
        <SelectField
          label="Strategy"
          value={draft.strategy}
          onChange={(event) =>
            set({ strategy: event.target.value === "rolling" ? "rolling" : "all-at-once" })
          }
        >
          <option value="rolling">Rolling, in waves</option>
          <option value="all-at-once">All at once</option>
        </SelectField>
        {draft.strategy === "rolling" ? (
          <>
            <TextField
              label="Wave size"
              required
              hint={countHint}
              value={draft.batch}
              onChange={(event) => set({ batch: event.target.value })}
              error={readCountOrPercent(draft.batch) === null ? "Write 3 or 25%." : undefined}
            />
            <TextField
              label="Pause between waves, seconds"
              type="number"
              min={0}
              max={86_400}
              required
              value={draft.pauseSeconds}
              onChange={(event) => set({ pauseSeconds: event.target.value })}
            />
          </>
        ) : null}
        <TextField
          label="Soak, seconds"
          type="number"
          min={0}
          max={86_400}
          required
          hint="How long each agent must stay healthy."
          value={draft.soakSeconds}
          onChange={(event) => set({ soakSeconds: event.target.value })}
        />
        <TextField
          label="Failures allowed"
          required
          hint={`More than this stops the rollout. ${countHint}`}
          value={draft.maxFailures}
          onChange={(event) => set({ maxFailures: event.target.value })}
          error={readCountOrPercent(draft.maxFailures) === null ? "Write 0, 3 or 25%." : undefined}
        />
        <SelectField
          label="When it fails"
          value={draft.autoRevert ? "revert" : "stop"}
          onChange={(event) => set({ autoRevert: event.target.value === "revert" })}
        >
          <option value="revert">Return each agent to what it ran</option>
          <option value="stop">Stop and leave agents as they are</option>
        </SelectField>
        <TextField
          label="Message"
          maxLength={500}
          placeholder="Why this rollout"
          className="sm:col-span-3"
          value={draft.message}
          onChange={(event) => set({ message: event.target.value })}
        />
      </fieldset>
    </>
  );
}
