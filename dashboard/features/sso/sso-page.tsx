import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { SsoConnection } from "../../../protocol/api/sso.ts";
import { useWhyNot } from "../../api/access.ts";
import { ListPage } from "../../ui/list-page.tsx";
import { Readable } from "../organizations/readable.tsx";
import { CreateConnectionDialog } from "./create-connection-dialog.tsx";
import { PolicyPanel } from "./policy-panel.tsx";
import { ssoQueries } from "./sso-queries.ts";

export function SsoPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/sso" });
  return (
    <Readable key={orgId} orgId={orgId} permission="sso.read" title="Single sign-on">
      <Connections orgId={orgId} />
    </Readable>
  );
}

function Connections({ orgId }: { orgId: string }) {
  const connections = useQuery(ssoQueries.connections(orgId));
  const refused = useWhyNot(orgId)("sso.write");
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  return (
    <ListPage
      title="Single sign-on"
      description="People sign in at your identity provider (OpenID Connect), join by themselves, and have the roles that their groups give."
      listLabel="Connections"
      query={connections}
      newLabel="New connection"
      onNew={() => setCreating(true)}
      refused={refused}
      empty={{
        title: "No connection yet",
        text: "Set one up with the issuer, client id and client secret that your provider shows, then prove that your e-mail domain is yours.",
      }}
      rowClass="justify-between gap-x-4"
      renderItem={(connection) => (
        <>
          <div className="min-w-0">
            <Link
              to="/orgs/$orgId/sso/$connectionId"
              params={{ orgId, connectionId: connection.id }}
              className="font-semibold break-words after:absolute after:inset-0"
            >
              {connection.name}
            </Link>
            <p className="text-sm break-words text-soft">{connection.issuer}</p>
          </div>
          <span className="text-sm text-soft">{stateText(connection)}</span>
        </>
      )}
    >
      <PolicyPanel orgId={orgId} />
      {creating ? (
        <CreateConnectionDialog
          orgId={orgId}
          onClose={() => setCreating(false)}
          onCreated={({ id }) =>
            void navigate({ to: "/orgs/$orgId/sso/$connectionId", params: { orgId, connectionId: id } })
          }
        />
      ) : null}
    </ListPage>
  );
}

/** What stands between people and signing in by it. */
function stateText({ enabled, domains }: Pick<SsoConnection, "enabled" | "domains">): string {
  const verified = domains.filter(({ verifiedAt }) => verifiedAt !== null).map(({ domain }) => domain);
  if (!enabled) return "Off";
  return verified.length === 0 ? "On, and no domain is verified" : `On for ${verified.join(", ")}`;
}
