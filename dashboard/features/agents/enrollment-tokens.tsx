import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { EnrollmentToken } from "../../../protocol/api/fleets.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { count } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Labels } from "../../ui/labels.tsx";
import { Panel } from "../../ui/page.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

function state(token: EnrollmentToken): { text: string; usable: boolean } {
  if (token.revokedAt) return { text: "revoked", usable: false };
  if (token.expiresAt && Date.parse(token.expiresAt) < Date.now()) return { text: "expired", usable: false };
  if (token.maxUses !== null && token.uses !== null && token.uses >= token.maxUses) {
    return { text: "used up", usable: false };
  }
  return { text: "usable", usable: true };
}

export function EnrollmentTokens({ fleetId }: { fleetId: string }) {
  const tokens = useQuery(queries.enrollmentTokens(fleetId));
  const refused = useWhyNotInFleet(fleetId)("enrollment_token.write");
  const [revoking, setRevoking] = useState<EnrollmentToken | null>(null);
  const revoke = useMutation({
    mutationFn: (id: string) =>
      api.call("POST /v1/enrollment-tokens/{token}/revoke", { path: { token: id } }),
    onSuccess: async () => {
      toast.success("The token is revoked.");
      setRevoking(null);
      await invalidate(`/v1/fleets/${fleetId}/enrollment-tokens`);
    },
    onError: (error) => toast.error(asApiError(error).message),
  });
  if (!tokens.data || tokens.data.length === 0) return null;
  return (
    <Panel title="Enrolment tokens" flush>
      <Table
        label="Enrolment tokens"
        head={
          <>
            <Th>Name</Th>
            <Th>State</Th>
            <Th>Used</Th>
            <Th>Labels</Th>
            <Th>Expires</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </>
        }
      >
        {tokens.data.map((token) => {
          const { text, usable } = state(token);
          return (
            <tr key={token.id}>
              <Td className="font-medium">{token.name}</Td>
              <Td>
                <Tag tone={usable ? "good" : "idle"}>{text}</Tag>
              </Td>
              <Td className="tabular">
                {token.uses === null ? "unknown" : count(token.uses)} of{" "}
                {token.maxUses === null ? "any" : count(token.maxUses)}
              </Td>
              <Td>
                <Labels labels={token.labels} />
              </Td>
              <Td>
                <Time at={token.expiresAt} />
              </Td>
              <Td className="text-right">
                {usable ? (
                  <Button size="sm" refused={refused} onClick={() => setRevoking(token)}>
                    Revoke
                  </Button>
                ) : null}
              </Td>
            </tr>
          );
        })}
      </Table>
      <Confirm
        open={revoking !== null}
        onOpenChange={(open) => !open && setRevoking(null)}
        title={`Revoke "${revoking?.name ?? ""}"?`}
        action="Revoke the token"
        danger
        busy={revoke.isPending}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
      >
        No further agent can enrol with it. Agents that have a credential of their own stay connected. This
        cannot be undone; make a new token instead.
      </Confirm>
    </Panel>
  );
}
