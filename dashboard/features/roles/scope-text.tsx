import { useQuery } from "@tanstack/react-query";
import type { Scope } from "../../../domain/tenancy/access.ts";
import { queries } from "../../api/queries.ts";

/** Where a role or a statement holds, in words. */
export function ScopeText({ orgId, scope }: { orgId: string; scope: Scope }) {
  const projectId = "projectId" in scope ? scope.projectId : undefined;
  const project = useQuery({ ...queries.projects(orgId), enabled: projectId !== undefined }).data?.find(
    (each) => each.id === projectId,
  );
  const environmentId = scope.kind === "environment" ? scope.environmentId : undefined;
  const environment = useQuery({
    ...queries.environments(projectId ?? ""),
    enabled: environmentId !== undefined,
  }).data?.find((each) => each.id === environmentId);
  switch (scope.kind) {
    case "organization":
      return "the whole organization";
    case "project":
      return `project ${project?.name ?? scope.projectId}`;
    case "environment":
      return `${environment?.name ?? scope.environmentId} of ${project?.name ?? scope.projectId}`;
    case "agents":
      return (
        <>
          agents with <code className="font-mono text-sm">{scope.selector}</code>
        </>
      );
  }
}
