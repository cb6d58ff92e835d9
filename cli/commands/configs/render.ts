import { type AgentRender, agentRender } from "../../../protocol/api/renders.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { clean, type Style } from "../../output.ts";
import { command, oneOf, option, text } from "../../spec.ts";
import { findAgent } from "../agents/find.ts";
import { assignmentOptions, readAssignments } from "../releases/assignments.ts";
import { findRelease } from "../releases/find.ts";
import { paintDiff } from "./diff.ts";

const sides = ["desired", "applied", "effective"] as const;

const sideTexts = {
  desired: "what is wanted of it",
  applied: "what it applied last",
  effective: "what it says it has",
} as const;

const changeTexts = {
  changed: "would change",
  unchanged: "runs this already",
  latched: "failed with this before, and would be left out",
  none: "would be given nothing",
} as const;

/** Each file in full, or with `against` its difference from what the agent has. */
export function showRender(
  render: AgentRender,
  against: (typeof sides)[number] | undefined,
  style: Style,
): string {
  const { color } = style;
  const hash = render.hash === null ? "" : ` (${render.hash.slice(0, 12)})`;
  const lines = [`${color.bold(clean(render.name))} ${changeTexts[render.change]}${hash}.`];
  if (render.problem !== null) lines.push(`  ${color.red("problem:")} ${clean(render.problem)}`);
  lines.push(...render.reasons.map((reason) => `  ${color.dim("because:")} ${clean(reason)}`));
  for (const file of render.files) {
    lines.push("", color.bold(`${clean(file.name)} (${clean(file.contentType)})`));
    if (against === undefined) {
      lines.push(...file.content.replace(/\n$/, "").split("\n").map(clean));
      continue;
    }
    const diff = file.against[against];
    if (diff === null) lines.push(color.dim(`  ${sideTexts[against]} is not known, or too long to compare`));
    else if (diff === "") lines.push(color.dim(`  equal to ${sideTexts[against]}`));
    else
      lines.push(
        ...diff
          .trimEnd()
          .split("\n")
          .map((line) => paintDiff(line, style)),
      );
  }
  return lines.join("\n");
}

async function bodyOf(
  cli: Cli,
  projectFleet: string,
  options: Parameters<typeof readAssignments>[2] & { release: string | undefined },
) {
  const named = options.config.length + options.package.length > 0;
  if (options.release !== undefined) {
    if (named || options.refreshInputs) {
      throw new Failure(
        "usage",
        "--release says already what it gives: leave out --config and --refresh-inputs.",
      );
    }
    return { release: (await findRelease(cli, options.release)).id };
  }
  if (!named) return { refreshInputs: options.refreshInputs };
  const fleet = await (await cli.client()).call("GET /v1/fleets/{fleet}", { path: { fleet: projectFleet } });
  return readAssignments(cli, fleet, options);
}

export const renderConfigs = command({
  name: "render",
  summary: "Show the files that one agent would be given, filled in, and why they differ from what it has",
  about:
    "Of the fleet's current release, of another one, or with --config of a release that holds these configs besides. Secrets are masked. Nothing is changed.",
  options: {
    agent: option("--agent <agent>", "Id or name", text, "agent"),
    ...assignmentOptions,
    release: option("--release <release>", "What this release gives, by number or id", text.optional()),
    against: option(
      "--against <what>",
      `Show the difference from it instead of the files: ${sides.join(", ")}`,
      oneOf(sides).optional(),
    ),
  },
  examples: [
    "muster configs render --agent web-1",
    "muster configs render --agent web-1 --config edge@4 --against applied",
    "muster configs render --agent web-1 --refresh-inputs --against desired",
  ],
  answer: agentRender,
  async run(cli, { options }) {
    const client = await cli.client();
    const agent = await findAgent(cli, options.agent);
    const { fleetId } = await client.call("GET /v1/agents/{agent}", { path: { agent } });
    const body = await bodyOf(cli, fleetId, options);
    const render = await client.call("POST /v1/agents/{agent}/render", { path: { agent }, body });
    cli.output.result(render, (style) => showRender(render, options.against, style));
  },
});
