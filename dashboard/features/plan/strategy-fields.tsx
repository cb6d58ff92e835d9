import { strategyKinds } from "../../../domain/rollouts/states.ts";
import type { Agent } from "../../../protocol/api/agents.ts";
import { CheckField, SelectField } from "../../ui/field.tsx";
import { CanarySteps } from "./canary-steps.tsx";
import { PlanNumber, PlanSelect, PlanText } from "./field-errors.tsx";
import type { TermsDraft } from "./terms.ts";

export interface TermsFieldsProps {
  terms: TermsDraft;
  set: (fields: Partial<TermsDraft>) => void;
}

const kindTexts: Record<TermsDraft["strategy"], { name: string; hint: string }> = {
  "all-at-once": { name: "All at once", hint: "Every agent is offered it at once." },
  rolling: { name: "Rolling, in waves", hint: "Wave after wave of the same size; each must pass its gates." },
  canary: {
    name: "Canary, step by step",
    hint: "A few agents first; the rest follows when they do well.",
  },
  "blue-green": {
    name: "Blue/green",
    hint: "Every agent takes the files in and checks them; then all change over together, or none.",
  },
};
const countHint = "A number of agents, or a percentage.";

export function StrategyFields({
  terms,
  set,
  agents,
}: TermsFieldsProps & { agents: ReadonlyMap<string, Agent> }) {
  return (
    <div className="flex flex-col gap-4">
      <SelectField
        label="Strategy"
        hint={kindTexts[terms.strategy].hint}
        value={terms.strategy}
        onChange={(event) => {
          const strategy = strategyKinds.find((kind) => kind === event.target.value);
          if (strategy) set({ strategy });
        }}
      >
        {strategyKinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindTexts[kind].name}
          </option>
        ))}
      </SelectField>
      {terms.strategy === "rolling" ? <RollingFields terms={terms} set={set} /> : null}
      {terms.strategy === "canary" ? (
        <>
          <CanarySteps steps={terms.steps} agents={agents} onChange={(steps) => set({ steps })} />
          <div className="grid gap-4 sm:grid-cols-2">
            <PlanSelect
              path="strategy.promotion"
              label="Next step"
              className={terms.promotion === "manual" ? "sm:col-span-2" : ""}
              value={terms.promotion}
              onChange={(event) =>
                set({ promotion: event.target.value === "manual" ? "manual" : "automatic" })
              }
            >
              <option value="manual">When a person promotes</option>
              <option value="automatic">By itself, once the gates pass</option>
            </PlanSelect>
            {terms.promotion === "automatic" ? <PauseField terms={terms} set={set} /> : null}
          </div>
        </>
      ) : null}
      {terms.strategy === "blue-green" ? (
        <PlanSelect
          path="strategy.activation"
          label="Activation"
          value={terms.activation}
          onChange={(event) => set({ activation: event.target.value === "manual" ? "manual" : "automatic" })}
        >
          <option value="manual">When a person promotes</option>
          <option value="automatic">By itself, once every agent has staged</option>
        </PlanSelect>
      ) : null}
    </div>
  );
}

function PauseField({ terms, set }: TermsFieldsProps) {
  return (
    <PlanNumber
      path="strategy.pauseSeconds"
      label="Pause between waves, seconds"
      value={terms.pauseSeconds}
      onChange={(event) => set({ pauseSeconds: event.target.value })}
    />
  );
}

function RollingFields({ terms, set }: TermsFieldsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <PlanText
          path="strategy.batch"
          label="Wave size"
          required
          hint={countHint}
          value={terms.batch}
          onChange={(event) => set({ batch: event.target.value })}
        />
        <PauseField terms={terms} set={set} />
        <PlanText
          path="strategy.maxUnavailable"
          label="Unavailable at most"
          placeholder="a whole wave"
          hint="Agents in flight, or reached and now offline or unhealthy, are never more than this."
          className="sm:col-span-2"
          value={terms.maxUnavailable}
          onChange={(event) => set({ maxUnavailable: event.target.value })}
        />
      </div>
      <CheckField
        label="Limit how fast agents are offered it"
        checked={terms.ramped}
        onChange={(ramped) => set({ ramped })}
      />
      {terms.ramped ? (
        <div className="grid gap-4 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-2">
          <PlanNumber
            path="strategy.rate.perMinute"
            label="Offers a minute at first"
            value={terms.perMinute}
            onChange={(event) => set({ perMinute: event.target.value })}
          />
          <PlanNumber
            path="strategy.rate.maxPerMinute"
            label="Offers a minute at most"
            value={terms.maxPerMinute}
            onChange={(event) => set({ maxPerMinute: event.target.value })}
          />
          <PlanNumber
            path="strategy.rate.factor"
            label="Grows by the factor"
            hint="1 keeps the rate as it is."
            value={terms.factor}
            onChange={(event) => set({ factor: event.target.value })}
          />
          <PlanNumber
            path="strategy.rate.everySucceeded"
            label="Each time so many more are verified"
            value={terms.everySucceeded}
            onChange={(event) => set({ everySucceeded: event.target.value })}
          />
        </div>
      ) : null}
    </>
  );
}
