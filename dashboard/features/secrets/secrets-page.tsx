import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { Secret } from "../../../protocol/api/secrets.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { list, one, queries } from "../../api/queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Impact } from "../variables/impact.tsx";
import { whom } from "../variables/variable-text.ts";
import { SecretDialog } from "./secret-dialog.tsx";
import { SecretUsageDialog } from "./usage-dialog.tsx";
import { VersionsDialog } from "./versions-dialog.tsx";

export function SecretsPage() {
  const { environmentId } = useParams({
    from: "/app/projects/$projectId/environments/$environmentId/secrets",
  });
  const environment = useQuery(queries.environment(environmentId));
  if (environment.data) return <Secrets key={environmentId} environment={environment.data} />;
  return (
    <Page title="Secrets">
      {environment.error ? (
        <Problem error={environment.error} retry={environment.refetch} />
      ) : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}

type Asked =
  | { kind: "create" }
  | { kind: "rotate" | "versions" | "usage" | "impact" | "delete"; secret: Secret };

function Secrets({ environment }: { environment: Environment }) {
  const { id: environmentId, organizationId, projectId } = environment;
  const refused = useWhyNot(organizationId)("secret.write", { projectId, environmentId });
  const secrets = useQuery(
    list("GET /v1/environments/{environment}/secrets", { path: { environment: environmentId } }),
  );
  const fleets = useQuery(queries.fleets(projectId)).data ?? [];
  const fleetName = (id: string) => fleets.find((fleet) => fleet.id === id)?.name ?? id;
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const remove = useWrite({
    send: (secret: Secret) => api.call("DELETE /v1/secrets/{secret}", { path: { secret: secret.id } }),
    stale: [`/v1/environments/${environmentId}/secrets`, "/v1/secrets/"],
    onDone: close,
  });
  const on = { environment, refused, onClose: close };
  return (
    <ListPage
      title={`Secrets of ${environment.name}`}
      listLabel="Secrets"
      description="Values that only agents get. They are sealed when they are set, and nothing shows them again."
      query={secrets}
      newLabel="New secret"
      onNew={() => setAsked({ kind: "create" })}
      refused={refused}
      empty={{
        title: "No secrets yet",
        text: "Set one here, and write ${secret:NAME} in a config. Agents get only those that their files name.",
        action: "Set a secret",
      }}
      rowClass="gap-x-3"
      renderItem={(secret) => (
        <>
          <span className="min-w-0 flex-1 basis-64">
            <span className="font-mono font-semibold break-all">{secret.name}</span>{" "}
            <span className="text-sm text-soft">
              for {whom(secret, fleetName)}
              {secret.description ? ` · ${secret.description}` : ""}
            </span>
          </span>
          <Tag>{secret.currentVersion === null ? "none approved" : `version ${secret.currentVersion}`}</Tag>
          {secret.pendingVersion === null ? null : (
            <Tag tone="warn">version {secret.pendingVersion} waits for approval</Tag>
          )}
          <Button
            size="sm"
            refused={refused}
            aria-label={`Rotate ${secret.name} for ${whom(secret, fleetName)}`}
            onClick={() => setAsked({ kind: "rotate", secret })}
          >
            Rotate
          </Button>
          {(["versions", "usage", "impact"] as const).map((kind) => (
            <Button
              key={kind}
              size="sm"
              aria-label={`${words[kind]} of ${secret.name} for ${whom(secret, fleetName)}`}
              onClick={() => setAsked({ kind, secret })}
            >
              {words[kind]}
            </Button>
          ))}
          <Button
            size="sm"
            refused={refused}
            aria-label={`Delete ${secret.name} for ${whom(secret, fleetName)}`}
            onClick={() => setAsked({ kind: "delete", secret })}
          >
            Delete
          </Button>
        </>
      )}
    >
      {asked?.kind === "create" ? <SecretDialog {...on} secret={null} /> : null}
      {asked?.kind === "rotate" ? <SecretDialog {...on} secret={asked.secret} /> : null}
      {asked?.kind === "versions" ? <VersionsDialog {...on} secret={asked.secret} /> : null}
      {asked?.kind === "usage" ? <SecretUsageDialog secret={asked.secret} onClose={close} /> : null}
      {asked?.kind === "impact" ? <ImpactDialog secret={asked.secret} onClose={close} /> : null}
      <Confirm
        open={asked?.kind === "delete"}
        onOpenChange={(open) => !open && close()}
        title={asked?.kind === "delete" ? `Delete ${asked.secret.name}?` : ""}
        action="Delete the secret"
        danger
        busy={remove.isPending}
        onConfirm={() => asked?.kind === "delete" && remove.mutate(asked.secret)}
      >
        All its versions go and cannot be brought back. This is refused while a fleet may still send one of
        them to an agent.
      </Confirm>
    </ListPage>
  );
}

const words = { versions: "Versions", usage: "Usage", impact: "Impact" } as const;

function ImpactDialog({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const impact = useQuery({
    ...one("GET /v1/secrets/{secret}/impact", { path: { secret: secret.id } }),
    staleTime: 0,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Impact of ${secret.name}`}
      description="Agents that would change if the secret, as it is now, were rolled out."
    >
      {impact.error ? <Problem error={impact.error} retry={impact.refetch} /> : null}
      {impact.isFetching && !impact.data ? <Skeleton rows={3} /> : null}
      {impact.data ? <Impact impact={impact.data} /> : null}
    </Dialog>
  );
}
