import type { RolloutPreview } from "../../../protocol/api/rollouts.ts";
import { clean, type Style } from "../../output.ts";

const shownPerWave = 20;

const agents = (count: number) => `${count} agent${count === 1 ? "" : "s"}`;

/** Names the agents of each wave. */
export function showPreview(plan: RolloutPreview, fleetName: string, { color }: Style): string {
  const lines = [
    `${color.bold("Plan")} for ${fleetName}: ${agents(plan.total)}, ${plan.unchanged} of them unchanged. Nothing has been done.`,
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
    for (const agent of wave.agents.slice(0, shownPerWave)) {
      const remark = agent.change === "latched" ? color.red(" failed with this before, left out") : "";
      const status = agent.status === "online" ? "" : color.yellow(` ${agent.status}`);
      const same = agent.change === "unchanged" ? color.dim(" unchanged") : "";
      lines.push(`  ${clean(agent.name)}${status}${same}${remark}`);
    }
    const more = wave.agents.length - shownPerWave;
    if (more > 0) lines.push(color.dim(`  and ${more} more (all with --json)`));
  }
  for (const warning of plan.warnings) lines.push(`${color.yellow("warning:")} ${clean(warning)}`);
  lines.push(`${color.dim("next:")} the same command without --dry-run, with --plan ${plan.planToken}`);
  return lines.join("\n");
}
