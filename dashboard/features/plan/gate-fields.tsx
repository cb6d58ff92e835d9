import { plural } from "../../lib/format.ts";
import { CheckField, SelectField } from "../../ui/field.tsx";
import { Section } from "../../ui/section.tsx";
import { PlanNumber, PlanText, useHasError } from "./field-errors.tsx";
import { MetricGates } from "./metric-gates.tsx";
import type { TermsFieldsProps } from "./strategy-fields.tsx";
import { WebhookGates } from "./webhook-gates.tsx";

export function GateFields({ terms, set, isProtected }: TermsFieldsProps & { isProtected: boolean }) {
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-4 sm:grid-cols-2">
        <PlanNumber
          path="gates.soakSeconds"
          label="Soak, seconds"
          hint="How long each agent must stay healthy."
          value={terms.soakSeconds}
          onChange={(event) => set({ soakSeconds: event.target.value })}
        />
        <PlanText
          path="gates.maxFailures"
          label="Failures allowed"
          hint="More than this stops the rollout. A number of agents, or a percentage of those that reported."
          value={terms.maxFailures}
          onChange={(event) => set({ maxFailures: event.target.value })}
        />
        <SelectField
          label="When it fails"
          className="sm:col-span-2"
          value={terms.autoRevert ? "revert" : "stop"}
          onChange={(event) => set({ autoRevert: event.target.value === "revert" })}
        >
          <option value="revert">Return each agent to what it ran</option>
          <option value="stop">Stop and leave agents as they are</option>
        </SelectField>
      </div>
      <TimeSection terms={terms} set={set} />
      <Section
        title="Metrics"
        note={terms.metrics.length === 0 ? "none" : plural(terms.metrics.length, "gate")}
        reveal={useHasError("gates.metrics")}
      >
        <MetricGates metrics={terms.metrics} onChange={(metrics) => set({ metrics })} />
      </Section>
      <Section
        title="Webhooks"
        note={terms.webhooks.length === 0 ? "none" : plural(terms.webhooks.length, "gate")}
        reveal={useHasError("gates.webhooks")}
      >
        <WebhookGates webhooks={terms.webhooks} onChange={(webhooks) => set({ webhooks })} />
      </Section>
      <Section title="Approval" note={isProtected ? "by another person" : terms.approval ? "yes" : "no"}>
        <CheckField
          label="A person must approve it before it starts"
          checked={terms.approval || isProtected}
          disabled={isProtected}
          onChange={(approval) => set({ approval })}
          hint={
            isProtected
              ? "The environment is protected: another person than you must approve. API keys never approve."
              : "API keys never approve."
          }
        />
      </Section>
    </div>
  );
}

function TimeSection({ terms, set }: TermsFieldsProps) {
  const fields = ["minReported", "applyTimeoutSeconds", "progressDeadlineSeconds"] as const;
  const reveal = fields.map((field) => `gates.${field}`).map(useHasError);
  return (
    <Section
      title="Evidence and patience"
      note={`at least ${terms.minReported} reported`}
      reveal={reveal.includes(true)}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <PlanNumber
          path="gates.minReported"
          label="Agents that must report"
          hint="A wave of which fewer reported is inconclusive and holds."
          className="sm:col-span-2"
          value={terms.minReported}
          onChange={(event) => set({ minReported: event.target.value })}
        />
        <PlanNumber
          path="gates.applyTimeoutSeconds"
          label="Time to apply, seconds"
          value={terms.applyTimeoutSeconds}
          onChange={(event) => set({ applyTimeoutSeconds: event.target.value })}
        />
        <PlanNumber
          path="gates.progressDeadlineSeconds"
          label="Progress deadline, seconds"
          hint="So long without any progress ends the waiting."
          value={terms.progressDeadlineSeconds}
          onChange={(event) => set({ progressDeadlineSeconds: event.target.value })}
        />
      </div>
    </Section>
  );
}
