import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { diffText, formatDiff } from "../../../domain/configs/diff.ts";
import { plural } from "../../../domain/plural.ts";
import {
  configTemplate,
  filledTemplate,
  instantiatedTemplate,
  type TemplateMerge,
  templateMerge,
  updatedFromTemplate,
} from "../../../protocol/api/templates.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, flag, option, repeated, text, whole } from "../../spec.ts";
import { facts } from "../../table.ts";
import { showDiagnostics } from "../configs/diagnostics.ts";
import { paintDiff } from "../configs/diff.ts";
import { findConfig, readVersion } from "../configs/find.ts";
import { readSource } from "../configs/source.ts";
import { labelPairs } from "../tokens/create.ts";
import { referenceOf, splitTemplate } from "./find.ts";

const setOption = repeated("--set <name=value>", "A parameter's value; may be repeated", labelPairs);
const messageOption = option("-m, --message <text>", "Why this version", text.optional());

export const useTemplate = command({
  name: "use",
  summary: "Make a config from a template",
  args: {
    template: argument("Name or id, with @version; the latest when left out", text, "template"),
    config: argument("The config's name: lower-case letters, digits and dashes", text),
  },
  options: {
    set: setOption,
    label: repeated("--label <key=value>", "A label of the config's own; may be repeated", labelPairs),
    message: messageOption,
    dryRun: flag("--dry-run", "Print the text that it would have, and make nothing"),
  },
  examples: ["muster templates use collector-gateway gateway --set backend=otlp.example.com:4317"],
  answer: instantiatedTemplate.or(filledTemplate),
  async run(cli, { args, options }) {
    const { id } = await cli.scope.project();
    const { name, version } = splitTemplate(args.template);
    const call = (await cli.client()).call;
    const input = {
      path: { project: id },
      body: {
        template: await referenceOf(cli, name),
        version,
        name: args.config,
        parameters: options.set,
        labels: options.label,
        message: options.message,
      },
    };
    const made = await call("POST /v1/projects/{project}/configs/from-template", {
      ...input,
      ...(options.dryRun && { query: { dryRun: true } }),
    });
    if ("receipt" in made) showDone(cli, made);
    else if (cli.output.json) cli.output.result(made, () => "");
    else {
      cli.output.note(showDiagnostics(made.diagnostics, args.config, made.content, cli.output.style));
      cli.io.stdout.write(made.content);
    }
  },
});

export const showOrigin = command({
  name: "origin",
  summary: "Show which template a config was made from, and whether there is a newer version",
  args: { config: argument("Id or name", text, "config") },
  examples: ["muster templates origin gateway"],
  answer: configTemplate,
  async run(cli, { args }) {
    const found = await findConfig(cli, args.config);
    const origin = await (await cli.client()).call("GET /v1/configs/{config}/template", {
      path: { config: found.id },
    });
    const state = origin.outdated
      ? `; ${origin.latestVersion} is there: muster templates update ${found.name}`
      : ", the latest";
    cli.output.result(origin, (style) =>
      facts(
        [
          ["template", `${clean(origin.title)} (${origin.origin.template})`],
          ["version", `${origin.origin.version}${state}`],
          ...Object.entries(origin.origin.parameters).map(([name, value]): [string, string] => [
            name,
            clean(value),
          ]),
        ],
        style,
      ),
    );
  },
});

const marks = /^(?:<{7} config|={7}|>{7} template)$/m;

/** As `git` marks conflicts; only ever in a file of one's own. */
export const withMarks = ({ parts }: Pick<TemplateMerge, "parts">): string =>
  parts
    .map((part) => {
      if ("text" in part) return part.text;
      const { ours, theirs } = part.conflict;
      const ended = (side: string) => (side === "" || side.endsWith("\n") ? side : `${side}\n`);
      return `<<<<<<< config\n${ended(ours)}=======\n${ended(theirs)}>>>>>>> template\n`;
    })
    .join("");

export const updateFromTemplate = command({
  name: "update",
  summary: "Take the template's newest version, or other values, into a config",
  about:
    "Merges three ways: what the template changed since goes into the config as it is now. Where both changed the same " +
    "lines it is refused (exit 5): --merge writes the merge to a file with the conflicts marked, --file sends it when they are resolved.",
  args: { config: argument("Id or name", text, "config") },
  options: {
    version: option(
      "--version <version>",
      "The template's; the latest when left out",
      whole(1, 1_000_000).optional(),
    ),
    set: setOption,
    dryRun: flag("--dry-run", "Show what would change, and save nothing"),
    merge: option("--merge <file>", "Write the merge to this file, and save nothing", text.optional()),
    file: option(
      "--file <file>",
      "The text with every conflict resolved; - reads standard input",
      text.optional(),
    ),
    base: option("--base <version>", "The config's version that was merged", whole(1, 1_000_000).optional()),
    message: messageOption,
  },
  examples: [
    "muster templates update gateway --dry-run",
    "muster templates update gateway --merge merged.yaml",
    "muster templates update gateway --file merged.yaml --base 3 --version 2",
  ],
  answer: updatedFromTemplate.or(templateMerge),
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    const content = options.file === undefined ? undefined : await readSource(cli, options.file);
    if (content !== undefined && marks.test(content)) {
      throw new Failure("usage", `${options.file} still has conflicts marked in it. Resolve them first.`);
    }
    const body = {
      version: options.version,
      parameters: options.set,
      content,
      baseVersion: options.base,
      message: options.message,
    };
    const client = await cli.client();
    const dryRun = options.dryRun || options.merge !== undefined;
    const done = await client
      .call("POST /v1/configs/{config}/template-update", {
        path: { config: found.id },
        body,
        ...(dryRun && { query: { dryRun: true } }),
      })
      .catch((error: unknown) => {
        throw inOwnWords(error, found.name);
      });
    if ("receipt" in done) return showDone(cli, done);
    if (options.merge !== undefined) {
      await writeFile(resolve(cli.io.cwd, options.merge), withMarks(done));
    }
    const before = await readVersion(cli, found, done.baseVersion);
    cli.output.result(done, (style) => showMerge(found.name, done, before.content, options.merge, style));
  },
});

/** Where both changed the same lines, what the API advises is done with the file of a merge. */
function inOwnWords(error: unknown, name: string): unknown {
  if (!(error instanceof Failure) || error.code !== "conflict") return error;
  const { exit, requestId, errors } = error;
  if (!errors.some(({ path }) => path.startsWith("content:"))) return error;
  return new Failure(
    exit,
    `${name} and its template changed the same ${plural(errors.length, "place")}. Write the merge to a file and ` +
      `resolve it there: muster templates update ${name} --merge <file>`,
    { code: "conflict", requestId, errors },
  );
}

function showMerge(
  name: string,
  merge: TemplateMerge,
  before: string,
  file: string | undefined,
  style: Cli["output"]["style"],
): string {
  const { conflicts, from, to, baseVersion } = merge;
  const diff = formatDiff(diffText(before, merge.content));
  const head = merge.changed
    ? `${name} would take version ${to.version} of its template (now ${from.version}).`
    : `${name} has version ${to.version} of its template already.`;
  const lines = [
    head,
    ...diff
      .trimEnd()
      .split("\n")
      .filter(Boolean)
      .map((line) => paintDiff(line, style)),
  ];
  if (conflicts.length > 0) {
    lines.push(
      `${plural(conflicts.length, "conflict")}, at line ${conflicts.map(({ line }) => line).join(", ")}.`,
    );
    lines.push(
      file === undefined
        ? `Next: muster templates update ${name} --merge <file>`
        : `Resolve them in ${file}, then, with the same --set: muster templates update ${name} --file ${file} --base ${baseVersion} --version ${to.version}`,
    );
  } else if (merge.changed) lines.push(`Next: muster templates update ${name}`);
  return lines.join("\n");
}
