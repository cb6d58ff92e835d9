import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Place } from "../../domain/tenancy/access.ts";
import type { Permission } from "../../domain/tenancy/permissions.ts";
import type { Organization } from "../../protocol/api/auth.ts";
import { whyNot } from "../lib/why-not.ts";
import { queries } from "./queries.ts";
import { useSession } from "./session.ts";

/** Answers why the person may not do it; undefined = they may. */
export type WhyNot = (permission: Permission, place?: Place) => string | undefined;

export function useOrganization(organizationId: string | undefined): Organization | undefined {
  return useSession()?.organizations.find((each) => each.id === organizationId);
}

export function useWhyNot(organizationId: string | undefined): WhyNot {
  const organization = useOrganization(organizationId);
  return useCallback((permission, place) => whyNot(organization, permission, place), [organization]);
}

/** As `useWhyNot`, within a project; `place` adds to it. Until the project is known, nothing is refused. */
export function useWhyNotInProject(projectId: string | undefined): WhyNot {
  const project = useQuery({ ...queries.project(projectId ?? ""), enabled: !!projectId }).data;
  const organization = useOrganization(project?.organizationId);
  return useCallback(
    (permission, place) =>
      project ? whyNot(organization, permission, { projectId: project.id, ...place }) : undefined,
    [organization, project],
  );
}

/** As `useWhyNot`, where a fleet is; `place` adds to it, such as the labels of an agent. Until the fleet is known, nothing is refused. */
export function useWhyNotInFleet(fleetId: string | undefined): WhyNot {
  const fleet = useQuery({ ...queries.fleet(fleetId ?? ""), enabled: !!fleetId }).data;
  const organization = useOrganization(fleet?.organizationId);
  return useCallback(
    (permission, place) => {
      if (!fleet) return undefined;
      const { projectId, environmentId } = fleet;
      return whyNot(organization, permission, { projectId, environmentId, ...place });
    },
    [organization, fleet],
  );
}
