import type { AgentId } from "../../domain/ids.ts";
import { returnHash } from "../../domain/rollouts/progress.ts";
import type { AgentEffect, Effect, RolloutHeader } from "../../domain/rollouts/rollout.ts";
import type { MetricQuery } from "../../protocol/custom/metrics.ts";
import { type Active, rowOf, sourceOf } from "./active-rollout.ts";
import { latch } from "./latch.ts";
import type { FleetContext, Tx } from "./parts.ts";
import type { Releases } from "./releases.ts";
import { nextCurrent } from "./rollout-end.ts";
import type { RolloutRows } from "./rollout-rows.ts";
import { rolloutView } from "./rollout-view.ts";

interface Parts {
  fleet: FleetContext;
  rows: RolloutRows;
  releases: Releases;
}

/** What the rules ask for becomes rows, events, and what is sent once they are committed. */
export function performEffect(tx: Tx, parts: Parts, active: Active, effect: Effect): void {
  switch (effect.kind) {
    case "done":
      return;
    case "event":
      tellEvent(tx, parts, active, effect);
      return;
    case "confirm":
      confirm(tx, parts, active, effect);
      return;
    case "watch":
      tx.watch(effect.agents, queriesOf(active.rollout.header));
      return;
    case "unwatch":
      tx.watch(effect.agents, []);
      return;
    case "stage":
      for (const id of effect.agents) {
        const target = active.agents.get(id)?.target;
        if (target !== undefined) tx.stage(id, target);
      }
      return;
    default:
      for (const id of effect.agents) move(tx, parts, active, id, effect.kind);
  }
}

function tellEvent(
  tx: Tx,
  { fleet, rows, releases }: Parts,
  active: Active,
  { kind: _, actor, ...event }: Extract<Effect, { kind: "event" }>,
): void {
  const by = actor ?? (event.type === "rollout.started" ? active.facts.actor : undefined);
  tx.event({
    ...event,
    rolloutId: active.rollout.header.id,
    rollout: rolloutView(rowOf(active), fleet.scope()),
    ...(event.type === "rollout.succeeded" && {
      currentReleaseId: nextCurrent(active.facts, rows, releases),
    }),
    ...(by === undefined ? {} : { actor: by }),
  });
}

function confirm(
  tx: Tx,
  { fleet }: Parts,
  { rollout, facts }: Active,
  { id, attempt, gate, phase, wave }: Extract<Effect, { kind: "confirm" }>,
): void {
  const asked = rollout.header.gates.webhooks[gate];
  if (!asked) return;
  tx.confirm({
    scope: fleet.scope(),
    rolloutId: rollout.header.id,
    id,
    attempt,
    url: asked.url,
    phase,
    wave: wave === null ? null : wave + 1,
    releaseNumber: facts.releaseNumber,
    sentAtMs: tx.nowMs,
  });
}

function queriesOf({ gates }: RolloutHeader): MetricQuery[] {
  return gates.metrics.map(({ metric, as, per }) => ({ metric, as, per }));
}

function move(
  tx: Tx,
  { fleet, rows }: Parts,
  active: Active,
  id: AgentId,
  kind: Exclude<AgentEffect["kind"], "stage" | "watch" | "unwatch">,
): void {
  const record = fleet.agents.get(id);
  const progress = active.agents.get(id);
  if (!record || !progress) return;
  switch (kind) {
    case "offer":
      record.wantedHash = progress.target;
      record.wantedReleaseId = sourceOf(rows, active.facts, id, active.sources);
      break;
    case "latch":
      latch(record, progress.target, progress.error ?? "", tx.nowMs);
      break;
    case "return":
    case "restored":
      // What it ran is what it goes back to, however that did: nothing blocks a way back.
      record.latched = record.latched.filter(({ hash }) => hash !== returnHash(progress));
      record.wantedHash = returnHash(progress);
      record.wantedReleaseId = progress.previousReleaseId;
      break;
    case "release":
      record.wantedHash = null;
      record.wantedReleaseId = null;
  }
  tx.saveAgent(record);
  if (kind === "offer" || kind === "return") tx.offer(id);
}
