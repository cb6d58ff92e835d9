import { queries, queryClient } from "../api/queries.ts";
import { currentSession } from "../api/session.ts";
import { recall } from "../lib/remembered.ts";

/** The last fleet seen when it still is there, else the first project's fleets. */
export async function findHome(): Promise<string> {
  const organizations = currentSession()?.organizations ?? [];
  for (const organization of organizations) {
    const projects = await queryClient.ensureQueryData(queries.projects(organization.id));
    const remembered = recall("fleet");
    for (const project of projects) {
      const fleets = await queryClient.ensureQueryData(queries.fleets(project.id));
      const fleet =
        fleets.find((each) => each.id === remembered) ?? (fleets.length === 1 ? fleets[0] : undefined);
      if (fleet) return `/fleets/${fleet.id}`;
    }
    if (projects[0]) return `/projects/${projects[0].id}/fleets`;
  }
  const first = organizations[0];
  return first ? `/orgs/${first.id}/settings` : "/sign-in";
}
