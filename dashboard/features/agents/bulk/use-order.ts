import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { AgentActionPlan } from "../../../../protocol/api/agent-actions.ts";
import type { Input } from "../../../../protocol/client/index.ts";
import { api } from "../../../api/client.ts";
import { useWrite } from "../../../api/use-write.ts";

export type Order = NonNullable<Input<"POST /v1/fleets/{fleet}/agents/actions">["body"]>;

/** An order for many agents in two steps: what it would do, then that very thing. */
export function useOrder(fleetId: string, onDone: () => void) {
  const [plan, setPlan] = useState<{ order: Order; plan: AgentActionPlan } | null>(null);
  const look = useMutation({
    mutationFn: async (order: Order) => {
      const answer = await api.call("POST /v1/fleets/{fleet}/agents/actions", {
        path: { fleet: fleetId },
        query: { dryRun: true },
        body: order,
      });
      // A dry run is answered with its plan.
      setPlan({ order, plan: answer as Extract<typeof answer, { planToken: string }> });
    },
  });
  const give = useWrite({
    send: async ({ order, plan: { planToken } }: { order: Order; plan: AgentActionPlan }) => {
      const answer = await api.call("POST /v1/fleets/{fleet}/agents/actions", {
        path: { fleet: fleetId },
        body: { ...order, planToken },
      });
      // What was no dry run is answered with a receipt.
      return answer as Extract<typeof answer, { receipt: object }>;
    },
    stale: [`/v1/fleets/${fleetId}`, "/v1/agents"],
    shown: true,
    onDone,
  });
  return {
    plan: plan?.plan ?? null,
    error: look.error ?? give.error,
    isPending: look.isPending || give.isPending,
    /** Looks first; the same again gives the order. Another one is looked at anew. */
    submit(order: Order) {
      give.reset();
      if (plan && JSON.stringify(plan.order) === JSON.stringify(order)) give.mutate(plan);
      else look.mutate(order);
    },
    changed() {
      setPlan(null);
      look.reset();
      give.reset();
    },
  };
}
