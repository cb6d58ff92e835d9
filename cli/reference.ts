/** Writes `docs/reference/cli.md` from the commands themselves: `node cli/reference.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { topics } from "./commands/help/topics.ts";
import { commands } from "./commands/index.ts";
import { type CommandSpec, everyCommand, isGroup } from "./spec.ts";
import { argumentText, globalOptions } from "./usage.ts";

export const referencePath = fileURLToPath(new URL("../docs/reference/cli.md", import.meta.url));

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

function rows(head: [string, string], pairs: [string, string][]): string[] {
  if (pairs.length === 0) return [];
  const body = pairs.map(([name, about]) => `| \`${name.replaceAll("|", "\\|")}\` | ${cell(about)} |`);
  return [`| ${head[0]} | ${head[1]} |`, "|---|---|", ...body, ""];
}

function section(spec: CommandSpec, name: string): string[] {
  const args = Object.entries(spec.args);
  const usage = [
    `muster ${name}`,
    ...args.map(([key, argument]) => argumentText(key, argument)),
    ...(Object.keys(spec.options).length > 0 ? ["[options]"] : []),
  ].join(" ");
  return [
    `${name === spec.name ? "##" : "###"} muster ${name}`,
    "",
    `${cell(spec.summary)}.`,
    ...(spec.about === "" ? [] : ["", cell(spec.about)]),
    "",
    "```",
    usage,
    "```",
    "",
    ...rows(
      ["argument", "what"],
      args.map(([key, { about }]) => [key, about]),
    ),
    ...rows(
      ["option", "what"],
      Object.values(spec.options).map(({ flags, about }) => [flags, about]),
    ),
    "```sh",
    ...spec.examples,
    "```",
    "",
  ];
}

export function reference(): string {
  const lines = [
    "# `muster`, the command line",
    "",
    "Made from the commands' own help by `node cli/reference.ts`; do not edit it by hand.",
    "",
    "Everywhere an id is asked for, a slug or a name works too, within the chosen organization, project and fleet.",
    "With `--json` a command prints one JSON document and nothing else on standard output; progress, remarks and errors go to standard error.",
    "",
    "## Options of every command",
    "",
    ...rows(
      ["option", "what"],
      globalOptions.map(({ flags, about }) => [flags, about]),
    ),
    ...Object.values(topics).flatMap(({ summary, text }) => [`## ${summary}`, "", "```", text, "```", ""]),
  ];
  for (const spec of commands) {
    if (isGroup(spec)) lines.push(`## muster ${spec.name}`, "", `${cell(spec.summary)}.`, "");
    for (const { name, spec: found } of everyCommand([spec])) lines.push(...section(found, name));
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

export const writtenReference = () => readFileSync(referencePath, "utf8");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(referencePath, reference());
}
