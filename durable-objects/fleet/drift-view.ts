import { diffText, formatDiff } from "../../domain/configs/diff.ts";
import { type DriftedFile, driftSeverities, nextRepairMs } from "../../domain/fleets/drift.ts";
import type { ConfigId } from "../../domain/ids.ts";
import { plural } from "../../domain/plural.ts";
import { labelMatcher } from "../../domain/tenancy/label-filter.ts";
import type { AgentDrift, DriftedAgent, FleetDrift } from "../../protocol/api/drift.ts";
import type { DriftQuery, FleetConfigDrift, FleetScope } from "../../protocol/rpc/fleet.ts";
import { driftView, statusOf } from "./agent-view.ts";
import type { DriftKeeper } from "./drift-keeper.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

interface Parts {
  store: FleetStore;
  rollouts: RolloutRunner;
  drift: DriftKeeper;
}

type Repair = DriftedAgent["repair"];

/** Larger files are not compared line by line. */
const maxFileChars = 200_000;

const iso = (ms: number) => new Date(ms).toISOString();

/** What the fleet's policy does about this agent, and why. */
export function repairView(drift: DriftKeeper, agent: StoredAgent): Repair {
  const { policy, order, refused } = drift.known;
  const attempts = agent.repairs?.count ?? 0;
  const told = (text: string, kind: Repair["kind"] = "tell"): Repair => ({ kind, text, at: null, attempts });
  if (policy === "tell" || !agent.drift)
    return told("The fleet's policy is to tell, and leave the files alone.");
  if (order?.agents.includes(agent.id) && drift.isUnderWay(order)) {
    return told(`Rollout ${order.rolloutId} repairs it now.`, policy);
  }
  const dueMs = nextRepairMs(agent.drift.since, agent.repairs ?? null);
  if (dueMs === null) {
    const text = `It drifted again after ${plural(attempts, "repair")}, so the policy leaves it alone: find out who changes its files.`;
    return told(text, "given_up");
  }
  const reason = drift.whyNot(agent);
  if (reason !== null) return told(`The policy is to ${policy}, but ${reason}.`);
  const before = refused?.agents.includes(agent.id) ? ` Its last repair was refused: ${refused.text}` : "";
  const what = policy === "reapply" ? "It is given its files anew" : "Its files become a new version";
  return { kind: policy, text: `${what} by a rollout.${before}`, at: iso(dueMs), attempts };
}

export function fleetDriftView({ store, rollouts, drift }: Parts, query: DriftQuery): FleetDrift {
  const { policy, order } = drift.known;
  const release = rollouts.currentRelease();
  const isVisible = query.visible ? labelMatcher(query.visible) : () => true;
  const current = { inSync: 0, drifted: 0, critical: 0, major: 0, minor: 0, behind: 0, silent: 0 };
  let desired = 0;
  for (const agent of store.agents.values()) {
    if (agent.revokedAt !== null) continue;
    const hash = rollouts.currentHash(agent);
    if (hash !== null) desired++;
    if (agent.drift) {
      current.drifted++;
      current[agent.drift.severity]++;
    } else if (!rollouts.runsCurrent(agent, hash)) {
      if (hash !== null) current.behind++;
    } else if (drift.isSilent(agent)) current.silent++;
    else current.inSync++;
  }
  const all = drift.agents().filter(({ labels }) => isVisible(labels));
  const from =
    query.cursor === undefined ? 0 : all.findIndex((agent) => placeOf(agent) > (query.cursor ?? ""));
  const items = from === -1 ? [] : all.slice(from, from + query.limit);
  const last = items.at(-1);
  return {
    policy,
    desired: { releaseId: release?.id ?? null, releaseNumber: release?.number ?? null, agents: desired },
    current,
    order:
      order && drift.isUnderWay(order)
        ? { rolloutId: order.rolloutId, policy: order.policy, agents: order.agents.length, at: iso(order.at) }
        : null,
    items: items.flatMap((agent) => driftedView(drift, agent)),
    nextCursor: last && from + items.length < all.length ? placeOf(last) : null,
  };
}

/** Sorts as the list does. */
const placeOf = ({ id, drift }: StoredAgent) => `${iso(drift?.since ?? 0)} ${id}`;

function driftedView(drift: DriftKeeper, agent: StoredAgent): DriftedAgent[] {
  if (!agent.drift) return [];
  return [
    {
      ...driftView(agent.drift),
      agentId: agent.id,
      name: agent.name,
      status: statusOf(agent),
      expectedHash: agent.drift.expected,
      repair: repairView(drift, agent),
    },
  ];
}

export function agentDriftView(
  { rollouts, drift }: Parts,
  agent: StoredAgent,
  scope: FleetScope,
): AgentDrift {
  const { comparison, files } = drift.compare(agent);
  const given = agent.runningHash === "" ? null : rollouts.expected(agent.runningHash);
  const matched = rollouts.matcher()(agent.runningReleaseId, agent);
  const assigned = new Map(matched.map((one) => [one.fileName, one]));
  const reported = new Map(drift.reported(agent)?.map((file) => [file.name, file]));
  const differing = new Map(files.map((file) => [file.name, file]));
  return {
    agentId: agent.id,
    fleetId: scope.fleetId,
    comparison,
    text: comparisonText(agent, comparison, files),
    expectedHash: agent.runningHash || null,
    drift: agent.drift ? driftView(agent.drift) : null,
    repair: agent.drift ? repairView(drift, agent) : null,
    files: (given?.files ?? []).map(({ name, content }) => {
      const assignment = assigned.get(name);
      const isCompared = comparison === "files";
      const found = isCompared ? reported.get(name) : undefined;
      const current = found?.encoding === "utf8" ? found.content : null;
      const differs = isCompared ? differing.get(name) : undefined;
      return {
        name,
        configId: assignment?.configId ?? null,
        configName: assignment?.configName ?? null,
        version: assignment?.version ?? null,
        state: isCompared ? (differs?.change ?? "same") : "unknown",
        severity: differs?.severity ?? null,
        diff:
          differs && current !== null && current.length <= maxFileChars && content.length <= maxFileChars
            ? formatDiff(diffText(content, current))
            : null,
        desired: content,
        current,
      };
    }),
  };
}

function comparisonText(
  agent: StoredAgent,
  comparison: AgentDrift["comparison"],
  files: readonly DriftedFile[],
): string {
  switch (comparison) {
    case "files":
      return files.length === 0
        ? "It reports the very files that it was given, or files that mean the same."
        : `${plural(files.length, "file")} of those that it was given ${files.length === 1 ? "differs" : "differ"} from what it reports.`;
    case "own_form":
      return files.length === 0
        ? "It reports its config in a form of its own, which has not changed since it applied what it was given."
        : "It reports its config in a form of its own, and that has changed since it applied what it was given.";
    case "none":
      if (agent.runningHash === "") return "It has applied no config of Muster yet.";
      return agent.effectiveHash === null
        ? "It does not report its effective config, so nobody can see whether its files were changed."
        : "It was given no files, or has not reported its effective config since it applied them, or the fleet cannot open its secrets.";
  }
}

/** Where the current release wants the config, and where it runs. */
export function configDriftView({ store, rollouts }: Parts, configId: ConfigId): FleetConfigDrift {
  const versions = new Map<number, { version: number; desired: number; current: number }>();
  const files = new Set<string>();
  const drifted: NonNullable<FleetConfigDrift>["drifted"] = [];
  const count = (version: number, side: "desired" | "current") => {
    const counted = versions.get(version) ?? { version, desired: 0, current: 0 };
    counted[side]++;
    versions.set(version, counted);
  };
  const matched = rollouts.matcher();
  const current = rollouts.currentRelease()?.id ?? null;
  for (const one of rollouts.currentRelease()?.assignments ?? []) {
    if (one.configId !== configId) continue;
    files.add(one.fileName);
    if (!versions.has(one.version))
      versions.set(one.version, { version: one.version, desired: 0, current: 0 });
  }
  for (const agent of store.agents.values()) {
    if (agent.revokedAt !== null) continue;
    for (const one of matched(current, agent)) if (one.configId === configId) count(one.version, "desired");
    for (const { configId: id, fileName, version } of matched(agent.runningReleaseId, agent)) {
      if (id !== configId) continue;
      files.add(fileName);
      count(version, "current");
      const differs = agent.drift?.files.find(({ name }) => name === fileName);
      if (agent.drift && differs) {
        const { severity } = differs;
        drifted.push({
          agentId: agent.id,
          name: agent.name,
          version,
          severity,
          since: iso(agent.drift.since),
        });
      }
    }
  }
  if (versions.size === 0) return null;
  const rank = (severity: DriftedFile["severity"]) => driftSeverities.indexOf(severity);
  return {
    files: [...files].sort(),
    versions: [...versions.values()].sort((a, b) => b.version - a.version),
    drifted: drifted.sort((a, b) => rank(b.severity) - rank(a.severity)).slice(0, agentsNamed),
  };
}

/** So many agents are named; the fleet's own list has all of them. */
const agentsNamed = 100;
