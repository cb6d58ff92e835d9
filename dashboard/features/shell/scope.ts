import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Organization } from "../../../protocol/api/auth.ts";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { Project } from "../../../protocol/api/projects.ts";
import { queries } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { recall, remember } from "../../lib/remembered.ts";
import { whyNot } from "../../lib/why-not.ts";

export interface Scope {
  organization: Organization | null;
  projects: Project[];
  project: Project | null;
  fleets: Fleet[];
  /** The fleet of the address, else the last one seen, else the project's first. */
  fleet: Fleet | null;
}

/** Where the person is: read from the address, filled up from what was last used. */
export function useScope(): Scope {
  const params = useParams({ strict: false });
  const organizations = useSession()?.organizations ?? [];
  const named = useQuery({ ...queries.fleet(params.fleetId ?? ""), enabled: !!params.fleetId }).data;
  const config = useQuery({ ...queries.config(params.configId ?? ""), enabled: !!params.configId }).data;

  const placed = useQuery({ ...queries.project(params.projectId ?? ""), enabled: !!params.projectId }).data;
  const organizationId =
    named?.organizationId ??
    config?.organizationId ??
    placed?.organizationId ??
    params.orgId ??
    recall("organization");
  const organization = organizations.find((each) => each.id === organizationId) ?? organizations[0] ?? null;
  const readable = organization !== null && whyNot(organization, "project.read") === undefined;
  const listed = useQuery({ ...queries.projects(organization?.id ?? ""), enabled: readable }).data;
  const projects = readable && listed ? listed : [];
  const projectId = named?.projectId ?? config?.projectId ?? params.projectId ?? recall("project");
  const project = projects.find((each) => each.id === projectId) ?? projects[0] ?? null;
  const fleets = useQuery({ ...queries.fleets(project?.id ?? ""), enabled: !!project }).data ?? [];
  const fleetId = params.fleetId ?? recall("fleet");
  const fleet = fleets.find((each) => each.id === fleetId) ?? fleets[0] ?? null;

  const seen = { organization: organization?.id, project: project?.id, fleet: params.fleetId };
  useEffect(() => {
    for (const [name, value] of Object.entries(seen)) if (value) remember(name, value);
  });
  return { organization, projects, project, fleets, fleet };
}
