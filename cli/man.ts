/** Writes `docs/man/muster.1` from the commands themselves: `node cli/man.ts`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { topics } from "./commands/help/topics.ts";
import { commands } from "./commands/index.ts";
import { type CommandSpec, everyCommand } from "./spec.ts";
import { argumentText, globalOptions } from "./usage.ts";
import { version } from "./version.ts";

export const manPath = fileURLToPath(new URL("../docs/man/muster.1", import.meta.url));

/** What roff would take for its own: backslashes, hyphens that must stay, and what begins a line as a request. */
const inRoff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll("`", "\\(ga")
    .replace(/^([.'])/gm, "\\&$1")
    .replace(
      /[\u0080-\u{10ffff}]/gu,
      (one) => `\\[u${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );

const flag = (flags: string) => inRoff(flags).replace(/(\\-\\-?[a-z][a-z\\-]*)/g, "\\fB$1\\fR");

const tagged = (head: string, text: string) => [".TP", head, inRoff(text)];

const literal = (lines: string[]) => [".nf", ".RS", ...lines.map(inRoff), ".RE", ".fi"];

function section(name: string, spec: CommandSpec): string[] {
  const args = Object.entries(spec.args).map(([key, one]) => argumentText(key, one));
  const usage = [`\\fBmuster ${inRoff(name)}\\fR`, ...args.map(inRoff)].join(" ");
  const sentence = `${spec.summary}.${spec.about === "" ? "" : ` ${spec.about}`}`;
  return [
    `.SS "muster ${inRoff(name)}"`,
    usage,
    ".PP",
    inRoff(sentence),
    ...Object.entries(spec.args).flatMap(([key, { about }]) => tagged(`\\fI${inRoff(key)}\\fR`, about)),
    ...Object.values(spec.options).flatMap(({ flags, about }) => tagged(flag(flags), about)),
    ".PP",
    ...literal(spec.examples),
  ];
}

/** The whole page, in man(7). Without a date, so that it changes only when the commands do. */
export function manPage(): string {
  const lines = [
    '.\\" Made from the commands by node cli/man.ts; do not edit it by hand.',
    `.TH MUSTER 1 "" "muster ${version}" "User Commands"`,
    ".SH NAME",
    "muster \\- control fleets of agents from the command line",
    ".SH SYNOPSIS",
    "\\fBmuster\\fR \\fIcommand\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    inRoff(
      "Muster moves fleets of agents to the configs that they should run, safely, and proves what happened. This program does all that the API does. Sign in with muster login; see what is wrong with muster doctor.",
    ),
    ".SH OPTIONS",
    ...globalOptions.flatMap(({ flags, about }) => tagged(flag(flags), about)),
    ...tagged(flag("-h, --help"), "Show help"),
    ...tagged(flag("-v, --version"), "Print the version"),
    ".SH COMMANDS",
    ...everyCommand(commands)
      .filter(({ spec }) => !spec.hidden)
      .flatMap(({ name, spec }) => section(name, spec)),
    ...Object.values(topics).flatMap(({ summary, text }) => [
      `.SH "${inRoff(summary.toUpperCase())}"`,
      ...literal(text.split("\n")),
    ]),
    ".SH SEE ALSO",
    inRoff("docs/reference/cli.md, docs/reference/cli-json.md, and /docs/api of a running server."),
  ];
  return `${lines.join("\n")}\n`;
}

export const writtenManPage = () => readFileSync(manPath, "utf8");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(manPath), { recursive: true });
  writeFileSync(manPath, manPage());
}
