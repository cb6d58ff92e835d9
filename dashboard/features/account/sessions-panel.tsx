import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { plural } from "../../../domain/plural.ts";
import type { SignedInDevice } from "../../../protocol/api/account.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { sessionsQuery } from "./account-queries.ts";

const methods: Record<SignedInDevice["method"], string> = {
  password: "Password",
  passkey: "Passkey",
  sso: "Single sign-on",
  email_link: "Link in a mail",
};

const said = (error: unknown) => toast.error(asApiError(error).message);
const changed = () => Promise.all([invalidate("/v1/me/sessions"), invalidate("/v1/me/events")]);

export function SessionsPanel() {
  const sessions = useQuery(sessionsQuery);
  const [ending, setEnding] = useState(false);
  const revoke = useMutation({
    mutationFn: (session: string) => api.call("POST /v1/sessions/{session}/revoke", { path: { session } }),
    onSuccess: async ({ device }) => {
      toast.success(`The session of ${device} has ended.`);
      await changed();
    },
    onError: said,
  });
  const endOthers = useMutation({
    mutationFn: () => api.call("POST /v1/me/sign-out-everywhere", { body: { exceptThis: true } }),
    onSuccess: async ({ endedSessions }) => {
      setEnding(false);
      toast.success(`${plural(endedSessions, "session")} ended.`);
      await changed();
    },
    onError: said,
  });
  const others = (sessions.data ?? []).filter((session) => !session.current).length;
  return (
    <Panel
      flush
      title="Sessions"
      description="Where you are signed in."
      actions={
        others > 0 ? (
          <Button size="sm" onClick={() => setEnding(true)}>
            Sign out everywhere else
          </Button>
        ) : null
      }
    >
      {sessions.error ? (
        <div className="p-4">
          <Problem error={sessions.error} retry={sessions.refetch} />
        </div>
      ) : null}
      {sessions.isPending ? <Skeleton rows={3} /> : null}
      {sessions.data ? (
        <Table
          label="Sessions"
          head={
            <>
              <Th>Device</Th>
              <Th>Address</Th>
              <Th>Signed in by</Th>
              <Th>Since</Th>
              <Th>Last used</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </>
          }
        >
          {sessions.data.map((session) => (
            <tr key={session.id}>
              <Td className="min-w-40">
                <span className="font-medium">{session.device}</span>{" "}
                {session.current ? <Tag tone="good">this one</Tag> : null}
                {session.client === "cli" ? <span className="block text-sm text-soft">terminal</span> : null}
              </Td>
              <Td className="font-mono text-sm">{session.address || "not known"}</Td>
              <Td>
                {methods[session.method]}
                {session.secondFactor && session.method !== "passkey" ? " and a second factor" : ""}
              </Td>
              <Td>
                <Time at={session.createdAt} />
              </Td>
              <Td>
                <Time at={session.lastUsedAt} />
              </Td>
              <Td className="text-right">
                {session.current ? null : (
                  <Button
                    size="sm"
                    aria-label={`End the session of ${session.device}`}
                    busy={revoke.isPending && revoke.variables === session.id}
                    onClick={() => revoke.mutate(session.id)}
                  >
                    End
                  </Button>
                )}
              </Td>
            </tr>
          ))}
        </Table>
      ) : null}
      <Confirm
        open={ending}
        onOpenChange={setEnding}
        title="Sign out everywhere else?"
        action="Sign out everywhere else"
        danger
        busy={endOthers.isPending}
        onConfirm={() => endOthers.mutate()}
      >
        {plural(others, "other session")} will end at once. API keys go on.
      </Confirm>
    </Panel>
  );
}
