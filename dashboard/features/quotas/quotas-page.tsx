import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { QuotaName } from "../../../domain/tenancy/plans.ts";
import type { Quota, Quotas, Rate } from "../../../protocol/api/quotas.ts";
import { one } from "../../api/queries.ts";
import { cx } from "../../lib/class-names.ts";
import { count } from "../../lib/format.ts";
import { exactTime } from "../../lib/time.ts";
import { Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Readable } from "../organizations/readable.tsx";

const refreshEveryMs = 15_000;
/** From here on a quota is shown as nearly used up. */
const nearlyFull = 0.8;

const titles: Record<QuotaName, string> = {
  projects: "Projects",
  environments: "Environments",
  fleets: "Fleets",
  agentsPerFleet: "Agents in a fleet",
  configs: "Configs",
  versionsPerConfig: "Versions of a config",
  templates: "Templates",
  variables: "Variables",
  secrets: "Secrets",
  members: "Members",
  pendingInvitations: "Open invitations",
  teams: "Teams",
  roles: "Own roles",
  serviceAccounts: "Service accounts",
  apiKeys: "API keys",
  enrollmentTokens: "Enrolment tokens",
  execSessions: "Open commands and terminals",
};
const rateTitles: Record<Rate["name"], string> = {
  caller: "You",
  organization: "The whole organization",
};

export function QuotasPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/quotas" });
  return (
    <Readable key={orgId} orgId={orgId} permission="quota.read" title="Quotas">
      <QuotasView orgId={orgId} />
    </Readable>
  );
}

function QuotasView({ orgId }: { orgId: string }) {
  const quotas = useQuery({
    ...one("GET /v1/orgs/{org}/quotas", { path: { org: orgId } }),
    refetchInterval: refreshEveryMs,
  });
  return (
    <Page title="Quotas" description="What the organization's plan allows, and what is used of it now.">
      {quotas.error ? <Problem error={quotas.error} retry={quotas.refetch} /> : null}
      {quotas.data ? <QuotaTables told={quotas.data} /> : quotas.isPending ? <Skeleton rows={8} /> : null}
    </Page>
  );
}

function QuotaTables({ told }: { told: Quotas }) {
  return (
    <>
      <Panel>
        <Facts
          items={[
            ["Plan", told.plan],
            ["Audit log kept for", `${count(told.auditRetentionDays)} days`],
          ]}
        />
      </Panel>
      <Panel title="What exists" flush>
        <Table
          label="Quotas"
          head={
            <>
              <Th>Quota</Th>
              <Th className="text-right">Used</Th>
              <Th className="text-right">Limit</Th>
              <Th>Share</Th>
            </>
          }
        >
          {told.quotas.map((quota) => (
            <QuotaRow key={quota.name} quota={quota} />
          ))}
        </Table>
      </Panel>
      <Panel
        title="Requests per minute"
        description="The API says in its headers what is left; a request too many is answered 429."
        flush
      >
        <Table
          label="Rates"
          head={
            <>
              <Th>Whose</Th>
              <Th className="text-right">Used</Th>
              <Th className="text-right">Limit</Th>
              <Th>Counts anew at</Th>
            </>
          }
        >
          {told.rates.map((rate) => (
            <tr key={rate.name}>
              <Td className="font-medium">{rateTitles[rate.name]}</Td>
              <Td className="tabular text-right">{rate.used === null ? "not known" : count(rate.used)}</Td>
              <Td className="tabular text-right">{count(rate.limit)}</Td>
              <Td>{rate.resetsAt === null ? "" : exactTime(rate.resetsAt)}</Td>
            </tr>
          ))}
        </Table>
      </Panel>
    </>
  );
}

function QuotaRow({ quota }: { quota: Quota }) {
  const { name, limit, used, fullest } = quota;
  return (
    <tr>
      <Td className="font-medium">
        {titles[name]}
        {fullest ? <span className="block text-sm font-normal text-soft">most in {fullest.name}</span> : null}
      </Td>
      <Td className="tabular text-right">{used === null ? "not known" : count(used)}</Td>
      <Td className="tabular text-right">{count(limit)}</Td>
      <Td className="w-40">
        {used === null ? null : <Share title={titles[name]} used={used} limit={limit} />}
      </Td>
    </tr>
  );
}

function Share({ title, used, limit }: { title: string; used: number; limit: number }) {
  const share = Math.min(1, used / limit);
  return (
    <div className="flex items-center gap-2">
      <meter className="sr-only" aria-label={title} min={0} max={limit} value={used} />
      <svg
        aria-hidden
        className="h-1.5 w-24 overflow-hidden rounded-full bg-hover"
        preserveAspectRatio="none"
        viewBox="0 0 100 1"
      >
        <rect
          width={share * 100}
          height={1}
          className={cx(share >= 1 ? "fill-bad" : share >= nearlyFull ? "fill-warn" : "fill-good")}
        />
      </svg>
      {share >= 1 ? <span className="text-xs text-bad">used up</span> : null}
      {share >= nearlyFull && share < 1 ? <span className="text-xs text-warn">nearly used up</span> : null}
    </div>
  );
}
