import { sha256Hex } from "../../domain/configs/hash.ts";
import { refuse } from "../../domain/errors.ts";
import { agentEtag } from "../../domain/fleets/agent-etag.ts";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import {
  type LabelChange,
  maxOperatorLabels,
  type Operator,
  relabel,
  sameLabels,
} from "../../domain/fleets/operator-labels.ts";
import type { AgentId } from "../../domain/ids.ts";
import { plural } from "../../domain/plural.ts";
import { entryCheck, labelMatcher } from "../../domain/tenancy/label-filter.ts";
import type { AgentActionPlan } from "../../protocol/api/agent-actions.ts";
import type { Orderer, PlannedActions, RelabelOrder } from "../../protocol/rpc/agent-actions.ts";
import { chooseAgents } from "./agent-choice.ts";
import type { FleetParts } from "./assembly.ts";
import type { OpenRelease } from "./open-release.ts";
import type { AgentRecord, Tx } from "./parts.ts";
import type { StoredAgent } from "./store.ts";
import { renderFor } from "./wanted.ts";

type Parts = Pick<FleetParts, "commits" | "rollouts" | "store">;
type PlannedAgent = AgentActionPlan["agents"][number];

export const plannedShown = 200;

/** What a change of labels would do to each agent. Writes nothing. */
export function planRelabel(parts: Parts, { choice, change, reaches, etag }: RelabelOrder): PlannedActions {
  const entered = entryCheck(reaches);
  const coming = parts.rollouts.comingReleases();
  const stays = choice.visible ? labelMatcher(choice.visible) : () => true;
  const planned = chooseAgents(parts.store, choice).map((agent) => {
    const next = relabel(agent, change);
    if (etag !== undefined) refuseEtag(agent, etag);
    if (!stays(next.labels)) {
      refuse(
        "forbidden",
        `With these labels you could no longer operate agent ${agent.name}. Ask somebody who may operate all of the fleet.`,
      );
    }
    const gained = entered(agent.labels, next.labels);
    if (gained) {
      refuse(
        "forbidden",
        `These labels would give ${gained} on agent ${agent.name} to you, or to others whose access goes by labels, and you do not have it there now. Ask somebody who has ${gained} on all of the fleet.`,
      );
    }
    if (Object.keys(next.operator?.labels ?? {}).length > maxOperatorLabels) {
      refuse("validation_failed", `Agent ${agent.name} would have too many labels set by people.`, [
        { path: "labels", message: `at most ${maxOperatorLabels} on one agent; reset some` },
      ]);
    }
    return { agent, next, view: plannedView(parts, agent, next, coming) };
  });
  const acting = planned.filter(({ view }) => view.does === "relabel");
  const runsOther = acting.filter(({ view }) => view.runs === "other").length;
  const shown = [...acting, ...planned.filter(({ view }) => view.does === "nothing")];
  return {
    total: acting.length,
    nothing: planned.length - acting.length,
    runsOther,
    byRollout: runsOther > 0,
    maxUnavailable: null,
    agents: shown.slice(0, plannedShown).map(({ view }) => view),
    warnings: warningsOf(planned.map(({ agent }) => agent)),
    planToken: sha256Hex(
      JSON.stringify(planned.map(({ agent, next, view }) => [agent.id, view.does, view.runs, next.labels])),
    ),
    ids: acting.map(({ agent }) => agent.id),
  };
}

function refuseEtag({ name, operator }: StoredAgent, etag: string): void {
  const now = agentEtag({ operator: operator?.labels ?? {}, name: operator?.name ?? null });
  if (now === etag) return;
  refuse(
    "conflict",
    `The labels of ${name} were changed meanwhile; its ETag is now ${now}. Read it again, then repeat.`,
  );
}

function warningsOf(agents: readonly StoredAgent[]): string[] {
  const offline = agents.filter(({ connectedAt }) => connectedAt === null).length;
  return offline === 0
    ? []
    : [
        `${plural(offline, "agent")} offline: the labels count at once, and what they change is sent on return.`,
      ];
}

function plannedView(
  { rollouts }: Parts,
  agent: StoredAgent,
  next: { labels: Labels; operator: Operator | undefined },
  coming: readonly OpenRelease[],
): PlannedAgent {
  const keys = [...new Set([...Object.keys(agent.labels), ...Object.keys(next.labels)])].filter(
    (key) => agent.labels[key] !== next.labels[key],
  );
  const pick = (labels: Labels) =>
    Object.fromEntries(
      keys.flatMap((key): [string, string][] => {
        const value = labels[key];
        return value === undefined ? [] : [[key, value]];
      }),
    );
  const same = JSON.stringify(agent.operator) === JSON.stringify(next.operator);
  const common = {
    agentId: agent.id,
    name: agent.name,
    before: pick(agent.labels),
    after: pick(next.labels),
  };
  if (agent.revokedAt !== null) {
    return { ...common, does: "nothing", text: "It was revoked", runs: "same" };
  }
  if (same) return { ...common, does: "nothing", text: "Its labels are so already", runs: "same" };
  if (keys.length === 0) {
    return {
      ...common,
      does: "relabel",
      text: "It reports the same; from now on people say so",
      runs: "same",
    };
  }
  const after = { ...agent, labels: next.labels };
  const other = rollouts.wouldGet(after);
  const soon = coming.some(
    (release) =>
      renderFor(release, agent)?.hash !== renderFor(release, after)?.hash &&
      !rollouts.keepsFiles(release, after),
  );
  return {
    ...common,
    does: "relabel",
    text: other
      ? "The current release gives it other files by these labels"
      : soon
        ? "A rollout that has not ended has other files for it by these labels"
        : "It runs what it runs",
    runs: other || soon ? "other" : "same",
  };
}

/** The agent as it would be, for whoever looks ahead. */
export function relabelled<A extends AgentRecord>(agent: A, change: LabelChange): A {
  const { labels, operator } = relabel(agent, change);
  const { operator: _, ...rest } = agent;
  return { ...rest, labels, ...(operator && { operator }) } as A;
}

/** Changes one agent's labels within the block. False = they are so already. */
export function relabelAgent(tx: Tx, agent: AgentRecord, change: LabelChange, by: Orderer): boolean {
  const before = agent.labels;
  const { labels, operator } = relabel(agent, change);
  if (sameLabels(before, labels) && JSON.stringify(operator) === JSON.stringify(agent.operator)) return false;
  agent.labels = labels;
  if (operator) agent.operator = operator;
  else delete agent.operator;
  tx.saveAgent(agent);
  tx.event({
    type: "agent.relabelled",
    agentId: agent.id,
    actor: by.actor,
    summary: `${by.name} changed the labels of ${agent.name}: ${changeText(change)}`,
    data: { before, after: labels },
  });
  return true;
}

/** Such as `role=db, without zone, tier as reported`. */
export function changeText({ set, reset }: LabelChange): string {
  const words = [
    ...Object.entries(set).map(([key, value]) => (value === null ? `without ${key}` : `${key}=${value}`)),
    ...reset.map((key) => `${key} as reported`),
  ];
  return words.join(", ").slice(0, 500);
}

/** At once; whoever would run something else is offered it. */
export function relabelNow(
  parts: Parts,
  order: RelabelOrder & { planToken: string },
  by: Orderer,
): StoredAgent[] {
  const plan = planRelabel(parts, order);
  refuseMoved(plan, order.planToken);
  const changed = plan.ids.flatMap((id: AgentId) => parts.store.agents.get(id) ?? []);
  parts.commits.commit((tx) => {
    for (const agent of changed) {
      const { wantedHash } = agent;
      if (relabelAgent(tx, agent, order.change, by)) parts.rollouts.onLabelsChanged(tx, agent);
      if (agent.wantedHash !== wantedHash) tx.offer(agent.id);
    }
    tellRelabelled(tx, changed.length, order.change, by);
  });
  return changed;
}

/** One event for all, which leaves the fleet. */
export function tellRelabelled(tx: Tx, agents: number, change: LabelChange, by: Orderer): void {
  if (agents === 0) return;
  tx.event({
    type: "fleet.agents_relabelled",
    actor: by.actor,
    summary: `${by.name} changed the labels of ${plural(agents, "agent")}: ${changeText(change)}`,
    data: { agents, set: change.set, reset: change.reset },
  });
}

export function refuseMoved({ planToken }: AgentActionPlan, given: string): void {
  if (given === planToken) return;
  refuse(
    "plan_outdated",
    "The fleet has changed since the plan was made: other agents, labels, connections or running configs. Look at the plan again, then send its token.",
    [{ path: "planToken", message: `the plan's token is now ${planToken}` }],
  );
}

/** What people call it; null = as it reports, which `reported` tells. */
export function renameAgent(
  parts: Parts,
  agent: StoredAgent,
  name: string | null,
  reported: string,
  by: Orderer,
): void {
  const before = agent.name;
  const { labels = {}, under = {} } = agent.operator ?? {};
  if ((agent.operator?.name ?? null) === name) return;
  parts.commits.commit((tx) => {
    if (name === null && Object.keys(labels).length === 0) delete agent.operator;
    else agent.operator = { labels, under, name };
    agent.name = name ?? reported;
    tx.saveAgent(agent);
    tx.event({
      type: "agent.renamed",
      agentId: agent.id,
      actor: by.actor,
      summary: `${by.name} renamed ${before} to ${agent.name}`,
      data: { before, after: agent.name },
    });
  });
}
