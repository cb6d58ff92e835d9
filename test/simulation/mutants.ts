/** One deliberate mistake in the rules: `find` stands exactly once in `file` of `domain/rollouts`. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
}

export const mutants: Mutant[] = [
  {
    name: "one more in flight than may be",
    file: "pace.ts",
    find: "limit === null ? Number.POSITIVE_INFINITY : limit - header.unavailable,",
    replace: "limit === null ? Number.POSITIVE_INFINITY : limit - header.unavailable + 1,",
  },
  {
    name: "a batch of one more",
    file: "strategies/rolling.ts",
    find: "const size = resolveCount(batch, agents.length);",
    replace: "const size = resolveCount(batch, agents.length) + 1;",
  },
  {
    name: "the rate is ignored",
    file: "pace.ts",
    find: "rate === null ? Number.POSITIVE_INFINITY : Math.floor(tokensAt(header, rate, nowMs) + almost),",
    replace: "Number.POSITIVE_INFINITY,",
  },
  {
    name: "the gate of failures is ignored",
    file: "gates.ts",
    find: "const fails = failures > gates.maxFailures;",
    replace: "const fails = failures > 1e9;",
  },
  {
    name: "the gate of evidence is ignored",
    file: "waves.ts",
    find: 'if (evidence.verdict === "hold" && !options.overruled) {',
    replace: 'if (evidence.verdict === "hold" && options.overruled) {',
  },
  {
    name: "the soak is cut short",
    file: "dues.ts",
    find: "progress.soakFrom === null ? null : progress.soakFrom + soakSeconds * 1000;",
    replace: "progress.soakFrom === null ? null : progress.soakFrom + soakSeconds * 500;",
  },
  {
    name: "a break does not restart the soak",
    file: "observations.ts",
    find: "draft.set(id, before, { ...change, soakFrom: well ? draft.nowMs : null });",
    replace: "draft.set(id, before, { ...change, soakFrom: before.soakFrom ?? before.since });",
  },
  {
    name: "an abort stops nothing before the wave is over",
    file: "commands.ts",
    find: 'stop(draft, "A person aborted it");',
    replace: "",
  },
  {
    name: "all go back to one release, not each to what it ran",
    file: "plan.ts",
    find: "splitIntoWaves(strategy, touched, ordered).map((wave) => wave.map(toPlanned));",
    replace:
      'splitIntoWaves(strategy, touched, ordered).map((wave) => wave.map((one) => ({ ...toPlanned(one), previous: ordered.find(({ running }) => running !== one.target)?.running ?? "" })));',
  },
  {
    name: "who was offered it is offered it again",
    file: "pace.ts",
    find: 'return connected && (state === "waiting" || state === "staged");',
    replace: 'return connected && (state === "waiting" || state === "staged" || state === "offered");',
  },
  {
    name: "a promotion is not waited for",
    file: "threshold.ts",
    find: "if (header.promoted >= wave) return false;",
    replace: "if (header.promoted >= -1) return false;",
  },
  {
    name: "windows and freezes are ignored",
    file: "opening.ts",
    find: "if (!isBound(header)) return null;",
    replace: "if (header.revision >= 0) return null;",
  },
  {
    name: "the time of the start is ignored",
    file: "admission.ts",
    find: "if (startAtMs !== null && startAtMs > nowMs) {",
    replace: "if (startAtMs !== null && startAtMs > nowMs + 1e12) {",
  },
  {
    name: "a webhook is asked and not awaited",
    file: "confirmations.ts",
    find: "if (now.answer === null) waiting.push(",
    replace: "if (now.attempt < 0) waiting.push(",
  },
  {
    name: "who refuses the files counts as staged",
    file: "staging.ts",
    find: 'error === null ? { state: "staged" }',
    replace: 'error !== undefined ? { state: "staged" }',
  },
  {
    name: "an ack that comes twice counts twice",
    file: "draft.ts",
    find: "const moved = change.state !== undefined && change.state !== before.state;",
    replace: "const moved = change.state !== undefined;",
  },
  {
    name: "the rest of the fleet is not compared with",
    file: "analysis/judge-metric.ts",
    find: "...(gate.compare === null ? [] : [judgeComparison(gate, gate.compare, wave, baseline)]),",
    replace: "",
  },
  {
    name: "limits of metrics are ignored",
    file: "analysis/judge-metric.ts",
    find: "...judgeLimits(gate, wave),",
    replace: "",
  },
  {
    name: "who is superseded offers on",
    file: "commands.ts",
    find: 'gate: "succession", text });\n  stop(draft, text);',
    replace: 'gate: "succession", text });',
  },
  {
    name: "the author approves in a protected environment",
    file: "approval.ts",
    find: "if (facts.person === said.person) {",
    replace: 'if (facts.person === said.person && said.name === "") {',
  },
  {
    name: "who failed with it before is offered it",
    file: "plan.ts",
    find: 'latchedError === null ? "changed" : "latched"',
    replace: 'latchedError === undefined ? "latched" : "changed"',
  },
  {
    name: "the progress deadline ends no waiting",
    file: "dues.ts",
    find: "if (deadline !== null && draft.nowMs >= deadline) lose(draft, id, progress);",
    replace: "if (deadline !== null && draft.nowMs >= deadline + 1e12) lose(draft, id, progress);",
  },
  {
    name: "what has ended goes on",
    file: "advance.ts",
    find: "if (isTerminal(rollout.header.state)) return draft.finish();",
    replace: "",
  },
  {
    name: "who was offered it is forgotten with memory",
    file: "restore.ts",
    find: "const known = row ? { ...initial, ...withoutId(row) } : initial;",
    replace: "const known = row ? { ...initial, ...withoutId(row), offeredAt: null } : initial;",
  },
];
