import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import type { Agent } from "../../../protocol/api/agents.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import { Confirm } from "../../ui/dialog.tsx";

export type AgentAction = "restart" | "revoke";

interface AgentActionsProps {
  agent: Agent;
  action: AgentAction | null;
  onDone: () => void;
}

export function AgentActions({ agent, action, onDone }: AgentActionsProps) {
  const run = useMutation({
    mutationFn: (verb: AgentAction) => api.post(`/v1/agents/${agent.id}/${verb}`),
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
    </>
  );
}
