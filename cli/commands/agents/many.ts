/** Orders for many agents: whom they reach, and what a plan says. */
import { z } from "zod";
import {
  type AgentActionPlan,
  agentActionPlan,
  agentActionResult,
} from "../../../protocol/api/agent-actions.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { clean, type Style } from "../../output.ts";
import { flag, option, text } from "../../spec.ts";
import { type Column, table } from "../../table.ts";
import { findAgent } from "./find.ts";

type Planned = AgentActionPlan["agents"][number];

export const manyOptions = {
  selector: option(
    "--selector <selector>",
    "All agents whose labels match, such as role=web,region!=eu",
    text.optional(),
  ),
  all: flag("--all", "All agents of the fleet"),
  dryRun: flag("--dry-run", "Show which agents, and what happens to each; change nothing"),
};

export const manyAnswer = z.union([agentActionPlan, agentActionResult]);

/** Exactly one of agents by name, a selector, and all. */
export async function whom(
  cli: Cli,
  names: readonly string[],
  { selector, all }: { selector: string | undefined; all: boolean },
): Promise<{ selector: string } | { agents: string[] }> {
  if (Number(names.length > 0) + Number(selector !== undefined) + Number(all) !== 1) {
    throw new Failure("usage", "Say which agents: by name or id, with --selector, or with --all.");
  }
  if (names.length === 0) return { selector: selector ?? "" };
  return { agents: await Promise.all(names.map((name) => findAgent(cli, name))) };
}

const labelsText = (labels: Record<string, string>) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

const columns: Column<Planned>[] = [
  { title: "NAME", value: (row) => row.name },
  { title: "DOES", value: (row) => row.does },
  { title: "BEFORE", value: (row) => labelsText(row.before), drop: 2 },
  { title: "AFTER", value: (row) => labelsText(row.after), drop: 1 },
  { title: "WHAT HAPPENS", value: (row) => row.text },
];

export function showPlan(plan: AgentActionPlan, style: Style): string {
  const labelled = plan.agents.some(({ does }) => does === "relabel");
  const shown = labelled ? columns : columns.filter(({ title }) => title !== "BEFORE" && title !== "AFTER");
  const more = plan.total + plan.nothing - plan.agents.length;
  const how = plan.byRollout
    ? "A rollout of the current release changes the labels as it starts."
    : plan.maxUnavailable !== null
      ? `At most ${plan.maxUnavailable} at the same time.`
      : labelled
        ? "The labels change at once."
        : "It cannot be undone.";
  return [
    table(plan.agents, shown, style),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...plan.warnings.map((warning) => `${style.color.yellow("warning:")} ${clean(warning)}`),
    `${plan.total} of ${plan.total + plan.nothing} agents, ${plan.runsOther} of them with something else to run. ${how} Nothing was changed.`,
  ].join("\n");
}
