import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { AgentRelease } from "../../../protocol/api/agent-releases.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { agentPackageName } from "../../../protocol/package-index.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { queries } from "../../api/queries.ts";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Readable } from "../organizations/readable.tsx";
import { type PackageDraft, type ReleaseDraft, releaseBody, startingAssignments } from "./assignments.ts";
import { PlanLayout } from "./plan-layout.tsx";
import { ReleaseFields } from "./release-fields.tsx";
import { defaultTerms, type TermsDraft, termsBody } from "./terms.ts";
import { TermsFields } from "./terms-fields.tsx";
import { startingPackages } from "./upgrade-draft.ts";
import { useSurroundings } from "./use-surroundings.ts";

export function DeployPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/deploy" });
  return (
    <Readable key={fleetId} fleetId={fleetId} permission="rollout.write" title="Deploy">
      <DeployView fleetId={fleetId} />
    </Readable>
  );
}

function DeployView({ fleetId }: { fleetId: string }) {
  const {
    config,
    from,
    refresh = false,
    upgrade,
    selector = "",
  } = useSearch({ from: "/app/fleets/$fleetId/deploy" });
  const releases = useQuery({ ...queries.agentReleases(), enabled: upgrade === agentPackageName });
  const { fleet, environments, ready: surrounded } = useSurroundings(fleetId);
  // A release replaces the one before it: starting from a stale one would take configs away from agents.
  const currentId = fleet.data?.currentReleaseId ?? null;
  const current = useQuery({ ...queries.release(currentId ?? ""), enabled: currentId !== null });
  const source = useQuery({ ...queries.fleet(from ?? ""), enabled: from !== undefined });
  const sourceId = source.data?.currentReleaseId ?? null;
  const origin = useQuery({ ...queries.release(sourceId ?? ""), enabled: sourceId !== null });
  const projectId = fleet.data?.projectId ?? "";
  const configs = useQuery({
    ...queries.configs(projectId),
    enabled: projectId !== "",
    refetchOnMount: "always",
  });
  const ready =
    surrounded &&
    configs.isFetchedAfterMount &&
    configs.isSuccess &&
    (currentId === null || current.isSuccess) &&
    (upgrade !== agentPackageName || releases.isSuccess) &&
    (from === undefined || (source.isSuccess && (sourceId === null || origin.isSuccess)));
  return (
    <Page
      wide
      title={`${upgrade ? "Upgrade" : "Deploy to"} ${fleet.data?.name ?? "the fleet"}`}
      description={
        upgrade
          ? "One package in another version, beside all that the fleet runs already. An agent on which it does not work returns to what it ran."
          : source.data
            ? `The version that ${source.data.name} runs, with the variables and secrets of this fleet.`
            : "Choose what the fleet's agents run from now on, and how they get there."
      }
    >
      {[fleet, environments, configs, current, source, origin, releases].map((query, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: always these seven.
        query.error ? <Problem key={index} error={query.error} retry={query.refetch} /> : null,
      )}
      {ready && configs.data ? (
        <DeployForm
          key={`${fleetId} ${config} ${from} ${refresh} ${upgrade} ${selector}`}
          fleetId={fleetId}
          configId={config}
          refresh={refresh && current.data !== undefined}
          packages={
            upgrade
              ? startingPackages(
                  current.data ?? null,
                  upgrade,
                  selector,
                  releases.data?.find(({ latest }) => latest),
                )
              : []
          }
          releases={releases.data}
          configs={configs.data}
          current={current.data ?? null}
          origin={origin.data ?? null}
        />
      ) : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}

interface DeployFormProps {
  fleetId: string;
  /** Deployed at its latest version, or as in `origin`, beside what the fleet runs already. */
  configId: string | undefined;
  /** It begins with nothing but today's variables and secrets for what the fleet runs. */
  refresh: boolean;
  /** An upgrade begins with these, and with no config. */
  packages: PackageDraft[];
  /** Muster's own agent, in the versions that are to be had here; undefined = it is not what is upgraded. */
  releases: AgentRelease[] | undefined;
  configs: Config[];
  current: Release | null;
  /** The current release of the fleet that the config is brought from. */
  origin: Release | null;
}

function DeployForm({
  fleetId,
  configId,
  refresh,
  packages,
  releases,
  configs,
  current,
  origin,
}: DeployFormProps) {
  const { environment, active } = useSurroundings(fleetId);
  const { agents } = useFleetLive(fleetId);
  const [release, setRelease] = useState<ReleaseDraft>(() => ({
    assignments: refresh || packages.length > 0 ? [] : startingAssignments(current, configId, origin),
    packages,
    keepOthers: true,
    refreshInputs: refresh,
  }));
  const [terms, setTerms] = useState<TermsDraft>(defaultTerms);
  const complete = release.assignments.every((assignment) => assignment.config !== "");
  return (
    <PlanLayout
      fleetId={fleetId}
      order={{ operation: "POST /v1/fleets/{fleet}/rollouts", path: { fleet: fleetId } }}
      body={complete ? { ...releaseBody(release), ...termsBody(terms, { active }) } : null}
      missing="Choose a config in every row to see the plan."
      agentBody={
        release.assignments.length + release.packages.length > 0 || release.refreshInputs
          ? releaseBody(release)
          : null
      }
      active={active}
      approval={terms.approval || (environment?.protected ?? false)}
    >
      <Panel title="What goes where">
        <ReleaseFields
          draft={release}
          configs={configs}
          agents={agents}
          current={current}
          releases={releases}
          onChange={setRelease}
        />
      </Panel>
      <TermsFields
        terms={terms}
        set={(fields) => setTerms((old) => ({ ...old, ...fields }))}
        environment={environment}
        agents={agents}
        active={active}
      />
    </PlanLayout>
  );
}
