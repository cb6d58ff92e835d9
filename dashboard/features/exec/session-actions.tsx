import type { ExecSession } from "../../../protocol/api/exec.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { LinkButton } from "../../ui/link-button.tsx";

/** What can be done about a session now: approve, reject, open, end. */
export function SessionActions({ orgId, session }: { orgId: string; session: ExecSession }) {
  const { id, state, fleetId, agentId } = session;
  const me = useSession()?.user.id;
  const refused = useWhyNotInFleet(fleetId)("exec.run");
  const stale = [`/v1/orgs/${orgId}/exec-sessions`, `/v1/exec-sessions/${id}`];
  const path = { stream: id };
  const approve = useWrite({
    send: () => api.call("POST /v1/exec-sessions/{stream}/approve", { path, body: {} }),
    stale,
  });
  const reject = useWrite({
    send: () => api.call("POST /v1/exec-sessions/{stream}/reject", { path, body: {} }),
    stale,
  });
  const stop = useWrite({ send: () => api.call("POST /v1/exec-sessions/{stream}/end", { path }), stale });
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {state === "awaiting_approval" ? (
        <>
          <Button
            size="sm"
            refused={
              refused ??
              (session.actor === me ? "Another person must approve what you asked for." : undefined)
            }
            busy={approve.isPending}
            onClick={() => approve.mutate(undefined)}
          >
            Approve
          </Button>
          <Button
            size="sm"
            look="danger"
            refused={refused}
            busy={reject.isPending}
            onClick={() => reject.mutate(undefined)}
          >
            Reject
          </Button>
        </>
      ) : null}
      {state === "approved" && session.actor === me ? (
        <LinkButton
          size="sm"
          to="/fleets/$fleetId/agents/$agentId/terminal"
          params={{ fleetId, agentId }}
          search={{ session: id }}
          reloadDocument
        >
          Open
        </LinkButton>
      ) : null}
      {state === "open" ? (
        <Button
          size="sm"
          look="danger"
          refused={refused}
          busy={stop.isPending}
          onClick={() => stop.mutate(undefined)}
        >
          End
        </Button>
      ) : null}
    </div>
  );
}
