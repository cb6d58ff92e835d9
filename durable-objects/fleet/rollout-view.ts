import type { z } from "zod";
import type { AgentId } from "../../domain/ids.ts";
import type { ApprovalFacts } from "../../domain/rollouts/approval.ts";
import { agentWaits } from "../../domain/rollouts/explain-rollout.ts";
import { agents } from "../../domain/rollouts/gates.ts";
import type { Plan, PlannedAgent } from "../../domain/rollouts/plan.ts";
import type { AgentProgress } from "../../domain/rollouts/progress.ts";
import type { Decision, RolloutHeader, Wave } from "../../domain/rollouts/rollout.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type {
  Rollout,
  RolloutDetail,
  RolloutPreview,
  rolloutAgent,
  waveView,
} from "../../protocol/api/rollouts.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { AgentRecord } from "./parts.ts";
import type { FinalAgent, RolloutRow } from "./rollout-rows.ts";

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

export function rolloutView({ facts, header }: RolloutRow, scope: FleetScope): Rollout {
  return {
    id: header.id,
    fleetId: scope.fleetId,
    releaseId: facts.releaseId,
    releaseNumber: facts.releaseNumber,
    state: header.state,
    reason: header.reason ?? waitingFor(header),
    hold: header.hold,
    strategy: header.strategy,
    gates: header.gates,
    autoRevert: header.autoRevert,
    schedule: { startAt: isoOrNull(facts.schedule.startAtMs), windows: facts.schedule.windows },
    revertOf: facts.revertOf,
    approval: approvalView(facts.approval),
    freezeOverride: facts.freezeOverride && {
      by: facts.freezeOverride.by,
      reason: facts.freezeOverride.reason,
    },
    message: facts.message,
    author: facts.author,
    counts: header.totals,
    total: header.waves.reduce((sum, wave) => sum + wave.size, 0),
    createdAt: iso(facts.createdAt),
    startedAt: isoOrNull(header.startedAt),
    endedAt: isoOrNull(header.endedAt),
  };
}

function approvalView(approval: ApprovalFacts | null): Rollout["approval"] {
  if (!approval) return null;
  const { required, by, verdict, comment, at } = approval;
  return { required, by, verdict, comment, at: isoOrNull(at) };
}

/** What a running rollout waits on, in words. */
function waitingFor(header: RolloutHeader): string | null {
  const wave = header.waves[header.wave];
  if (header.state !== "running" || !wave || wave.endedAt !== null) return null;
  const told = agentWaits(header, wave).map(({ count, what }) => `${agents(count)} ${what}`);
  return told.length === 0 ? null : `Wave ${header.wave + 1} waits for ${told.join(", ")}`;
}

function viewWave(wave: Wave, index: number, header: RolloutHeader): z.infer<typeof waveView> {
  const neverStarted = isTerminal(header.state) || header.state === "rolling_back" ? "skipped" : "waiting";
  return {
    number: index + 1,
    state: wave.verdict ?? (wave.startedAt === null ? neverStarted : "running"),
    size: wave.size,
    counts: wave.counts,
    startedAt: isoOrNull(wave.startedAt),
    endedAt: isoOrNull(wave.endedAt),
  };
}

export function rolloutDetailView(
  row: RolloutRow,
  decisions: readonly Decision[],
  scope: FleetScope,
): RolloutDetail {
  return {
    ...rolloutView(row, scope),
    waves: row.header.waves.map((wave, index) => viewWave(wave, index, row.header)),
    decisions: decisions.map(({ atMs, wave, verdict, gate, text, inputs }) => ({
      at: iso(atMs),
      wave: wave === null ? null : wave + 1,
      verdict,
      gate,
      text,
      inputs,
    })),
    live: true,
  };
}

type AgentView = z.infer<typeof rolloutAgent>;

export function rolloutAgentView(
  id: AgentId,
  agent: AgentProgress | FinalAgent,
  name: string | undefined,
): AgentView {
  return {
    agentId: id,
    name: name ?? id,
    wave: agent.wave + 1,
    state: agent.state,
    hash: agent.target,
    previousHash: agent.previous === "" ? null : agent.previous,
    error: agent.error,
  };
}

/** The waves with their agents by name. */
export function previewView(
  plan: Plan,
  recordOf: (id: AgentId) => AgentRecord | undefined,
  diffOf: (agent: PlannedAgent) => number | null,
): Pick<RolloutPreview, "total" | "unchanged" | "waves"> {
  const all = plan.flat();
  return {
    total: all.length,
    unchanged: all.filter(({ change }) => change === "unchanged").length,
    waves: plan.map((wave, index) => ({
      number: index + 1,
      agents: wave.map((agent) => {
        const { id, change } = agent;
        const record = recordOf(id);
        const status = record?.connectedAt === null || record === undefined ? "offline" : "online";
        return { id, name: record?.name ?? id, status, change, diff: diffOf(agent) };
      }),
    })),
  };
}
