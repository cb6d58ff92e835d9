import { refuse } from "../../domain/errors.ts";
import type { RolloutId } from "../../domain/ids.ts";
import { isPromotable } from "../../domain/rollouts/advance.ts";
import { decideApproval } from "../../domain/rollouts/approval.ts";
import type { Policy } from "../../domain/rollouts/policy.ts";
import type { Decision } from "../../domain/rollouts/rollout.ts";
import { checkWindows } from "../../domain/rollouts/schedule/validate.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { Approval, ConfirmationAnswer } from "../../protocol/rpc/fleet.ts";
import type { FleetContext } from "./parts.ts";
import { overrideDecision } from "./rollout-queue.ts";
import { heldAgents, liftHold } from "./rollout-retry.ts";
import type { RolloutRow } from "./rollout-rows.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import { rolloutView } from "./rollout-view.ts";

/** Who orders something: the id that events carry, and the name that people read. */
export interface Who {
  actor: string;
  name: string;
}

/** What people order of rollouts that there are. Every method refuses by throwing a DomainError. */
export class RolloutCommands {
  readonly #fleet: FleetContext;
  readonly #runner: RolloutRunner;

  constructor(fleet: FleetContext, runner: RolloutRunner) {
    this.#fleet = fleet;
    this.#runner = runner;
  }

  /** Once it answers, no further offer of the rollout's release leaves. Again changes nothing. */
  abort(id: RolloutId, who: Who): Rollout {
    const { header } = this.#runner.mustFind(id);
    if (isTerminal(header.state) && !header.aborted) {
      refuse(
        "rollout_finished",
        `Rollout ${id} has already ended: it is ${header.state}. Deploy another release to change the fleet, or take this one back: muster rollouts revert ${id}`,
      );
    }
    if (!this.#isPending(header.state)) return this.#command(id, "abort", who);
    const reason = `${who.name} aborted it before it started`;
    this.#fleet.commit((tx) =>
      this.#runner.queue.end(
        tx,
        id,
        "cancelled",
        { reason, actor: who.actor },
        personDecision(tx.nowMs, "fail", reason),
      ),
    );
    return this.#view(id);
  }

  pause(id: RolloutId, who: Who): Rollout {
    this.#mustRun(id, "paused");
    return this.#command(id, "pause", who);
  }

  resume(id: RolloutId, who: Who): Rollout {
    this.#mustRun(id, "resumed");
    return this.#command(id, "resume", who);
  }

  promote(id: RolloutId, who: Who): Rollout {
    this.#mustRun(id, "promoted");
    if (!isPromotable(this.#runner.mustFind(id).header)) {
      refuse(
        "conflict",
        `Rollout ${id} waits for nobody's promotion: it is paused by a person, or its wave is under way. See muster rollouts get ${id}`,
      );
    }
    return this.#command(id, "promote", who);
  }

  /** Lifts the latch of the release on agents that failed with it; those that should run it now are offered it. */
  retry(id: RolloutId, { actor }: Who): Rollout {
    const row = this.#runner.mustFind(id);
    const { header, facts } = row;
    if (!isTerminal(header.state)) {
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

  /** A rejection cancels the rollout. The same verdict again changes nothing. */
  approve(id: RolloutId, approval: Approval): Rollout {
    const row = this.#runner.mustFind(id);
    const decided = decideApproval(row, approval);
    if (!decided) return this.#view(id);
    const { name, actor, comment } = approval;
    const said = comment === null ? "" : `: ${comment}`;
    this.#fleet.commit((tx) => {
      const { queue } = this.#runner;
      const facts = { ...decided, at: tx.nowMs };
      if (approval.verdict === "reject") {
        const reason = `${name} rejected it${said}`;
        const told = { reason, actor, facts: { approval: facts } };
        queue.end(tx, id, "cancelled", told, approvalDecision(tx.nowMs, "fail", reason, approval));
        return;
      }
      const summary = `${name} approved it${said}`;
      queue.change(
        tx,
        id,
        { facts: { approval: facts }, state: "scheduled" },
        { type: "rollout.approved", summary, actor },
        approvalDecision(tx.nowMs, "pass", summary, approval),
      );
    });
    return this.#view(id);
  }

  /** It goes on in a freeze from now on. Again changes nothing. */
  overrideFreeze(id: RolloutId, { actor, name, reason }: Who & { reason: string }): Rollout {
    const { header, facts } = this.#runner.mustFind(id);
    if (isTerminal(header.state) || header.state === "rolling_back") {
      refuse("rollout_finished", `Rollout ${id} is ${header.state}: no freeze holds it any more.`);
    }
    if (facts.freezeOverride !== null) return this.#view(id);
    this.#fleet.commit((tx) => {
      const freezeOverride = { actor, by: name, reason, at: tx.nowMs };
      const told = {
        type: "rollout.freeze_overridden" as const,
        summary: `${name} lets it go on in a freeze: ${reason}`,
        actor,
      };
      if (this.#isPending(header.state)) {
        this.#runner.queue.change(
          tx,
          id,
          { facts: { freezeOverride } },
          told,
          overrideDecision(freezeOverride),
        );
        return;
      }
      this.#runner.changeFacts(tx, id, { freezeOverride });
      this.#runner.command(tx, id, { kind: "override-freeze", actor, name, reason });
    });
    return this.#view(id);
  }

  /** Late, doubled and unknown answers change nothing. */
  answerConfirmation(id: RolloutId, answer: ConfirmationAnswer): null {
    this.#runner.mustFind(id);
    this.#fleet.commit((tx) => this.#runner.command(tx, id, { kind: "confirmation", ...answer }));
    return null;
  }

  /** @throws DomainError `validation_failed`: a window that cannot be read would stop everything that waits */
  setPolicy(policy: Policy, revision: number): null {
    const errors = checkWindows(policy.windows, "windows");
    if (errors.length > 0) {
      refuse(
        "validation_failed",
        `The policy cannot be read: ${errors[0]?.path} ${errors[0]?.message}.`,
        errors,
      );
    }
    this.#fleet.commit((tx) => this.#runner.queue.setPolicy(tx, policy, revision));
    return null;
  }

  #isPending(state: RolloutRow["header"]["state"]): boolean {
    return state === "awaiting_approval" || state === "scheduled";
  }

  #mustRun(id: RolloutId, what: string): void {
    const { state } = this.#runner.mustFind(id).header;
    if (this.#isPending(state)) {
      refuse(
        "conflict",
        `Rollout ${id} is ${state}: only one that is under way can be ${what}. See muster explain rollout ${id}`,
      );
    }
    if (state !== "running" && state !== "paused") {
      refuse("rollout_finished", `Rollout ${id} is ${state}: only one that is under way can be ${what}.`);
    }
  }

  #command(id: RolloutId, kind: "abort" | "pause" | "resume" | "promote", { actor, name }: Who): Rollout {
    this.#fleet.commit((tx) => this.#runner.command(tx, id, { kind, actor, name }));
    return this.#view(id);
  }

  #view(id: RolloutId): Rollout {
    return rolloutView(this.#runner.mustFind(id), this.#fleet.scope());
  }
}

function personDecision(atMs: number, verdict: Decision["verdict"], text: string): Decision {
  return { atMs, wave: null, verdict, gate: "person", text, inputs: {} };
}

function approvalDecision(
  atMs: number,
  verdict: Decision["verdict"],
  text: string,
  { name, comment }: Approval,
): Decision {
  const inputs = { by: name, ...(comment !== null && { comment }) };
  return { atMs, wave: null, verdict, gate: "approval", text, inputs };
}
