import type { z } from "zod";
import { DomainError, refuse } from "../../domain/errors.ts";
import type { RolloutId } from "../../domain/ids.ts";
import { isPromotable } from "../../domain/rollouts/advance.ts";
import { planToken } from "../../domain/rollouts/plan.ts";
import type { Rollout, RolloutDetail, rolloutAgent } from "../../protocol/api/rollouts.ts";
import type { Paged, PlannedRollout, RolloutAgentsQuery, RolloutOrder } from "../../protocol/rpc/fleet.ts";
import type { FleetContext } from "./parts.ts";
import { planWarnings } from "./plan-warnings.ts";
import { openRelease, withoutContents } from "./releases.ts";
import { planRelease } from "./rollout-plan.ts";
import { heldAgents, liftHold } from "./rollout-retry.ts";
import type { RolloutRow } from "./rollout-rows.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import { previewView, rolloutAgentView, rolloutDetailView, rolloutView } from "./rollout-view.ts";

/** What people ask of a fleet's rollouts. Every method refuses by throwing a DomainError. */
export class RolloutOrders {
  readonly #fleet: FleetContext;
  readonly #runner: RolloutRunner;

  constructor(fleet: FleetContext, runner: RolloutRunner) {
    this.#fleet = fleet;
    this.#runner = runner;
  }

  preview(order: Omit<RolloutOrder, "id">): PlannedRollout {
    const release = openRelease(withoutContents(order.release));
    const current = this.#runner.currentRelease();
    const planned = planRelease(release, current, this.#fleet.agents.values(), order.strategy);
    const { plan, coverage, refusal } = planned;
    const warnings = planWarnings(planned, {
      activeRollout: this.#runner.activeId(),
      assignments: release.assignments,
      currentNumber: current?.number ?? null,
      maxFailures: order.gates.maxFailures,
      isOffline: (id) => this.#fleet.agents.get(id)?.connectedAt === null,
    });
    return {
      ...previewView(plan, (id) => this.#fleet.agents.get(id)),
      warnings,
      diffs: [],
      startsAt: null,
      planToken: planToken(plan),
      matches: coverage.matches,
      refusal,
    };
  }

  /** Idempotent by `order.id`. */
  start(order: RolloutOrder): Rollout {
    if (!this.#runner.find(order.id)) this.#start(order);
    return this.#view(order.id);
  }

  #start(order: RolloutOrder): void {
    const activeId = this.#runner.activeId();
    if (activeId !== null) {
      const state = this.#mustFind(activeId).header.state;
      refuse(
        "rollout_active",
        `Rollout ${activeId} is ${state} in this fleet. Wait until it has ended, or abort it: muster rollouts abort ${activeId}`,
      );
    }
    const release = openRelease(withoutContents(order.release));
    const current = this.#runner.currentRelease();
    const { plan, refusal } = planRelease(release, current, this.#fleet.agents.values(), order.strategy);
    if (order.planToken !== undefined && order.planToken !== planToken(plan)) {
      refuse(
        "plan_outdated",
        "The fleet has changed since the dry run: other agents, labels or running configs. Look at a new dry run and use its planToken.",
      );
    }
    if (refusal) throw new DomainError(refusal);
    this.#fleet.commit((tx) => this.#runner.begin(tx, order, plan, release));
  }

  /** Once it answers, no further offer of the rollout's release leaves. Again changes nothing. */
  abort(id: RolloutId, actor: string): Rollout {
    const { header } = this.#mustFind(id);
    const canStop = header.state === "running" || header.state === "paused";
    if (!canStop && !header.aborted && header.state !== "rolling_back") {
      refuse(
        "rollout_finished",
        `Rollout ${id} has already ended: it is ${header.state}. Deploy another release to change the fleet.`,
      );
    }
    return this.#command(id, "abort", actor);
  }

  pause(id: RolloutId, actor: string): Rollout {
    this.#mustRun(id, "paused");
    return this.#command(id, "pause", actor);
  }

  resume(id: RolloutId, actor: string): Rollout {
    this.#mustRun(id, "resumed");
    return this.#command(id, "resume", actor);
  }

  promote(id: RolloutId, actor: string): Rollout {
    this.#mustRun(id, "promoted");
    if (!isPromotable(this.#mustFind(id).header)) {
      refuse(
        "conflict",
        `Rollout ${id} waits for nobody's promotion: it is paused by a person, or its wave is under way. See muster rollouts get ${id}`,
      );
    }
    return this.#command(id, "promote", actor);
  }

  /** Lifts the latch of the release on agents that failed with it; those that should run it now are offered it. */
  retry(id: RolloutId, actor: string): Rollout {
    const row = this.#mustFind(id);
    const { header, facts } = row;
    if (this.#runner.activeId() === id) {
      refuse(
        "conflict",
        `Rollout ${id} is ${header.state}: its failed agents can be retried once it has ended. Wait, or abort it: muster rollouts abort ${id}`,
      );
    }
    const held = heldAgents(this.#fleet, this.#runner, id);
    if (held.length === 0) {
      refuse(
        "conflict",
        `No agent is held back from release ${facts.releaseNumber} for having failed in rollout ${id}: there is nothing to retry.`,
      );
    }
    this.#fleet.commit((tx) => liftHold(tx, this.#fleet, row, held, actor));
    return this.#view(id);
  }

  #mustRun(id: RolloutId, what: string): void {
    const { state } = this.#mustFind(id).header;
    if (state !== "running" && state !== "paused") {
      refuse("rollout_finished", `Rollout ${id} is ${state}: only one that is under way can be ${what}.`);
    }
  }

  #command(id: RolloutId, kind: "abort" | "pause" | "resume" | "promote", actor: string): Rollout {
    this.#fleet.commit((tx) => this.#runner.command(tx, id, { kind, actor }));
    return this.#view(id);
  }

  get(id: RolloutId): RolloutDetail {
    return rolloutDetailView(this.#mustFind(id), this.#runner.decisions(id), this.#fleet.scope());
  }

  /** In the order of the plan; the cursor is a position in it. */
  agents(id: RolloutId, query: RolloutAgentsQuery): Paged<z.infer<typeof rolloutAgent>> {
    this.#mustFind(id);
    const all = this.#runner.agentsOf(id);
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
    return (
      this.#runner.find(id) ??
      refuse("not_found", `There is no rollout ${id} in this fleet: list the fleet's rollouts`)
    );
  }
}
