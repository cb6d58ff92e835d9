import { plural } from "../../../domain/plural.ts";
import type { RolloutPreview } from "../../../protocol/api/rollouts.ts";
import { clean, type Style } from "../../output.ts";
import { ago, withoutFractions } from "../../time.ts";
import { paintDiff } from "../configs/diff.ts";

const shownPerWave = 20;
const shownDiffLines = 200;
/** The server's clock and this one differ, and the answer took its time. */
const atOnceMs = 10_000;

type Diff = RolloutPreview["diffs"][number];
type Agent = RolloutPreview["waves"][number]["agents"][number];

const agents = (count: number) => plural(count, "agent");
const short = (hash: string | null) => (hash === null ? "nothing of ours" : hash.slice(0, 12));

function showAgent(agent: Agent, { color }: Style): string {
  const status = agent.status === "online" ? "" : color.yellow(` ${agent.status}`);
  const change =
    agent.diff === null
      ? agent.change === "unchanged"
        ? color.dim(" unchanged")
        : ""
      : color.dim(` change ${agent.diff + 1}`);
  const remark = agent.change === "latched" ? color.red(" failed with this before, left out") : "";
  return `  ${clean(agent.name)}${status}${change}${remark}`;
}

function showDiff(diff: Diff, index: number, style: Style): string[] {
  const { color } = style;
  const lines = [
    color.bold(`Change ${index + 1}: ${agents(diff.agents)}, ${short(diff.from)} → ${short(diff.to)}`),
  ];
  lines.push(...diff.reasons.map((reason) => `  ${color.dim("because:")} ${clean(reason)}`));
  for (const file of diff.files) {
    lines.push(`  ${clean(file.name)} ${file.change}`);
    if (file.diff === null) {
      lines.push(color.dim("    its text is no longer held, or too long to compare"));
      continue;
    }
    const text = file.diff.trimEnd().split("\n");
    lines.push(...text.slice(0, shownDiffLines).map((line) => `    ${paintDiff(line, style)}`));
    const more = text.length - shownDiffLines;
    if (more > 0) lines.push(color.dim(`    and ${plural(more, "more line")} (all with --json)`));
  }
  for (const { name, from, to } of diff.packages) {
    lines.push(`  package ${clean(name)}: ${clean(from ?? "none")} → ${clean(to ?? "none")}`);
  }
  return lines;
}

/** The agents of each wave, what changes on them, warnings, and when it would start. */
export function showPreview(
  plan: RolloutPreview,
  asked: { heading: string; startAt: string | null; isAsking?: boolean },
  style: Style,
): string {
  const { color } = style;
  const lines = [
    `${color.bold("Plan")} ${asked.heading}: ${agents(plan.total)}, ${plan.unchanged} of them unchanged. Nothing has been done.`,
  ];
  for (const one of plan.assignments) {
    const who = one.selector === "" ? "every agent" : clean(one.selector);
    const kept = one.carriedOver ? color.dim(" kept from the current release") : "";
    lines.push(
      `  ${one.configName}@${one.version} as ${one.fileName} for ${who}: ${agents(one.agents)}${kept}`,
    );
  }
  for (const wave of plan.waves) {
    lines.push(`Wave ${wave.number}: ${agents(wave.agents.length)}`);
    lines.push(...wave.agents.slice(0, shownPerWave).map((agent) => showAgent(agent, style)));
    const more = wave.agents.length - shownPerWave;
    if (more > 0) lines.push(color.dim(`  and ${more} more (all with --json)`));
  }
  lines.push(...plan.diffs.flatMap((diff, i) => showDiff(diff, i, style)));
  for (const warning of plan.warnings) lines.push(`${color.yellow("warning:")} ${clean(warning)}`);
  const { startsAt } = plan;
  const starts =
    startsAt === null
      ? "when nothing holds it any more: an approval, the active rollout, its time, a window or a freeze"
      : Date.parse(startsAt) - style.nowMs < atOnceMs
        ? "at once"
        : `${withoutFractions(startsAt)} (${ago(startsAt, style.nowMs)})`;
  lines.push(`${color.dim("starts:")} ${starts}`);
  if (asked.isAsking) return lines.join("\n");
  // A time counted from now would be another one by then, and the token holds the plan to this one.
  const startAt = asked.startAt === null ? "" : ` --start-at ${withoutFractions(asked.startAt)}`;
  lines.push(
    `${color.dim("next:")} the same command without --dry-run, with${startAt} --plan-token ${plan.planToken}`,
  );
  return lines.join("\n");
}
