import type { AgentActionPlan } from "../../../../protocol/api/agent-actions.ts";
import { plural } from "../../../lib/format.ts";
import { Labels } from "../../../ui/labels.tsx";
import { Table, Td, Th } from "../../../ui/table.tsx";

/** What an order would do to each agent, before anybody gives it. */
export function PlannedAgents({ plan }: { plan: AgentActionPlan }) {
  const more = plan.total + plan.nothing - plan.agents.length;
  return (
    <section aria-label="What it does" className="flex flex-col gap-2">
      <p className="text-sm">
        {plural(plan.total, "agent")}
        {plan.nothing > 0 ? `, ${plan.nothing} left as they are` : ""}
        {plan.runsOther > 0 ? `, ${plan.runsOther} with something else to run` : ""}.{" "}
        {plan.byRollout
          ? "A rollout of the current release changes the labels as it starts."
          : plan.maxUnavailable === null
            ? "The labels change at once."
            : `At most ${plan.maxUnavailable} at the same time.`}
      </p>
      {plan.warnings.map((warning) => (
        <p key={warning} className="text-sm text-busy">
          {warning}
        </p>
      ))}
      <div className="max-h-64 overflow-y-auto rounded-md border">
        <Table
          label="Agents of the plan"
          head={
            <>
              <Th>Agent</Th>
              <Th>What happens</Th>
            </>
          }
        >
          {plan.agents.map((one) => (
            <tr key={one.agentId}>
              <Td className="font-medium">{one.name}</Td>
              <Td className="text-sm">
                {Object.keys(one.after).length > 0 ? <Labels labels={one.after} /> : null} {one.text}
              </Td>
            </tr>
          ))}
        </Table>
      </div>
      {more > 0 ? (
        <p className="text-sm text-soft">… and {plural(more, "more agent", "more agents")}</p>
      ) : null}
    </section>
  );
}
