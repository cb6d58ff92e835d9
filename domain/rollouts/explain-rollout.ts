import type { RolloutId } from "../ids.ts";
import { plural } from "../plural.ts";
import type { ApprovalFacts } from "./approval.ts";
import { agents } from "./gates.ts";
import type { Confirmation, Decision, RolloutHeader, Wave } from "./rollout.ts";
import { freezeAt } from "./schedule/closed.ts";
import { isTerminal, type RolloutAgentState, type RolloutState } from "./states.ts";
import { isOverrulable } from "./threshold.ts";

/** What is known of a rollout besides its header. Names are those that people read. */
export interface RolloutFactsToExplain {
  releaseNumber: number;
  author: string;
  createdAt: number;
  /** The finished rollout that this one takes back. */
  revertOf: RolloutId | null;
  approval: ApprovalFacts | null;
  freezeOverride: { by: string; reason: string; at: number } | null;
  /** What a rollout that has not started waits on, and until when at least; null = on nothing, or it has started. */
  pending: { reason: string; untilMs: number | null } | null;
}

export interface RolloutWait {
  on: string;
  since: string | null;
  until: string | null;
  action: { label: string; command: string } | null;
}

/** Content of the API's RolloutExplanation. Times are RFC 3339, UTC. */
export interface ExplainedRollout {
  rolloutId: RolloutId;
  state: RolloutState;
  summary: string;
  waits: RolloutWait[];
  why: { at: string | null; text: string }[];
}

const decisionsTold = 20;

/** Why the rollout stands where it stands: what it waits on, and what led to it, the newest first. */
export function explainRollout(
  header: RolloutHeader,
  facts: RolloutFactsToExplain,
  decisions: readonly Decision[],
  nowMs: number,
): ExplainedRollout {
  return {
    rolloutId: header.id,
    state: header.state,
    summary: summaryOf(header, facts),
    waits: isTerminal(header.state) ? [] : waitsOf(header, facts, nowMs),
    why: whyOf(header, facts, decisions),
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

function summaryOf(
  header: RolloutHeader,
  { releaseNumber, author, revertOf, pending }: RolloutFactsToExplain,
): string {
  const { state, totals, wave, waves } = header;
  const what =
    revertOf === null
      ? `The rollout of release ${releaseNumber} by ${author}`
      : `The revert of rollout ${revertOf} (release ${releaseNumber}) by ${author}`;
  const size = waves.reduce((sum, one) => sum + one.size, 0);
  const where = wave < 0 || isTerminal(state) ? "" : ` in wave ${wave + 1} of ${waves.length}`;
  const run = totals.verified + totals.unchanged;
  const target = revertOf === null ? "the release" : "what it brings back";
  const reached = size === 0 ? "" : ` ${run} of ${agents(size)} ${run === 1 ? "runs" : "run"} ${target}.`;
  const reason = header.reason ?? pending?.reason ?? null;
  const because = reason === null ? "" : `: ${reason.replace(/\.$/, "")}`;
  return `${what} ${stateTexts[state]}${where}${because}.${reached}`;
}

const stateTexts: Record<RolloutState, string> = {
  awaiting_approval: "waits for an approval",
  scheduled: "has not started yet",
  running: "is running",
  paused: "is paused",
  rolling_back: "is rolling back",
  succeeded: "succeeded",
  failed: "failed, and its agents keep what they run",
  cancelled: "was cancelled",
  rolled_back: "was rolled back: its agents run again what they ran before",
  rollback_incomplete: "was rolled back, but not all of its agents confirmed it",
};

function waitsOf(header: RolloutHeader, facts: RolloutFactsToExplain, nowMs: number): RolloutWait[] {
  switch (header.state) {
    case "awaiting_approval":
      return [approvalWait(header, facts)];
    case "scheduled":
      return facts.pending === null ? [] : [pendingWait(header, facts.pending, facts.createdAt, nowMs)];
    case "paused":
      return [...holdWaits(header, nowMs), ...waveWaits(header, nowMs)];
    case "running":
      return [...nextWaits(header), ...waveWaits(header, nowMs)];
    case "rolling_back":
      return [returnWait(header)];
    default:
      return [];
  }
}

const act = (label: string, verb: string, { id }: RolloutHeader, options = "") => ({
  label,
  command: `muster rollouts ${verb} ${id}${options}`,
});

const overrideAction = (header: RolloutHeader) =>
  act("Go on in the freeze (admins)", "override-freeze", header, ' --reason "…"');

function approvalWait(
  header: RolloutHeader,
  { approval, author, createdAt }: RolloutFactsToExplain,
): RolloutWait {
  const who = approval?.byAnother
    ? `another person than ${author} to approve it, since the environment is protected`
    : "a person to approve it";
  return { on: who, since: iso(createdAt), until: null, action: act("Approve it", "approve", header) };
}

function pendingWait(
  header: RolloutHeader,
  { reason, untilMs }: NonNullable<RolloutFactsToExplain["pending"]>,
  createdAt: number,
  nowMs: number,
): RolloutWait {
  const isFrozen = header.freezeOverride === null && freezeAt(header.policy.freezes, nowMs) !== null;
  const action = isFrozen ? overrideAction(header) : act("Take it back", "abort", header);
  return { on: lower(reason), since: iso(createdAt), until: isoOrNull(untilMs), action };
}

function holdWaits(header: RolloutHeader, nowMs: number): RolloutWait[] {
  switch (header.hold) {
    case "person":
      return [
        { on: "a person to resume it", since: null, until: null, action: act("Resume it", "resume", header) },
      ];
    case "promotion": {
      const what =
        header.staging === null
          ? `a person to promote it to wave ${header.wave + 2}`
          : "a person to activate it";
      return [{ on: what, since: null, until: null, action: act("Promote it", "promote", header) }];
    }
    case "inconclusive":
      return [
        {
          on: `more to judge by, or a person: ${header.reason ?? "a gate is inconclusive"}`,
          since: null,
          until: null,
          action: isOverrulable(header) ? act("Go on without it", "promote", header) : null,
        },
      ];
    case "window": {
      const { opening, freezeOverride, policy } = header;
      const isFrozen = freezeOverride === null && freezeAt(policy.freezes, nowMs) !== null;
      return [
        {
          on: lower(header.reason ?? "its maintenance window to open"),
          since: isoOrNull(opening?.fromMs ?? null),
          until: isoOrNull(opening?.untilMs ?? null),
          action: isFrozen ? overrideAction(header) : null,
        },
      ];
    }
    case null:
      return [];
  }
}

/** What stands between two waves. */
function nextWaits(header: RolloutHeader): RolloutWait[] {
  const asked = header.confirmations
    .filter(({ answer }) => answer === null)
    .map((one) => askedWait(header, one));
  if (header.nextWaveAt === null) return asked;
  return [
    {
      on: `the pause before wave ${header.wave + 2} to end`,
      since: isoOrNull(header.waves[header.wave]?.endedAt ?? null),
      until: iso(header.nextWaveAt),
      action: act("End the pause", "promote", header),
    },
    ...asked,
  ];
}

function askedWait(
  header: RolloutHeader,
  { gate, attempt, askedAt, dueAt, text }: Confirmation,
): RolloutWait {
  const webhook = header.gates.webhooks[gate];
  const url = webhook?.url ?? "an outside system";
  const of = webhook ? ` of ${webhook.attempts}` : "";
  const said = text === "" ? "" : `; it said: ${text}`;
  return {
    on: `${url} to confirm (attempt ${attempt}${of}${said})`,
    since: iso(askedAt),
    until: iso(dueAt),
    action: null,
  };
}

/** The agents of the open wave. */
function waveWaits(header: RolloutHeader, nowMs: number): RolloutWait[] {
  const wave = header.waves[header.wave];
  if (!wave || wave.endedAt !== null) return [];
  const { progressDeadlineSeconds } = header.gates;
  const deadline = header.hold === "person" ? null : header.progressAt + progressDeadlineSeconds * 1000;
  const until = deadline !== null && deadline > nowMs ? deadline : null;
  const told = agentWaits(header, wave).map(({ state, count, what }) => ({
    on: `${agents(count)} of wave ${header.wave + 1} ${what}`,
    since: isoOrNull(sinceOf(wave, header)),
    until: isoOrNull(state === "applied" ? null : until),
    action: act("See which", "agents", header, ` --state ${state}`),
  }));
  const { measurement } = header;
  if (told.length > 0 || measurement === null || measurement.waitsSince === null) return told;
  return [
    {
      on: `more readings of ${plural(measurement.gates.length, "metric")} of wave ${header.wave + 1}`,
      since: iso(measurement.waitsSince),
      until: isoOrNull(until),
      action: null,
    },
  ];
}

/** Whom an open wave waits for, by state, and to do what. */
export function agentWaits(
  { strategy, gates, hold, staging }: RolloutHeader,
  { counts }: Wave,
): { state: RolloutAgentState; count: number; what: string }[] {
  const isHeld = hold === "person" || hold === "window";
  const isMetered =
    strategy.kind === "rolling" && (strategy.rate !== null || strategy.maxUnavailable !== null);
  const waiting = isHeld
    ? "to be offered the release"
    : isMetered
      ? "to get a turn, or to come online"
      : "to come online";
  const texts = [
    ["staging", "to take the files in and check them"],
    ["waiting", waiting],
    ["offered", "to answer the offer"],
    ["applying", "to finish applying"],
    ["applied", `to stay healthy for ${gates.soakSeconds} s`],
  ] as const;
  return texts
    .map(([state, what]) => ({ state, count: counts[state], what }))
    .filter(({ state, count }) => count > 0 && !(staging === "staging" && state === "waiting"));
}

function sinceOf({ startedAt }: Wave, { progressAt }: RolloutHeader): number | null {
  return startedAt === null ? null : Math.max(startedAt, progressAt);
}

function returnWait(header: RolloutHeader): RolloutWait {
  return {
    on: `${agents(header.totals.reverting)} to confirm the way back`,
    since: iso(header.progressAt),
    until: iso(header.progressAt + header.gates.progressDeadlineSeconds * 1000),
    action: act("See which", "agents", header, " --state reverting"),
  };
}

const verdictTexts = {
  pass: "let it pass",
  hold: "held it",
  fail: "stopped it",
  info: "noted",
} as const;

function whyOf(
  header: RolloutHeader,
  { author, createdAt, approval, freezeOverride, releaseNumber }: RolloutFactsToExplain,
  decisions: readonly Decision[],
): ExplainedRollout["why"] {
  const facts: { atMs: number; text: string }[] = [
    { atMs: createdAt, text: `${author} ordered release ${releaseNumber}` },
  ];
  if (approval?.verdict && approval.at !== null) {
    const comment = approval.comment === null ? "" : `: ${approval.comment}`;
    const did = approval.verdict === "approve" ? "approved" : "rejected";
    facts.push({ atMs: approval.at, text: `${approval.by ?? "A person"} ${did} it${comment}` });
  }
  if (freezeOverride) {
    const { by, reason, at } = freezeOverride;
    facts.push({ atMs: at, text: `${by} let it go on in a freeze: ${reason}` });
  }
  if (header.startedAt !== null) {
    facts.push({ atMs: header.startedAt, text: `It started, in ${plural(header.waves.length, "wave")}` });
  }
  // Approvals and overrides stand above already.
  const told = decisions
    .filter(({ gate }) => gate !== "approval" && gate !== "freeze")
    .slice(-decisionsTold)
    .map((decision) => ({ atMs: decision.atMs, text: decisionText(decision) }));
  const ended =
    header.endedAt === null ? [] : [{ atMs: header.endedAt, text: `It ${stateTexts[header.state]}` }];
  return [...facts, ...told, ...ended]
    .map((fact, order) => ({ ...fact, order }))
    .sort((a, b) => b.atMs - a.atMs || b.order - a.order)
    .map(({ atMs, text }) => ({ at: iso(atMs), text }));
}

/** "The failures gate of wave 1 let it pass: 0 agents failed, within the 0 allowed" */
function decisionText({ gate, wave, verdict, text }: Decision): string {
  if (gate === "person") return text;
  const where = wave === null ? "" : ` of wave ${wave + 1}`;
  return `The ${gate} gate${where} ${verdictTexts[verdict]}: ${lower(text)}`;
}

/** As a part of a sentence; names in capitals stay. */
function lower(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? `${text[0]?.toLowerCase()}${text.slice(1)}` : text;
}
