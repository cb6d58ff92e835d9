import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { Environment } from "../../../protocol/api/projects.ts";
import { useWhyNot } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { ChangeProblem } from "./change-problem.tsx";
import { FreezesPanel } from "./freezes-panel.tsx";
import { useEnvironmentChange } from "./use-change.ts";
import { WindowsPanel } from "./windows-panel.tsx";

export function EnvironmentPage() {
  const { environmentId } = useParams({ from: "/app/projects/$projectId/environments/$environmentId" });
  const environment = useQuery(queries.environment(environmentId));
  const whyNot = useWhyNot(environment.data?.organizationId);
  if (environment.error) {
    return (
      <Page title="Environment">
        <Problem error={environment.error} retry={environment.refetch} />
      </Page>
    );
  }
  if (!environment.data) {
    return (
      <Page title="Environment">
        <Skeleton rows={8} />
      </Page>
    );
  }
  const { projectId } = environment.data;
  const refused = whyNot("environment.write", { projectId, environmentId: environment.data.id });
  const editable = refused === undefined;
  return (
    <Page
      title={environment.data.name}
      description={
        <span className="flex flex-wrap items-center gap-2">
          {environment.data.protected ? <Tag tone="warn">protected</Tag> : null}
          <span>
            What it asks of every rollout to its fleets.
            {editable ? null : ` You may not change it. ${refused}`}
          </span>
        </span>
      }
      actions={
        <>
          <LinkButton
            to="/projects/$projectId/environments/$environmentId/variables"
            params={{ projectId, environmentId: environment.data.id }}
            refused={whyNot("variable.read", { projectId, environmentId: environment.data.id })}
          >
            Variables
          </LinkButton>
          <LinkButton
            to="/projects/$projectId/environments/$environmentId/secrets"
            params={{ projectId, environmentId: environment.data.id }}
            refused={whyNot("secret.read", { projectId, environmentId: environment.data.id })}
          >
            Secrets
          </LinkButton>
        </>
      }
    >
      <ProtectionPanel environment={environment.data} editable={editable} />
      <WindowsPanel environment={environment.data} editable={editable} />
      <FreezesPanel environment={environment.data} editable={editable} />
    </Page>
  );
}

export interface PolicyPanelProps {
  environment: Environment;
  editable: boolean;
}

function ProtectionPanel({ environment, editable }: PolicyPanelProps) {
  const [asking, setAsking] = useState(false);
  const change = useEnvironmentChange(environment);
  const { protected: isProtected, name } = environment;
  const verb = isProtected ? "Lift the protection" : "Protect";
  return (
    <Panel
      title="Protection"
      actions={
        editable ? (
          <Button size="sm" onClick={() => setAsking(true)}>
            <ShieldCheck aria-hidden className="size-3.5" />
            {verb}
          </Button>
        ) : null
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          {isProtected
            ? "Another person than its author must approve a rollout before it starts. API keys never approve."
            : "Anyone who may deploy starts a rollout alone."}
        </p>
        <ChangeProblem error={change.error} />
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={isProtected ? `Lift the protection of ${name}?` : `Protect ${name}?`}
        action={verb}
        danger={isProtected}
        busy={change.isPending}
        onConfirm={() =>
          change.mutate(
            {
              fields: { protected: !isProtected },
              said: isProtected ? `${name} is no longer protected.` : `${name} is protected.`,
            },
            { onSettled: () => setAsking(false) },
          )
        }
      >
        {isProtected
          ? "New rollouts start without another person's approval. Those that wait for one already still need it."
          : "New rollouts wait until another person than their author approves. Those already started or scheduled are not asked again."}
      </Confirm>
    </Panel>
  );
}
