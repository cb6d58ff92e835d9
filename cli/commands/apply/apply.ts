import { z } from "zod";
import { plural } from "../../../domain/plural.ts";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { collect } from "../../listing.ts";
import { clean, type Style } from "../../output.ts";
import { command, flag, option, text, yesOption } from "../../spec.ts";
import { paintDiff } from "../configs/diff.ts";
import { requireSuccess, watchRollout } from "../rollouts/watch.ts";
import { planConfigs } from "./configs.ts";
import { readDescribed } from "./documents.ts";
import { planFleets } from "./fleets.ts";
import { type PlannedChange, plannedChange, type Step } from "./step.ts";
import { planVariables } from "./variables.ts";

const everything = { limit: 10_000 };
const changed = z.object({ changes: z.array(plannedChange) });

/** What differs between a folder and the server, in the order in which it is changed. */
async function planOf(cli: Cli, folder: string, started: (rolloutId: string) => void): Promise<Step[]> {
  const described = await readDescribed(cli, folder);
  const { id: projectId } = await cli.scope.project();
  const client = await cli.client();
  const path = { project: projectId };
  const [{ items: configs }, { items: fleets }] = await Promise.all([
    collect(client, "GET /v1/projects/{project}/configs", { path, query: everything }),
    collect(client, "GET /v1/projects/{project}/fleets", { path, query: everything }),
  ]);
  const variables = await planVariables(cli, described.variables, fleets);
  const planned = await planConfigs(cli, projectId, described.configs, configs);
  const around = { projectId, fleets, configs: planned.after, changing: variables.changing, started };
  return [...variables.steps, ...planned.steps, ...(await planFleets(cli, described.fleets, around))];
}

const shown = ({ kind, name, action, summary, details, diff }: Step): PlannedChange => ({
  kind,
  name,
  action,
  summary,
  details,
  diff,
});

function showPlan(steps: readonly Step[], style: Style): string {
  const { color } = style;
  if (steps.length === 0) return "Nothing changes.";
  const blocks = steps.map(({ kind, action, summary, details, diff }) => {
    const sign = action === "create" ? color.green("+") : color.yellow("~");
    const lines = diff === null ? [] : diff.trimEnd().split("\n");
    return [
      `${sign} ${color.bold(kind)} ${clean(summary)}`,
      ...[...details, ...lines].map((line) => `    ${paintDiff(line, style)}`),
    ].join("\n");
  });
  return [...blocks, `${plural(steps.length, "change")}.`].join("\n");
}

const fileOption = option(
  "-f, --file <folder>",
  "A folder of YAML or JSON files, or one file: muster help folder",
  text,
);

export const diffFolder = command({
  name: "diff",
  summary: "Show what `muster apply` would change",
  about:
    "Compares a folder that describes variables, configs and what goes to which fleet with the server. Changes nothing. Exits with 0 when nothing would change, 2 when something would, and 1 on any error.",
  options: { file: fileOption },
  examples: ["muster diff -f config/", "muster diff -f config/ --json"],
  answer: changed,
  differs: true,
  async run(cli, { options }) {
    const steps = await planOf(cli, options.file, () => {});
    cli.output.result({ changes: steps.map(shown) }, (style) => showPlan(steps, style));
    if (steps.length > 0) cli.leave("changes");
  },
});

export const applyFolder = command({
  name: "apply",
  summary: "Make the server as a folder describes it",
  about:
    "Sets variables, saves configs, then starts a rollout in each fleet that is given something else than before. A fleet is given the assignments of its document and no others, unless it says keepOthers: true; what else the folder does not name stays, and nothing is deleted. Shows the plan and asks first. Exits with 0 when nothing was to be changed, 2 when changes were made, and 1 on any error: the same command again goes on from where it stopped.",
  options: {
    file: fileOption,
    yes: yesOption,
    wait: flag("-w, --wait", "Follow the rollouts until they have ended; exit 1 unless all succeed"),
  },
  examples: ["muster apply -f config/", "muster apply -f config/ --yes --wait"],
  answer: changed.extend({ done: z.array(z.string()), rollouts: z.array(z.string()) }),
  differs: true,
  async run(cli, { options }) {
    const rollouts: string[] = [];
    const steps = await planOf(cli, options.file, (id) => rollouts.push(id));
    const result = { changes: steps.map(shown), done: [] as string[], rollouts };
    if (steps.length === 0) {
      cli.output.result(result, (style) => showPlan(steps, style));
      return;
    }
    if (!cli.output.json) cli.output.note(showPlan(steps, cli.output.style));
    await confirm(cli, "Carry this out?", options.yes);
    for (const step of steps) {
      const done = await step.run();
      result.done.push(done);
      if (!cli.output.json) cli.output.note(clean(done));
    }
    for (const id of options.wait ? rollouts : []) await requireSuccess(cli, await watchRollout(cli, id));
    cli.output.result(result, () => `${plural(steps.length, "change")} made.`);
    cli.leave("changes");
  },
});
