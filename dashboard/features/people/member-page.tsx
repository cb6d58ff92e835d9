import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { peopleQueries } from "../../api/people-queries.ts";
import { useSession } from "../../api/session.ts";
import { CopyButton } from "../../ui/copy.tsx";
import { Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { BindingsPanel } from "../bindings/bindings-panel.tsx";
import { Readable } from "../organizations/readable.tsx";
import { EffectivePanel } from "./effective-panel.tsx";
import { ExplainPanel } from "./explain-panel.tsx";
import { MemberActions } from "./member-actions.tsx";

export function MemberPage() {
  const { orgId, userId } = useParams({ from: "/app/orgs/$orgId/members/$userId" });
  return (
    <Readable key={userId} orgId={orgId} permission="member.read" title="Member">
      <MemberDetail orgId={orgId} userId={userId} />
    </Readable>
  );
}

function MemberDetail({ orgId, userId }: { orgId: string; userId: string }) {
  const member = useQuery(peopleQueries.member(orgId, userId));
  const navigate = useNavigate();
  const isYou = useSession()?.user.id === userId;
  if (member.error) {
    return (
      <Page title="Member">
        <Problem error={member.error} retry={member.refetch} />
      </Page>
    );
  }
  if (!member.data) {
    return (
      <Page title="Member">
        <Skeleton rows={8} />
      </Page>
    );
  }
  const { name, email, roleName, teams, twoFactor, joinedAt } = member.data;
  return (
    <Page
      title={name ?? email}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Tag>{roleName}</Tag>
          {isYou ? <Tag>you</Tag> : null}
        </span>
      }
      actions={
        <MemberActions
          orgId={orgId}
          member={member.data}
          onRemoved={() => void navigate({ to: "/orgs/$orgId/members", params: { orgId } })}
        />
      }
    >
      <Panel title="About">
        <Facts
          items={[
            ["E-mail", email],
            ["Role", roleName],
            ["Teams", teams.map((team) => team.name).join(", ") || "none"],
            ["Second factor", twoFactor ? "on" : "off"],
            ["Joined", <Time key="joined" at={joinedAt} />],
            [
              "Id",
              <span key="id" className="flex items-center gap-1 font-mono text-sm">
                <span className="min-w-0 truncate">{userId}</span>
                <CopyButton text={userId} label="Copy the id" />
              </span>,
            ],
          ]}
        />
      </Panel>
      <BindingsPanel orgId={orgId} subject={member.data.userId} noun="person" />
      <ExplainPanel orgId={orgId} subject={member.data.userId} name={name ?? email} />
      <EffectivePanel orgId={orgId} userId={userId} />
    </Page>
  );
}
