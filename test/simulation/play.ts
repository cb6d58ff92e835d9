import { emptyConfigHash } from "../../domain/configs/render.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { Engine } from "./engine.ts";
import { SimulatedFleet } from "./fleet.ts";
import { checkSent, checkStart, checkStep, hold } from "./laws.ts";
import type { Kept } from "./rows.ts";
import { bringToEnd, checkRest, settle } from "./settle.ts";
import type { Setup } from "./setup.ts";
import { witnessStep } from "./witness.ts";
import { type Move, make } from "./world.ts";

/** What became of the rollouts of one schedule, and what they came by. */
export interface Played {
  ends: string[];
  holds: string[];
}

/** One schedule, with every law checked after every step. @throws LawBroken */
export function play(engine: Engine, setup: Setup, moves: readonly Move[]): Played {
  const holds = new Set<string>();
  const fleet = new SimulatedFleet(engine, setup, {
    stepped(seen) {
      checkStep(seen);
      witnessStep(seen);
      if (seen.after.header.hold) holds.add(seen.after.header.hold);
    },
    started: checkStart,
    sends: checkSent,
  });
  make(fleet, { kind: "order", pick: 0 });
  for (const move of moves) make(fleet, move);
  settle(fleet, { answers: false });
  checkRest(fleet);
  bringToEnd(fleet);
  for (const kept of fleet.rows.rollouts) checkEnd(fleet, kept);
  return { ends: fleet.rows.rollouts.map((kept) => kept.header.state), holds: [...holds] };
}

function checkEnd(fleet: SimulatedFleet, kept: Kept): void {
  const { header, final, plan, setup } = kept;
  hold("law 5 (liveness)", isTerminal(header.state) && final !== null, () => `${kept.id} is ${header.state}`);
  if (!final) return;
  if (header.state === "cancelled") hold("states", header.aborted, () => "cancelled by nobody");
  const later = fleet.rows.rollouts.slice(fleet.rows.rollouts.indexOf(kept) + 1);
  plan.flat().forEach(({ id, target }, place) => {
    const state = final[place]?.state;
    const agent = fleet.agents.find((one) => one.id === id);
    const row = fleet.rows.agents.get(id);
    if (!agent || !row || row.revoked) return;
    if (later.some((one) => one.originals.has(id))) return;
    const original = kept.originals.get(id) ?? "";
    const runs = agent.running === emptyConfigHash ? "" : agent.running;
    const isHonest = agent.behaviour !== "claims" && agent.behaviour !== "misreports";
    if (state === "reverted" && isHonest && fleet.rows.current === kept.previous) {
      const isBack = runs === original || (original === emptyConfigHash && runs === "");
      hold(
        "law 6 (rollback)",
        isBack || row.wanted !== original,
        () => `${id} runs ${runs}, not ${original}`,
      );
    }
    // What a revert brings may have been sent by the rollout that it takes back, too.
    const wasReached =
      kept.revertOf === null && fleet.sent.some((sent) => sent.agent === id && sent.hash === target);
    if (header.state === "rolled_back" && wasReached && original !== target) {
      hold(
        "law 6 (rollback)",
        ["reverted", "rejected"].includes(state ?? ""),
        () => `${id} was reached and is ${state}`,
      );
    }
    if (header.state === "succeeded" && state === "verified" && isHonest && setup.kind === "release") {
      const isThere = agent.running === target || agent.behaviour === "refuses-return";
      hold("success", isThere || row.wanted !== target, () => `${id} is verified and runs ${runs}`);
    }
  });
  const { same, differences } = fleet.engine.replay({
    terms: kept.terms,
    createdAtMs: kept.createdAtMs,
    plan,
    facts: kept.facts,
    log: kept.log,
    truncated: false,
    decisions: kept.decisions,
    final: { header, agents: final },
  });
  hold("replay", same, () => JSON.stringify(differences.slice(0, 3)));
}
