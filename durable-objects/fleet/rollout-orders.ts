import type { z } from "zod";
import { DomainError, type Refusal, refuse } from "../../domain/errors.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import { approvalFor } from "../../domain/rollouts/approval.ts";
import { checkPlan } from "../../domain/rollouts/check-plan.ts";
import { explainRollout } from "../../domain/rollouts/explain-rollout.ts";
import { type PlannedAgent, planToken } from "../../domain/rollouts/plan.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type {
  Rollout,
  RolloutDetail,
  RolloutExplanation,
  RolloutExport,
  rolloutAgent,
} from "../../protocol/api/rollouts.ts";
import type {
  CheckedRollout,
  Paged,
  PlannedRollout,
  RolloutAgentsQuery,
  RolloutOrder,
} from "../../protocol/rpc/fleet.ts";
import type { AgentRecord, FleetContext, Tx } from "./parts.ts";
import { planWarnings } from "./plan-warnings.ts";
import { relabelled } from "./relabel.ts";
import { type Reported, unfitWarnings } from "./reported-fit.ts";
import { contentsOf, planDiffs } from "./rollout-diffs.ts";
import { maxPending, type Planned } from "./rollout-queue.ts";
import { logsKept, type RolloutRow } from "./rollout-rows.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import { earliestStartMs, type StartTerms } from "./rollout-start-times.ts";
import { previewView, rolloutAgentView, rolloutDetailView, rolloutView } from "./rollout-view.ts";

/** New rollouts, and what people ask of those that there are. Every method refuses by throwing a DomainError. */
export class RolloutOrders {
  readonly #fleet: FleetContext;
  readonly #runner: RolloutRunner;
  readonly #reported: Reported;
  /** The plan of the last check, for the start that follows it. */
  #checked: { key: string; changes: number; planned: Planned } | null = null;

  constructor(fleet: FleetContext, runner: RolloutRunner, reported: Reported) {
    this.#fleet = fleet;
    this.#runner = runner;
    this.#reported = reported;
  }

  preview(order: Omit<RolloutOrder, "id">): PlannedRollout {
    const planned = this.#plan(order);
    const { plan, coverage, refusal } = planned;
    const recordOf = this.#recordsFor(order);
    const givesAnew = order.reapply && !order.reapply.relabel;
    // What is given anew is not held under its new name yet.
    const stands = new Map(givesAnew ? plan.flat().map(({ target, previous }) => [target, previous]) : []);
    const held = (hash: string) => this.#runner.reader.held(stands.get(hash) ?? hash);
    const { diffs, indexOf } = planDiffs(plan, contentsOf(planned, recordOf, held), (hash) =>
      this.#runner.reader.baseOf(hash),
    );
    return {
      ...previewView(plan, recordOf, indexOf),
      warnings: this.#warnings(order, planned),
      diffs: givesAnew
        ? diffs.map((diff) => ({ ...diff, reasons: ["its files were changed on the host"] }))
        : diffs,
      startsAt: this.#startsAt(order),
      planToken: planToken(plan),
      matches: coverage.matches,
      refusal: refusalOf(order) ?? refusal,
    };
  }

  check(order: Omit<RolloutOrder, "id">): CheckedRollout {
    const planned = this.#plan(order);
    const { plan, refusal } = planned;
    this.#checked = { key: planKey(order), changes: this.#fleet.changes, planned };
    return {
      total: plan.reduce((sum, wave) => sum + wave.length, 0),
      unchanged: plan.reduce((sum, wave) => sum + wave.filter(isUnchanged).length, 0),
      waves: plan.length,
      warnings: this.#warnings(order, planned),
      planToken: order.planToken === undefined ? null : planToken(plan),
      refusal: refusalOf(order) ?? refusal,
    };
  }

  #warnings(order: Omit<RolloutOrder, "id">, planned: Planned): string[] {
    const recordOf = this.#recordsFor(order);
    const gives = order.revertOf === null && (!order.reapply || order.reapply.relabel !== undefined);
    const unfit = gives ? unfitWarnings(planned, planned.release, recordOf, this.#reported) : [];
    const warnings = planWarnings(planned, {
      activeRollout: this.#runner.activeId(),
      onActive: order.onActive,
      assignments: planned.release.assignments,
      currentNumber: this.#runner.currentRelease()?.number ?? null,
      maxFailures: order.gates.maxFailures,
      stages: order.strategy.kind === "blue-green",
      recordOf,
    });
    return [...warnings, ...unfit];
  }

  /** Agents as they will be once the rollout has begun. */
  #recordsFor({ reapply }: Omit<RolloutOrder, "id">): (id: AgentId) => AgentRecord | undefined {
    const change = reapply?.relabel;
    const those = new Set(change && reapply.agents);
    return (id) => {
      const record = this.#fleet.agents.get(id);
      return record && change && those.has(id) ? relabelled(record, change) : record;
    };
  }

  /** null = a person or another rollout decides. */
  #startsAt(order: Omit<RolloutOrder, "id">): string | null {
    if (order.onActive !== "supersede" && this.#runner.activeId() !== null) return null;
    const startsAt = earliestStartMs(Date.now(), termsOf(order));
    return startsAt === null ? null : new Date(startsAt).toISOString();
  }

  /** Idempotent by `order.id`. */
  start(order: RolloutOrder): Rollout {
    if (!this.#runner.find(order.id)) this.#start(order);
    return this.#view(order.id);
  }

  #start(order: RolloutOrder): void {
    const { queue } = this.#runner;
    const planned = this.#takeChecked(order) ?? this.#plan(order);
    this.#refuseActive(order);
    if (order.planToken !== undefined && order.planToken !== planToken(planned.plan)) {
      refuse(
        "plan_outdated",
        "The fleet has changed since the dry run: other agents, labels or running configs. Look at a new dry run and use its planToken.",
      );
    }
    const refusal = refusalOf(order) ?? planned.refusal;
    if (refusal) throw new DomainError(refusal);
    this.#fleet.commit((tx) => {
      this.#learnPolicy(tx, order);
      queue.add(tx, order, approvalFor(order), planned);
    });
  }

  #plan(order: Omit<RolloutOrder, "id">): Planned {
    const release = this.#runner.openOrdered(order.release);
    return this.#runner.queue.plan(
      release,
      { revertOf: order.revertOf, reapply: order.reapply ?? null },
      order.strategy,
    );
  }

  #takeChecked(order: RolloutOrder): Planned | null {
    const checked = this.#checked;
    this.#checked = null;
    const holds = checked?.key === planKey(order) && checked.changes === this.#fleet.changes;
    return holds ? checked.planned : null;
  }

  #refuseActive(order: Omit<RolloutOrder, "id">): void {
    const { queue } = this.#runner;
    const active = this.#runner.active();
    const mayWait = order.onActive !== "refuse";
    const before = mayWait ? null : queue.startingBefore(Date.now(), termsOf(order));
    if (before !== null) {
      refuse(
        "rollout_active",
        `Rollout ${before} waits in this fleet and starts before this one. Start this one with onActive queue or supersede, or abort the other: muster rollouts abort ${before}`,
      );
    }
    if (!mayWait && active) {
      const { id, state } = active.header;
      refuse(
        "rollout_active",
        `Rollout ${id} is ${state} in this fleet. Wait until it has ended, abort it (muster rollouts abort ${id}), or start this one with onActive queue or supersede.`,
      );
    }
    if (queue.size >= maxPending) {
      refuse(
        "conflict",
        `${maxPending} rollouts wait for their start in this fleet, which is as many as may. Abort some of them, or wait: ${queue.ids().join(", ")}`,
      );
    }
  }

  /** An order carries its environment's policy; one that `setPolicy` made known since is newer. */
  #learnPolicy(tx: Tx, { policy, policyRevision = 0 }: RolloutOrder): void {
    this.#runner.queue.setPolicy(tx, policy, policyRevision);
  }

  explain(id: RolloutId): RolloutExplanation {
    const { header, facts } = this.#mustFind(id);
    const nowMs = Date.now();
    const pending = this.#runner.queue.waitOf(id, nowMs);
    return explainRollout(header, { ...facts, pending }, this.#runner.reader.decisions(id), nowMs);
  }

  /** @throws DomainError `conflict` */
  export(id: RolloutId): RolloutExport {
    const { header } = this.#mustFind(id);
    const document =
      this.#runner.reader.document(id) ??
      refuse(
        "conflict",
        isTerminal(header.state)
          ? `The log of rollout ${id} is not held: it never started, or it is not among the newest ${logsKept} that ended.`
          : `Rollout ${id} is ${header.state}: there is no log before it starts.`,
      );
    return { format: "muster.rollout/1", rolloutId: id, document };
  }

  get(id: RolloutId): RolloutDetail {
    return rolloutDetailView(this.#mustFind(id), this.#runner.reader.decisions(id), this.#fleet.scope());
  }

  /** In the order of the plan; the cursor is a position in it. */
  agents(id: RolloutId, query: RolloutAgentsQuery): Paged<z.infer<typeof rolloutAgent>> {
    this.#mustFind(id);
    const all = this.#runner.reader.agentsOf(id);
    const matching = query.state === undefined ? all : all.filter(({ agent }) => agent.state === query.state);
    const from = Number(query.cursor ?? 0);
    if (!Number.isInteger(from) || from < 0) {
      refuse("validation_failed", "The cursor is not one that this list gave: start again without it", [
        { path: "cursor", message: "is not a cursor of this list" },
      ]);
    }
    const next = from + query.limit;
    const items = matching
      .slice(from, next)
      .map((one) => rolloutAgentView(one.id, one.agent, this.#fleet.agents.get(one.id)?.name));
    return { items, nextCursor: next < matching.length ? String(next) : null };
  }

  #view(id: RolloutId): Rollout {
    return rolloutView(this.#mustFind(id), this.#fleet.scope());
  }

  #mustFind(id: RolloutId): RolloutRow {
    return this.#runner.mustFind(id);
  }
}

/** What a plan is made of, besides the fleet: a release never changes once it is written. */
const planKey = ({ release, revertOf, reapply, strategy }: Omit<RolloutOrder, "id">): string =>
  JSON.stringify([release.id, release.number, revertOf, reapply, strategy]);

const isUnchanged = ({ change }: PlannedAgent): boolean => change === "unchanged";

function termsOf(order: Omit<RolloutOrder, "id">): StartTerms {
  const { schedule, policy, overrideFreeze } = order;
  return { schedule, policy, approval: approvalFor(order), overridesFreeze: overrideFreeze !== null };
}

/** Why no fleet could carry it out; null = the fleet itself may still refuse it. */
function refusalOf(order: Omit<RolloutOrder, "id">): Refusal | null {
  const { strategy, gates, schedule, policy, release, overrideFreeze } = order;
  const overridesFreeze = overrideFreeze !== null;
  return checkPlan(
    { strategy, gates, schedule, policy, packages: release.packages, overridesFreeze },
    Date.now(),
  );
}
