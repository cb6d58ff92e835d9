import type { Agent } from "../../../protocol/api/agents.ts";
import type { Environment } from "../../../protocol/api/projects.ts";
import { RadioField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { PlanText } from "./field-errors.tsx";
import { FreezeOverride } from "./freeze-override.tsx";
import { GateFields } from "./gate-fields.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";
import { StrategyFields, type TermsFieldsProps } from "./strategy-fields.tsx";

interface Props extends TermsFieldsProps {
  environment: Environment | undefined;
  agents: ReadonlyMap<string, Agent>;
  /** Another rollout is active in the fleet. */
  active: boolean;
}

const choices = [
  { value: "queue", label: "Wait for it", hint: "This one starts when the other has ended." },
  {
    value: "supersede",
    label: "Take its place",
    hint: "The other is cancelled when this one is ready; its agents keep what they run.",
  },
  { value: "refuse", label: "Refuse this one", hint: "Start it only if nothing else is active then." },
] as const;

/** How it gets there: the same for a deploy and for a revert. */
export function TermsFields({ terms, set, environment, agents, active }: Props) {
  return (
    <>
      <FreezeOverride terms={terms} set={set} environment={environment} />
      {active ? (
        <Panel title="Another rollout is active">
          <RadioField
            legend="What becomes of this one?"
            value={terms.onActive ?? "queue"}
            options={choices}
            onChange={(onActive) => set({ onActive })}
          />
        </Panel>
      ) : null}
      <Panel title="How it gets there">
        <StrategyFields terms={terms} set={set} agents={agents} />
      </Panel>
      <Panel title="What stops it">
        <GateFields terms={terms} set={set} isProtected={environment?.protected ?? false} />
      </Panel>
      <ScheduleFields terms={terms} set={set} environment={environment} />
      <PlanText
        path="message"
        label="Message"
        maxLength={500}
        placeholder="Why this rollout"
        value={terms.message}
        onChange={(event) => set({ message: event.target.value })}
      />
    </>
  );
}
