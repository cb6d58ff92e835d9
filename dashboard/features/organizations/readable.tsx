import type { ReactNode } from "react";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import { useWhyNot, useWhyNotInFleet, useWhyNotInProject } from "../../api/access.ts";
import { Empty, Page, Panel } from "../../ui/page.tsx";

type At = { orgId: string } | { projectId: string } | { fleetId: string };

type ReadableProps = At & {
  /** What must be allowed to make use of the page. */
  permission: Permission;
  title: string;
  children: ReactNode;
};

/** A page; who may not use it is told why, and nothing is asked of the server. */
export function Readable({ permission, title, children, ...at }: ReadableProps) {
  const ofOrganization = useWhyNot("orgId" in at ? at.orgId : undefined);
  const ofProject = useWhyNotInProject("projectId" in at ? at.projectId : undefined);
  const ofFleet = useWhyNotInFleet("fleetId" in at ? at.fleetId : undefined);
  const whyNot = "orgId" in at ? ofOrganization : "projectId" in at ? ofProject : ofFleet;
  const refused = whyNot(permission);
  if (refused === undefined) return children;
  return (
    <Page title={title}>
      <Panel flush>
        <Empty title="This is not open to you">{refused}</Empty>
      </Panel>
    </Page>
  );
}
