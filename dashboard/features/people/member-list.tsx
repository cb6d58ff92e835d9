import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { peopleQueries } from "../../api/people-queries.ts";
import { useSession } from "../../api/session.ts";
import { inputClass } from "../../ui/field.tsx";
import { More } from "../../ui/more.tsx";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { useRoleChoices } from "../roles/use-role-choices.ts";
import { MemberActions } from "./member-actions.tsx";

export function MemberList({ orgId }: { orgId: string }) {
  const [q, setQ] = useState("");
  const [role, setRole] = useState("");
  const asked = useDeferredValue(q.trim());
  const you = useSession()?.user.id;
  const roles = useRoleChoices(orgId);
  const members = useInfiniteQuery({
    ...peopleQueries.members(orgId, { q: asked, role }),
    placeholderData: keepPreviousData,
  });
  const shown = members.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <search className="flex flex-wrap gap-2">
        <SearchField
          label="Search members"
          value={q}
          onChange={setQ}
          className="flex-1 basis-56 sm:max-w-sm"
        />
        <select
          aria-label="Filter by role"
          value={role}
          onChange={(event) => setRole(event.target.value)}
          className={`${inputClass} max-w-48`}
        >
          <option value="">Any role</option>
          {roles.map((each) => (
            <option key={each.value} value={each.value}>
              {each.name}
            </option>
          ))}
        </select>
      </search>
      <Panel flush>
        {members.error ? (
          <div className="p-4">
            <Problem error={members.error} retry={members.refetch} />
          </div>
        ) : null}
        {members.isPending ? <Skeleton /> : null}
        {members.data && shown.length === 0 ? (
          <Empty title="Nobody matches">Search for a part of the name or of the e-mail address.</Empty>
        ) : null}
        {shown.length > 0 ? (
          <Table
            label="Members"
            head={
              <>
                <Th>Person</Th>
                <Th>Role</Th>
                <Th>Teams</Th>
                <Th>Second factor</Th>
                <Th>Joined</Th>
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              </>
            }
          >
            {shown.map((member) => (
              <tr key={member.userId}>
                <Td className="min-w-44">
                  <Link
                    to="/orgs/$orgId/members/$userId"
                    params={{ orgId, userId: member.userId }}
                    className="font-medium underline-offset-2 hover:underline"
                  >
                    {member.name ?? member.email}
                  </Link>{" "}
                  {member.userId === you ? <Tag>you</Tag> : null}
                  {member.name ? (
                    <span className="block text-sm break-all text-soft">{member.email}</span>
                  ) : null}
                </Td>
                <Td>{member.roleName}</Td>
                <Td>
                  {member.teams.map((team) => team.name).join(", ") || (
                    <span className="text-soft">none</span>
                  )}
                </Td>
                <Td>{member.twoFactor ? <Tag tone="good">on</Tag> : <Tag>off</Tag>}</Td>
                <Td>
                  <Time at={member.joinedAt} />
                </Td>
                <Td className="text-right">
                  <MemberActions orgId={orgId} member={member} size="sm" />
                </Td>
              </tr>
            ))}
          </Table>
        ) : null}
        <More label="Show more members" query={members} />
      </Panel>
    </div>
  );
}
