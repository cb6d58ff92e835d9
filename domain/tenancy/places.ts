import type { EnvironmentId, ProjectId } from "../ids.ts";
import { type Access, decide } from "./access.ts";
import type { Permission } from "./permissions.ts";

/** Where in an organization something may be done. The nearest that is named decides: environment, project, the rest. */
export interface Places {
  environments: ReadonlyMap<EnvironmentId, boolean>;
  projects: ReadonlyMap<ProjectId, boolean>;
  rest: boolean;
}

/** For lists that cross projects. What holds for some agents only, by their labels, counts as seen. */
export function visiblePlaces(access: Access, permission: Permission): Places {
  const environments = new Map<EnvironmentId, boolean>();
  const projects = new Map<ProjectId, boolean>();
  const seen = (projectId: ProjectId, environmentId: EnvironmentId) =>
    decide(access, permission, { projectId, environmentId }).verdict !== "deny";
  for (const { within } of access.flat()) {
    for (const scope of within) {
      if (!("projectId" in scope)) continue;
      projects.set(scope.projectId, seen(scope.projectId, "env_any other"));
      if (scope.kind === "environment") {
        environments.set(scope.environmentId, seen(scope.projectId, scope.environmentId));
      }
    }
  }
  return { environments, projects, rest: seen("prj_any other", "env_any other") };
}

export const isVisible = (places: Places, projectId: ProjectId, environmentId: EnvironmentId): boolean =>
  places.environments.get(environmentId) ?? places.projects.get(projectId) ?? places.rest;

const all = (places: Places): boolean[] => [
  ...places.environments.values(),
  ...places.projects.values(),
  places.rest,
];
export const seesEverything = (places: Places): boolean => all(places).every((one) => one);
export const seesNothing = (places: Places): boolean => !all(places).some((one) => one);
