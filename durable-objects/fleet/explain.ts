import { emptyConfigHash } from "../../domain/configs/render.ts";
import { DomainError } from "../../domain/errors.ts";
import { awayText } from "../../domain/fleets/offline.ts";
import type { Decision } from "../../domain/rollouts/rollout.ts";
import { timeText } from "../../domain/rollouts/schedule/closed.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { AgentExplanation } from "../../protocol/api/agents.ts";
import type { DriftedAgent } from "../../protocol/api/drift.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import { configStateOf, statusOf } from "./agent-view.ts";
import type { OpenRelease } from "./open-release.ts";
import type { AgentRecord } from "./parts.ts";
import type { Standing } from "./rollout-standing.ts";
import { renderFor, takesPackages } from "./wanted.ts";

type Reason = AgentExplanation["reasons"][number];

const iso = (ms: number) => new Date(ms).toISOString();
const short = (hash: string) => hash.slice(0, 12);

interface Surroundings {
  repair: DriftedAgent["repair"] | null;
  /** What the fleet tells of as `agent.offline`; null = of nobody. */
  offlineAfterSeconds: number | null;
}

/** Why the agent is as it is: sentences, each with the facts behind it, the most telling one as the summary. */
export function explainAgent(
  agent: AgentRecord,
  standing: Standing,
  { repair, offlineAfterSeconds }: Surroundings,
): AgentExplanation {
  const { release } = standing;
  const config = explainConfig(agent, standing);
  const drift = explainDrift(agent, repair);
  const rollout = explainRollout(standing);
  const reasons = [
    explainConnection(agent, offlineAfterSeconds),
    explainHealth(agent),
    config,
    ...(drift ? [drift] : []),
    ...(rollout ? [rollout] : []),
    explainCredential(agent),
  ];
  const here = `${agent.name} ${agent.decommissioned ? "was decommissioned" : `is ${statusOf(agent)}`}`;
  const well = agent.healthy === false && agent.revokedAt === null ? " and unhealthy" : "";
  return {
    agentId: agent.id,
    summary: `${here}${well}. ${config.text}${drift ? ` ${drift.text}` : ""}`,
    reasons,
    release: release === null ? null : { id: release.id, number: release.number },
    matched: ((release && renderFor(release, agent)?.matched) ?? []).map(
      ({ configId, configName, version, selector }) => ({
        configId,
        configName,
        version,
        selector,
      }),
    ),
    rollout: rolloutOf(standing),
    latched: agent.latched.map(({ hash, error, at }) => ({ hash, error, at: iso(at) })),
  };
}

function explainConnection(agent: AgentRecord, offlineAfterSeconds: number | null): Reason {
  const { transport, disconnectedAt, awayTold = false } = agent;
  const facts = { transport, disconnectedAt, offlineAfterSeconds, awayTold };
  switch (statusOf(agent)) {
    case "revoked":
      return {
        topic: "connection",
        text: `${goneOf(agent)} It cannot connect until it enrols anew with another token.`,
        since: agent.revokedAt === null ? null : iso(agent.revokedAt),
        facts,
      };
    case "online":
      return {
        topic: "connection",
        text: `Connected over ${agent.transport === "http" ? "HTTP polling" : "a WebSocket"}.`,
        since: agent.connectedAt === null ? null : iso(agent.connectedAt),
        facts,
      };
    case "offline":
      return {
        topic: "connection",
        text: `Not connected: the host is down, the network is cut, or the agent was stopped.${awayOf(agent, offlineAfterSeconds)}`,
        since: agent.disconnectedAt === null ? null : iso(agent.disconnectedAt),
        facts,
      };
  }
}

function goneOf({ decommissioned }: AgentRecord): string {
  if (!decommissioned) return "It was revoked: its credential counts no longer.";
  return `It was decommissioned by ${decommissioned.by}: ${decommissioned.reason}.`;
}

function awayOf({ awayTold }: AgentRecord, afterSeconds: number | null): string {
  if (awayTold) return " It has been away for longer than the fleet allows, which was told (agent.offline).";
  if (afterSeconds === null) return "";
  return ` Once it has been away for ${awayText(afterSeconds)}, the fleet tells of it (agent.offline).`;
}

function explainHealth(agent: AgentRecord): Reason {
  const text =
    agent.healthy === null
      ? "It does not report health; while connected it counts as healthy."
      : `${saidHealth(agent)}${agent.healthy ? "" : `: ${agent.healthError ?? "it gave no reason"}`}.`;
  return { topic: "health", text, since: null, facts: { healthy: agent.healthy, error: agent.healthError } };
}

function saidHealth({ healthy, connectedAt }: AgentRecord): string {
  const word = healthy ? "healthy" : "unhealthy";
  return connectedAt === null
    ? `When it was last connected, it said that it was ${word}`
    : `It says that it is ${word}`;
}

function explainConfig(agent: AgentRecord, { release, current, keepsFiles }: Standing): Reason {
  const facts = {
    wanted: agent.wantedHash,
    offered: agent.offeredHash,
    reported: agent.reportedHash,
    status: agent.reportedStatus,
    running: agent.runningHash || null,
  };
  const since = agent.offeredAt === null ? null : iso(agent.offeredAt);
  const kept =
    keepsFiles && agent.revokedAt === null
      ? ` The current release ${current?.number} has packages for it and no config, and would take its files: it keeps what it runs. Assign it a config to bring it packages too.`
      : "";
  return { topic: "config", text: configText(agent, release, current) + kept, since, facts };
}

function configText(agent: AgentRecord, release: OpenRelease | null, current: OpenRelease | null): string {
  const wanted = agent.wantedHash;
  if (wanted === null) return nothingWanted(agent, current);
  const what =
    wanted === emptyConfigHash
      ? "no files, as before its first config"
      : `config ${short(wanted)}${release ? ` of release ${release.number}` : ""}`;
  switch (configStateOf(agent)) {
    case "none":
      return nothingWanted(agent, current);
    case "in_sync":
      return agent.revokedAt === null
        ? `It runs ${what}, as wanted.`
        : `When it left, it ran ${what}, as wanted.`;
    case "offered":
      return `It was offered ${what} and has not answered yet.`;
    case "applying":
      return `It is applying ${what}.`;
    case "failed": {
      const error = agent.latched.find((latch) => latch.hash === wanted)?.error ?? agent.reportedError;
      return `It refused ${what}: ${error ?? "it gave no reason"}. This config is not offered to it again; deploy a corrected version.`;
    }
    case "pending":
      return agent.offeredHash === wanted && agent.offeredAt !== null
        ? `It was offered ${what} at ${timeText(agent.offeredAt)} and was gone before it answered: ${whenAgain(agent)}.`
        : `It should run ${what}, and was not offered it yet: ${whyPending(agent)}.`;
  }
}

function whenAgain(agent: AgentRecord): string {
  return agent.revokedAt === null
    ? "it is offered it again when it returns"
    : `${goneBecause(agent)}, so it does not return`;
}

const goneBecause = ({ decommissioned }: AgentRecord) =>
  decommissioned ? "it was decommissioned" : "its credential is revoked";

function whyPending(agent: AgentRecord): string {
  if (agent.revokedAt !== null) return goneBecause(agent);
  if (agent.connectedAt === null) return "it is offline, and gets it when it returns";
  if (!hasCapability(agent.capabilities, "AcceptsRemoteConfig")) return "it does not accept remote config";
  return agent.transport === "http" ? "it gets it with its next poll" : "it gets it with its next message";
}

function nothingWanted(agent: AgentRecord, current: OpenRelease | null): string {
  if (!current) return "Nothing is wanted of it: no release has succeeded in this fleet yet.";
  try {
    return current.renderFor(agent.labels, takesPackages(agent)).hash === null
      ? `Nothing is wanted of it: no selector of the current release ${current.number} matches its labels.`
      : `Nothing is wanted of it now; it gets the current release ${current.number} when it connects again.`;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return `Nothing is wanted of it: ${error.refusal.detail}`;
  }
}

function explainDrift({ drift = null }: AgentRecord, repair: DriftedAgent["repair"] | null): Reason | null {
  if (!drift) return null;
  const files = drift.files.map(
    ({ name, change }) => `${name} ${change === "missing" ? "is missing" : "was changed"}`,
  );
  return {
    topic: "drift",
    text: `Its files are not those that it was given: ${files.join(", ")} (${drift.severity}).${repair ? ` ${repair.text}` : ""}`,
    since: iso(drift.since),
    facts: { severity: drift.severity, files: drift.files, expected: drift.expected, repair },
  };
}

const agentStateTexts = {
  waiting: "waits for its wave, or to come online",
  staging: "is taking the files in, to run them later",
  staged: "has taken the files in and checked them, and waits for the activation",
  offered: "was offered the release and has not answered yet",
  applying: "is applying the release",
  applied: "applied the release and must now stay healthy",
  verified: "applied the release and stayed healthy",
  failed: "failed",
  rejected: "was left out, since this very config failed on it before",
  timed_out: "began to apply the release and did not finish in time",
  unreachable: "was not reached",
  unchanged: "ran the release's files already",
  reverting: "is on its way back to what it ran before",
  reverted: "is back at what it ran before",
  revert_failed: "did not confirm that it is back at what it ran before",
} as const;

/** Where a rollout that has ended left an agent halfway. */
const leftTexts = {
  waiting: "was never offered the release",
  staging: "is taking the files in, to run them later",
  staged: "has taken the files in and checked them, and waits for the activation",
  offered: "was offered the release and had not answered by then",
  applying: "was still applying the release",
  applied: "applied the release",
} as const;

const verdictTexts = {
  pass: "let through by",
  hold: "held by",
  fail: "stopped by",
  info: "seen by",
} as const;

/** "let through by: failures gate of wave 1 (0 failed, 0 allowed)" */
function gateText({ verdict, gate, wave, text, inputs }: Decision): string {
  const who = gate === "person" ? "a person" : `${gate} gate`;
  const where = wave === null ? "" : `${gate === "person" ? " in" : " of"} wave ${wave + 1}`;
  const why = gate === "failures" ? `${inputs.failures} failed, ${inputs.maxFailures} allowed` : text;
  return `${verdictTexts[verdict]}: ${who}${where} (${why})`;
}

function explainRollout({ row, progress, gate }: Standing): Reason | null {
  if (!row || !progress) return null;
  const { header, facts } = row;
  const ended = isTerminal(header.state) ? `, which is ${header.state.replaceAll("_", " ")},` : "";
  const error = progress.error === null ? "" : ` (${progress.error})`;
  const { state } = progress;
  const done = isTerminal(header.state) && state in leftTexts;
  const what = done ? leftTexts[state as keyof typeof leftTexts] : agentStateTexts[state];
  const judged = gate === null ? "" : `; ${gateText(gate)}`;
  return {
    topic: "rollout",
    text: `In wave ${progress.wave + 1} of rollout ${header.id}${ended} started by ${facts.author}, it ${what}${error}${judged}.`,
    since: iso(progress.since),
    facts: { target: progress.target, previous: progress.previous || null, state: progress.state },
  };
}

function rolloutOf({ row, progress, gate }: Standing): AgentExplanation["rollout"] {
  if (!row || !progress) return null;
  return {
    id: row.header.id,
    state: row.header.state,
    wave: progress.wave + 1,
    agentState: progress.state,
    gate: gate && gateText(gate),
    startedBy: row.facts.author,
  };
}

function explainCredential(agent: AgentRecord): Reason {
  const text =
    agent.revokedAt !== null
      ? "Its credential counts no longer."
      : agent.credential === "agent"
        ? "It uses a credential of its own."
        : agent.pendingGeneration === null
          ? "It uses its enrolment token as a static credential, since it cannot take one of its own."
          : "It still uses its enrolment token; a credential of its own was offered to it.";
  const facts = { kind: agent.credential, tokenId: agent.tokenId, generation: agent.generation };
  return { topic: "credential", text, since: iso(agent.revokedAt ?? agent.enrolledAt), facts };
}
