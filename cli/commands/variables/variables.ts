import { z } from "zod";
import { inputTypes } from "../../../domain/configs/inputs/template.ts";
import { isId } from "../../../domain/ids.ts";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import { page } from "../../../protocol/api/shared.ts";
import {
  agentVariable,
  inputImpact,
  type Variable,
  variable,
  variableChange,
} from "../../../protocol/api/variables.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, flag, oneOf, option, paging, text, yesOption } from "../../spec.ts";
import { ago } from "../../time.ts";
import { findAgent } from "../agents/find.ts";
import { readSource } from "../configs/source.ts";
import { chosenEnvironment, environmentOption, placeOptions, readPlace } from "../environments/place.ts";
import { isAt, rowAt, rowsNamed, whom, whomBySlug } from "./find.ts";
import { showImpact } from "./impact.ts";

const nameArgument = argument("Its name, such as PORT", text);
const shownChars = 60;

function shown({ type, value }: Pick<Variable, "type" | "value">): string {
  const written = type === "string" ? String(value) : JSON.stringify(value);
  const line = clean(written).replaceAll("\n", "⏎");
  return line.length > shownChars ? `${line.slice(0, shownChars - 1)}…` : line;
}

export const listVariables = command({
  name: "list",
  summary: "List the variables of an environment, or those that count for one agent",
  about:
    "A name may be set for the environment, for a fleet, and for agents by their labels. For each agent the most special one counts: labels within a fleet, labels, fleet, environment. With --agent: which one that is, and whether its files name it.",
  options: {
    environment: environmentOption,
    agent: option("--agent <agent>", "Id or name: what counts for this agent", text.optional(), "agent"),
    ...paging,
  },
  examples: ["muster variables list --environment production", "muster variables list --agent web-1"],
  answer: z.union([page(variable), page(agentVariable)]),
  async run(cli, { options: { environment: wanted, agent, ...query } }) {
    const client = await cli.client();
    const now = cli.io.now();
    if (agent !== undefined) {
      const id = await findAgent(cli, agent);
      const list = await collect(client, "GET /v1/agents/{agent}/variables", { path: { agent: id }, query });
      showList(
        cli,
        list,
        [
          { title: "NAME", value: (row) => row.name },
          { title: "VALUE", value: (row) => (row.chosen ? shown(row.chosen) : (row.problem ?? "")) },
          { title: "BY", value: (row) => row.chosen?.level.replace("_", " ") ?? "none", drop: 2 },
          {
            title: "HIDES",
            align: "right",
            value: (row) => String(row.rows.filter(({ matches }) => matches).length - (row.chosen ? 1 : 0)),
            drop: 3,
          },
          { title: "SENT", value: (row) => (row.named ? "yes" : "no file names it"), drop: 1 },
        ],
        `No variable counts for ${clean(agent)}.`,
      );
      return;
    }
    const found = await chosenEnvironment(cli, wanted);
    const path = { environment: found.id };
    const list = await collect(client, "GET /v1/environments/{environment}/variables", { path, query });
    const forWhom = await whomBySlug(cli, found.projectId, list.items);
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "VALUE", value: shown },
        { title: "TYPE", value: (row) => row.type, drop: 3 },
        { title: "FOR", value: forWhom },
        { title: "CHANGED", value: (row) => `${ago(row.updatedAt, now)} by ${clean(row.author)}`, drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      `No variables in ${found.slug} yet. Set one: muster variables set <name> <value> --environment ${found.slug}`,
    );
  },
});

export const getVariable = command({
  name: "get",
  summary: "Show what a variable is set to, for each place where it is set",
  args: { variable: argument("Its name, or the id of one row", text) },
  options: { environment: environmentOption },
  examples: ["muster variables get PORT --environment production"],
  answer: page(variable),
  async run(cli, { args, options }) {
    const client = await cli.client();
    const id = args.variable;
    const items = isId("variable", id)
      ? [await client.call("GET /v1/variables/{variable}", { path: { variable: id } })]
      : await rowsNamed(cli, (await chosenEnvironment(cli, options.environment)).id, id);
    if (items.length === 0) {
      throw new Failure("notFound", `${clean(id)} is not set. See what is: muster variables list`);
    }
    showList(
      cli,
      { items, nextCursor: null },
      [
        { title: "FOR", value: whom },
        { title: "VALUE", value: shown },
        { title: "TYPE", value: (row) => row.type, drop: 2 },
        { title: "DESCRIPTION", value: (row) => row.description, drop: 1 },
      ],
      "",
    );
  },
});

/** The value as JSON carries it; `given` is what stood on the command line. */
function readValue(given: string, type: (typeof inputTypes)[number]): unknown {
  if (type === "string") return given;
  try {
    return JSON.parse(given);
  } catch {
    throw new Failure(
      "usage",
      `"${clean(given)}" is not of type ${type}. Write it as JSON has it, or say --type string.`,
    );
  }
}

export const setVariable = command({
  name: "set",
  summary: "Set a variable of an environment, of a fleet, or for agents by their labels",
  about:
    "Configs name it as ${var:NAME}, or with a default as ${var:NAME:-text}. Setting it changes no agent: a rollout takes it (muster deploy --refresh-inputs for what is deployed already).",
  args: {
    name: nameArgument,
    value: argument("Its value; left out with --file", z.string().optional()),
  },
  options: {
    ...placeOptions,
    type: option(
      "--type <type>",
      `${inputTypes.join(", ")}; as it is, or else string, when left out`,
      oneOf(inputTypes).optional(),
    ),
    file: option("--file <file>", "Read the value from a file; - reads standard input", text.optional()),
    description: option("--description <text>", "What it is for", z.string().optional()),
    dryRun: flag("--dry-run", "Show which agents it would change after a rollout; set nothing"),
  },
  examples: [
    "muster variables set PORT 8080 --type number --environment production",
    "muster variables set UPSTREAM eu.example.com --selector region=eu --environment production",
    "muster variables set UPSTREAM canary.example.com --in-fleet web --environment production --dry-run",
    "muster variables set CA_BUNDLE --file ca.pem --environment production",
  ],
  answer: z.union([variableChange, inputImpact]),
  async run(cli, { args, options }) {
    if ((args.value === undefined) === (options.file === undefined)) {
      throw new Failure("usage", "Give the value once: after the name, or with --file.");
    }
    const given = args.value ?? (await readSource(cli, options.file ?? "-"));
    const place = await readPlace(cli, options);
    const row = (await rowsNamed(cli, place.environment.id, args.name)).find(isAt(place));
    const type = options.type ?? row?.type ?? "string";
    const client = await cli.client();
    const { description } = options;
    const body = { type, value: readValue(given, type), ...(description !== undefined && { description }) };
    const path = { environment: place.environment.id };
    const whole = { name: args.name, fleet: place.fleet, selector: place.selector, ...body };
    if (options.dryRun) {
      const impact = await client.call("POST /v1/environments/{environment}/variables", {
        path,
        query: { dryRun: true },
        body: whole,
      });
      if ("fleets" in impact) cli.output.result(impact, (style) => showImpact(impact, style));
      return;
    }
    const done = row
      ? await client.call("PATCH /v1/variables/{variable}", { path: { variable: row.id }, body })
      : await client.call("POST /v1/environments/{environment}/variables", { path, body: whole });
    if ("receipt" in done) showDone(cli, done);
  },
});

export const unsetVariable = command({
  name: "unset",
  summary: "Delete a variable where it is set; rows of the same name for others stay",
  about: "Releases that have it keep it. The next one that needs it and finds no other row is refused.",
  args: { name: nameArgument },
  options: { ...placeOptions, yes: yesOption },
  examples: ["muster variables unset PORT --selector region=eu --environment production --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const row = await rowAt(cli, await readPlace(cli, options), args.name);
    await confirm(cli, `Delete ${row.name} for ${whom(row)}?`, options.yes);
    const client = await cli.client();
    showDone(cli, await client.call("DELETE /v1/variables/{variable}", { path: { variable: row.id } }));
  },
});

export const variableImpact = command({
  name: "impact",
  summary: "Show which agents would change if a variable, as it is set now, were rolled out",
  args: { name: nameArgument },
  options: { environment: environmentOption },
  examples: ["muster variables impact PORT --environment production"],
  answer: inputImpact,
  async run(cli, { args, options }) {
    const found = await chosenEnvironment(cli, options.environment);
    const [row] = await rowsNamed(cli, found.id, args.name);
    if (!row) {
      throw new Failure(
        "notFound",
        `${clean(args.name)} is not set in ${found.slug}. See what is: muster variables list --environment ${found.slug}`,
      );
    }
    const client = await cli.client();
    const impact = await client.call("GET /v1/variables/{variable}/impact", { path: { variable: row.id } });
    cli.output.result(impact, (style) => showImpact(impact, style));
  },
});
