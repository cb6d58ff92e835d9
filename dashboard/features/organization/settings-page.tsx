import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useOrganization, useWhyNot } from "../../api/access.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { CreateProjectDialog } from "./create-project-dialog.tsx";
import { DangerPanel } from "./danger-panel.tsx";
import { ExportPanel } from "./export-panel.tsx";
import { RenamePanel } from "./rename-panel.tsx";
import { SignInPolicyPanel } from "./sign-in-policy-panel.tsx";

export function SettingsPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/settings" });
  const organization = useOrganization(orgId);
  const detail = useQuery({ ...peopleQueries.organization(orgId), enabled: organization !== undefined });
  if (!organization) {
    return (
      <Page title="Settings">
        <Panel flush>
          <Empty title="You are not in this organization">Choose another in the switcher.</Empty>
        </Panel>
      </Page>
    );
  }
  return (
    <Page title="Settings" description={organization.name}>
      {detail.error ? <Problem error={detail.error} retry={detail.refetch} /> : null}
      {detail.data ? (
        <>
          <RenamePanel organization={detail.data} />
          <ProjectsPanel orgId={orgId} />
          {detail.data.deletedAt === null ? <SignInPolicyPanel organization={detail.data} /> : null}
          <ExportPanel organization={detail.data} />
          <DangerPanel organization={detail.data} />
        </>
      ) : detail.error ? null : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}

function ProjectsPanel({ orgId }: { orgId: string }) {
  const whyNot = useWhyNot(orgId);
  const unreadable = whyNot("project.read");
  const projects = useQuery({ ...queries.projects(orgId), enabled: unreadable === undefined });
  const [creating, setCreating] = useState(false);
  return (
    <Panel
      title="Projects"
      actions={
        <Button size="sm" refused={whyNot("project.write")} onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-3.5" />
          New project
        </Button>
      }
    >
      {unreadable ? <p className="text-soft">{unreadable}</p> : null}
      {projects.error && !unreadable ? <Problem error={projects.error} retry={projects.refetch} /> : null}
      {projects.isPending && !unreadable ? <Skeleton rows={2} /> : null}
      <ul className="flex flex-col gap-1.5">
        {(unreadable ? [] : projects.data)?.map((project) => (
          <li key={project.id}>
            <Link
              to="/projects/$projectId/fleets"
              params={{ projectId: project.id }}
              className="font-medium text-accent underline underline-offset-2"
            >
              {project.name}
            </Link>{" "}
            <span className="text-sm text-soft">{project.slug}</span>
          </li>
        ))}
      </ul>
      <CreateProjectDialog orgId={orgId} open={creating} onOpenChange={setCreating} />
    </Panel>
  );
}
