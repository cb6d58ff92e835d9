import type { Organization } from "../../protocol/api/auth.ts";
import { queries, queryClient } from "../api/queries.ts";
import { currentSession } from "../api/session.ts";
import { recall } from "../lib/remembered.ts";
import { whyNot } from "../lib/why-not.ts";

/** Where the person was last, as far as that still is there and open to them. */
export async function findHome(): Promise<string> {
  const organizations = currentSession()?.organizations ?? [];
  const last = recall("organization");
  const first = organizations.find((each) => each.id === last && isOpen(each)) ?? organizations.find(isOpen);
  return first ? findHomeIn(first) : "/orgs";
}

const isOpen = (organization: Organization): boolean =>
  organization.blocked === null && organization.deletedAt === null;

/** The last fleet seen when it still is there, else the first project's fleets, else what may be read. */
export async function findHomeIn(organization: Organization): Promise<string> {
  const orgPath = `/orgs/${organization.id}`;
  if (organization.blocked) return `${orgPath}/settings`;
  if (whyNot(organization, "project.read") === undefined) {
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
  return whyNot(organization, "usage.read") === undefined ? `${orgPath}/usage` : `${orgPath}/settings`;
}
