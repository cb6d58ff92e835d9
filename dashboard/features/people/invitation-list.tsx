import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Invitation } from "../../../protocol/api/invitations.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { More } from "../../ui/more.tsx";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

const looks: Record<Invitation["status"], { tone: Tone; text: string }> = {
  open: { tone: "busy", text: "waits for an answer" },
  expired: { tone: "warn", text: "expired" },
  accepted: { tone: "good", text: "accepted" },
  revoked: { tone: "idle", text: "revoked" },
};
const statuses = Object.keys(looks) as Invitation["status"][];

export function InvitationList({ orgId, onInvite }: { orgId: string; onInvite: () => void }) {
  const [status, setStatus] = useState<Invitation["status"] | null>(null);
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const refused = useWhyNot(orgId)("member.write");
  const invitations = useInfiniteQuery(peopleQueries.invitations(orgId, { status }));
  const shown = invitations.data?.pages.flatMap((page) => page.items) ?? [];
  const path = `/v1/orgs/${orgId}/invitations`;
  const act = useWrite({
    send: ({ id, verb }: { id: string; verb: "resend" | "revoke" }) =>
      verb === "resend"
        ? api.call("POST /v1/invitations/{invitation}/resend", { path: { invitation: id } })
        : api.call("POST /v1/invitations/{invitation}/revoke", { path: { invitation: id } }),
    stale: [path],
    onDone: () => setRevoking(null),
  });
  return (
    <Panel
      flush
      title="Invitations"
      actions={
        <select
          aria-label="Filter by state"
          value={status ?? ""}
          onChange={(event) => setStatus(statuses.find((each) => each === event.target.value) ?? null)}
          className="h-8 rounded-md border bg-raised px-2 text-sm"
        >
          <option value="">Any state</option>
          {statuses.map((each) => (
            <option key={each} value={each}>
              {looks[each].text}
            </option>
          ))}
        </select>
      }
    >
      {invitations.error ? (
        <div className="p-4">
          <Problem error={invitations.error} retry={invitations.refetch} />
        </div>
      ) : null}
      {invitations.isPending ? <Skeleton /> : null}
      {invitations.data && shown.length === 0 ? (
        <Empty
          title={status === null ? "Nobody was invited yet" : "No invitation is in this state"}
          action={
            status === null ? (
              <Button look="primary" refused={refused} onClick={onInvite}>
                Invite a person
              </Button>
            ) : null
          }
        >
          {status === null
            ? "An invitation says which role somebody will have, and goes to their address by mail."
            : "Choose another state to see more."}
        </Empty>
      ) : null}
      {shown.length > 0 ? (
        <Table
          label="Invitations"
          head={
            <>
              <Th>Address</Th>
              <Th>Role</Th>
              <Th>State</Th>
              <Th>Sent</Th>
              <Th>Until</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </>
          }
        >
          {shown.map((each) => (
            <tr key={each.id}>
              <Td className="min-w-44">
                <span className="flex items-center gap-1 font-medium break-all">
                  {each.email}
                  <CopyButton text={each.email} label={`Copy ${each.email}`} />
                </span>
              </Td>
              <Td>{each.roleName}</Td>
              <Td>
                <Tag tone={looks[each.status].tone}>{looks[each.status].text}</Tag>
              </Td>
              <Td>
                <Time at={each.sentAt} />
              </Td>
              <Td>
                <Time at={each.acceptedAt ?? each.expiresAt} />
              </Td>
              <Td className="text-right">
                {each.status === "open" || each.status === "expired" ? (
                  <span className="inline-flex gap-2">
                    <Button
                      size="sm"
                      refused={refused}
                      aria-label={`Send again to ${each.email}`}
                      disabled={act.isPending}
                      onClick={() => act.mutate({ id: each.id, verb: "resend" })}
                    >
                      Send again
                    </Button>
                    <Button
                      size="sm"
                      refused={refused}
                      aria-label={`Revoke the invitation of ${each.email}`}
                      onClick={() => setRevoking(each)}
                    >
                      Revoke
                    </Button>
                  </span>
                ) : null}
              </Td>
            </tr>
          ))}
        </Table>
      ) : null}
      <More label="Show older invitations" query={invitations} />
      <Confirm
        open={revoking !== null}
        onOpenChange={(open) => !open && setRevoking(null)}
        title={`Revoke the invitation of ${revoking?.email ?? ""}?`}
        action="Revoke the invitation"
        danger
        busy={act.isPending}
        onConfirm={() => revoking && act.mutate({ id: revoking.id, verb: "revoke" })}
      >
        The link in the mail stops counting at once. You can invite the same address again.
      </Confirm>
    </Panel>
  );
}
