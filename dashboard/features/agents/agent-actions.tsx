import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { toast } from "sonner";
import type { Agent } from "../../../protocol/api/agents.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { DecommissionDialog } from "./decommission-dialog.tsx";

export type AgentAction = "restart" | "revoke" | "decommission" | "delete";
type Verb = "restart" | "revoke";

interface AgentActionsProps {
  agent: Agent;
  action: AgentAction | null;
  onDone: () => void;
}

export function AgentActions({ agent, action, onDone }: AgentActionsProps) {
  const run = useMutation({
    mutationFn: (verb: Verb) => api.call(`POST /v1/agents/{agent}/${verb}`, { path: { agent: agent.id } }),
    onSuccess: async (_answer, verb) => {
      toast.success(verb === "restart" ? `${agent.name} was told to restart.` : `${agent.name} is revoked.`);
      onDone();
      await invalidate(`/v1/agents/${agent.id}`);
    },
    onError: (error) => {
      onDone();
      toast.error(asApiError(error).message);
    },
  });
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.call("DELETE /v1/agents/{agent}", { path: { agent: agent.id } }),
    onSuccess: ({ receipt }) => {
      toast.success(receipt.summary);
      for (const warning of receipt.warnings) toast.warning(warning);
      onDone();
      void navigate({ to: "/fleets/$fleetId", params: { fleetId: agent.fleetId } });
    },
    onError: (error) => {
      onDone();
      toast.error(asApiError(error).message);
    },
  });
  const close = (open: boolean) => {
    if (!open) onDone();
  };
  return (
    <>
      <Confirm
        open={action === "restart"}
        onOpenChange={close}
        title={`Restart ${agent.name}?`}
        action="Restart the agent"
        busy={run.isPending}
        onConfirm={() => run.mutate("restart")}
      >
        The agent restarts what it supervises. Its service may be away for a moment.
      </Confirm>
      <Confirm
        open={action === "revoke"}
        onOpenChange={close}
        title={`Revoke ${agent.name}?`}
        action="Revoke the agent"
        danger
        busy={run.isPending}
        onConfirm={() => run.mutate("revoke")}
      >
        Its credential stops working at once and its connection is closed. What it runs keeps running, but it
        takes no further config. This cannot be undone; to bring the machine back, enrol it anew.
      </Confirm>
      {action === "decommission" ? <DecommissionDialog agent={agent} onClose={onDone} /> : null}
      <Confirm
        open={action === "delete"}
        onOpenChange={close}
        title={`Delete ${agent.name}?`}
        action="Delete the agent"
        danger
        named={agent.name}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Its connection and its credential end, and Muster forgets it. Rollouts no longer wait for it. The
        program on the host keeps what it runs; to manage it again, enrol it anew. This cannot be undone.
      </Confirm>
    </>
  );
}
