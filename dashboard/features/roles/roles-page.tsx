import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { rolePermissions, roleSummaries, roles } from "../../../domain/tenancy/roles.ts";
import { useWhyNot } from "../../api/access.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { plural } from "../../lib/format.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Section } from "../../ui/section.tsx";
import { Time } from "../../ui/time.tsx";
import { Readable } from "../organizations/readable.tsx";

export function RolesPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/roles" });
  return (
    <Readable orgId={orgId} permission="role.read" title="Roles">
      <Roles orgId={orgId} />
    </Readable>
  );
}

function Roles({ orgId }: { orgId: string }) {
  const own = useQuery(peopleQueries.roles(orgId));
  const refused = useWhyNot(orgId)("role.write");
  const add = (text: string) => (
    <LinkButton to="/orgs/$orgId/roles/new" params={{ orgId }} look="primary" refused={refused}>
      <Plus aria-hidden className="size-3.5" />
      {text}
    </LinkButton>
  );
  return (
    <Page
      title="Roles"
      description="What somebody may do. Give a role to a person, a team or a service account, everywhere or in a part."
      actions={add("New role")}
    >
      <Panel title="Your organization's own" flush>
        {own.error ? (
          <div className="p-4">
            <Problem error={own.error} retry={own.refetch} />
          </div>
        ) : null}
        {own.isPending ? <Skeleton rows={3} /> : null}
        {own.data?.length === 0 ? (
          <Empty title="No role of your own yet" action={add("Write the first role")}>
            Write one where the roles below allow too much or too little, such as deploying to one environment
            only.
          </Empty>
        ) : null}
        <ul aria-label="Own roles" className="divide-y">
          {own.data?.map((role) => (
            <li
              key={role.id}
              className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover/50"
            >
              <span className="min-w-0 flex-1 basis-56">
                <Link
                  to="/orgs/$orgId/roles/$roleId"
                  params={{ orgId, roleId: role.id }}
                  className="font-semibold break-words after:absolute after:inset-0"
                >
                  {role.name}
                </Link>
                <span className="block text-sm break-words text-soft">{role.description}</span>
              </span>
              <span className="text-sm text-soft">
                {plural(role.statements.length, "statement")}, changed <Time at={role.updatedAt} />
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel
        title="What every organization has"
        description="They are the same everywhere and cannot be changed."
      >
        <div className="flex flex-col gap-2">
          {roles.map((role) => (
            <Section
              key={role}
              title={role}
              note={<span className="hidden sm:inline">{roleSummaries[role]}</span>}
            >
              <p className="mb-2 sm:hidden">{roleSummaries[role]}</p>
              <ul className="flex flex-wrap gap-1.5">
                {rolePermissions[role].map((permission) => (
                  <li key={permission}>
                    <code className="rounded border bg-sunken px-1.5 py-0.5 font-mono text-sm">
                      {permission === "*" ? "everything" : permission}
                    </code>
                  </li>
                ))}
              </ul>
            </Section>
          ))}
        </div>
      </Panel>
    </Page>
  );
}
