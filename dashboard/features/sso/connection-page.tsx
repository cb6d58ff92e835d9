import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { SsoConnection } from "../../../protocol/api/sso.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Readable } from "../organizations/readable.tsx";
import { DomainsPanel } from "./domains-panel.tsx";
import { GroupsPanel } from "./groups-panel.tsx";
import { ProviderPanel } from "./provider-panel.tsx";
import { ssoQueries, useSsoWrite } from "./sso-queries.ts";
import { TestPanel } from "./test-panel.tsx";

export function SsoConnectionPage() {
  const { orgId, connectionId } = useParams({ from: "/app/orgs/$orgId/sso/$connectionId" });
  return (
    <Readable orgId={orgId} permission="sso.read" title="Single sign-on">
      <Connection key={connectionId} orgId={orgId} connectionId={connectionId} />
    </Readable>
  );
}

function Connection({ orgId, connectionId }: { orgId: string; connectionId: string }) {
  const found = useQuery(ssoQueries.connection(orgId, connectionId));
  const connection = found.data;
  return (
    <Page
      title={connection?.name ?? "Connection"}
      description={connection?.issuer}
      actions={connection ? <Actions orgId={orgId} connection={connection} /> : null}
    >
      {found.error ? <Problem error={found.error} retry={found.refetch} /> : null}
      {found.isPending ? <Skeleton rows={8} /> : null}
      {connection ? (
        <>
          <DomainsPanel orgId={orgId} connection={connection} />
          <TestPanel orgId={orgId} connection={connection} />
          <ProviderPanel key={providerOf(connection)} orgId={orgId} connection={connection} />
          <GroupsPanel key={groupsOf(connection)} orgId={orgId} connection={connection} />
        </>
      ) : null}
    </Page>
  );
}

/** Each form begins anew when what it edits has changed, and keeps what was typed when another one is saved. */
const providerOf = ({ name, clientId, scopes }: SsoConnection) =>
  JSON.stringify(["provider", name, clientId, scopes]);
const groupsOf = ({ groupsClaim, defaultRole, groupRoles }: SsoConnection) =>
  JSON.stringify(["groups", groupsClaim, defaultRole, groupRoles]);

function Actions({ orgId, connection }: { orgId: string; connection: SsoConnection }) {
  const refused = useWhyNot(orgId)("sso.write");
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"off" | "delete" | null>(null);
  const path = { org: orgId, connection: connection.id };
  const turn = useSsoWrite(orgId, {
    send: (enabled: boolean) =>
      api.call("PATCH /v1/orgs/{org}/sso-connections/{connection}", { path, body: { enabled } }),
    told: ({ enabled }) => (enabled ? "People can sign in by it." : "Nobody can sign in by it now."),
    onDone: () => setAsking(null),
  });
  const remove = useWrite({
    send: () => api.call("DELETE /v1/orgs/{org}/sso-connections/{connection}", { path }),
    stale: [`/v1/orgs/${orgId}/sso-`],
    shown: true,
    onDone: () => void navigate({ to: "/orgs/$orgId/sso", params: { orgId } }),
  });
  return (
    <>
      {connection.enabled ? (
        <Button refused={refused} onClick={() => setAsking("off")}>
          Switch off
        </Button>
      ) : (
        <Button look="primary" refused={refused} busy={turn.isPending} onClick={() => turn.mutate(true)}>
          Switch on
        </Button>
      )}
      <Button look="danger" refused={refused} onClick={() => setAsking("delete")}>
        Delete
      </Button>
      <Confirm
        open={asking === "off"}
        onOpenChange={(open) => !open && setAsking(null)}
        title={`Switch ${connection.name} off?`}
        action="Switch off"
        busy={turn.isPending}
        onConfirm={() => turn.mutate(false)}
      >
        The sessions of everybody who signed in by it end at once, yours too if you did.
        {turn.error ? <Problem error={turn.error} /> : null}
      </Confirm>
      <Confirm
        open={asking === "delete"}
        onOpenChange={(open) => !open && setAsking(null)}
        title={`Delete ${connection.name}?`}
        action="Delete"
        danger
        named={connection.name}
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        Its domains must be verified again for another connection, and the sessions by it end. Members stay.
        {remove.error ? <Problem error={remove.error} /> : null}
      </Confirm>
    </>
  );
}
