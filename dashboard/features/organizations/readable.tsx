import type { ReactNode } from "react";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import { useWhyNot } from "../../api/access.ts";
import { Empty, Page, Panel } from "../../ui/page.tsx";

interface ReadableProps {
  orgId: string;
  permission: Permission;
  title: string;
  children: ReactNode;
}

/** A page of an organization; who may not read it is told so and nothing is asked of the server. */
export function Readable({ orgId, permission, title, children }: ReadableProps) {
  const refused = useWhyNot(orgId)(permission);
  if (refused === undefined) return children;
  return (
    <Page title={title}>
      <Panel flush>
        <Empty title="You may not see this">{refused}</Empty>
      </Panel>
    </Page>
  );
}
