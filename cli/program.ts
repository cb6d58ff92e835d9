import { Command, Option } from "commander";
import { topics } from "./commands/help/topics.ts";
import { commands } from "./commands/index.ts";
import { Failure } from "./exit-codes.ts";
import { type CommandSpec, type GroupSpec, isGroup } from "./spec.ts";
import { argumentText, globalOptions } from "./usage.ts";

export type Run = (
  spec: CommandSpec,
  raw: { args: Record<string, unknown>; options: Record<string, unknown> },
  globals: Record<string, unknown>,
) => Promise<void>;

const footer = `
Sign in with \`muster login\`; choose where you work with \`muster use\`.
More: muster help <command>, and on ${Object.keys(topics).join(", ")}: muster help <topic>`;

export function describe(spec: CommandSpec): string {
  return [spec.summary, spec.about].filter((part) => part !== "").join("\n\n");
}

const examples = (spec: CommandSpec) =>
  `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join("\n")}`;

function addCommand(parent: Command, spec: CommandSpec, run: Run, isDefault = false): void {
  const command = parent.command(spec.name, { hidden: spec.hidden, isDefault });
  command.summary(spec.summary).description(describe(spec)).aliases(spec.aliases);
  for (const [name, argument] of Object.entries(spec.args)) {
    command.argument(argumentText(name, argument), argument.about);
  }
  const keys = Object.entries(spec.options).map(([key, { flags, about, repeat }]) => {
    const option = new Option(flags, about);
    if (repeat) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option);
    return { key, attribute: option.attributeName() };
  });
  if (spec.examples.length > 0) command.addHelpText("after", examples(spec));
  command.action(async () => {
    const values: Record<string, unknown> = command.opts();
    const options = Object.fromEntries(keys.map(({ key, attribute }) => [key, values[attribute]]));
    const args = Object.fromEntries(
      Object.entries(spec.args).map(([name, { rest }], i) => [
        name,
        rest ? command.args.slice(i) : command.args[i],
      ]),
    );
    await run(spec, { args, options }, command.optsWithGlobals());
  });
}

function addGroup(parent: Command, spec: GroupSpec, run: Run): void {
  const command = parent.command(spec.name).summary(spec.summary).description(spec.summary);
  command.aliases(spec.aliases).helpCommand(false);
  for (const child of spec.commands) {
    if (isGroup(child)) addGroup(command, child, run);
    else addCommand(command, child, run, child.name === spec.standard);
  }
}

/** `muster help`, `muster help agents list`, `muster help exit-codes`. */
function addHelp(program: Command, print: (text: string) => void): void {
  program
    .command("help")
    .option("--man", "Print the manual page: muster help --man | man -l -")
    .argument("[topic...]", `A command, or one of: ${Object.keys(topics).join(", ")}`)
    .summary("Show the help of a command or a topic")
    .description("Shows the help of a command or a topic.")
    .addHelpText(
      "after",
      "\nExamples:\n  $ muster help deploy\n  $ muster help exit-codes\n  $ muster help --man | man -l -",
    )
    .action(async (words: string[], { man }: { man?: boolean }) => {
      if (man) {
        // Only when it is asked for: it reads this program's own commands.
        print((await import("./man.ts")).manPage());
        return;
      }
      const topic = words.length === 1 ? topics[words[0] ?? ""] : undefined;
      if (topic) {
        print(`${topic.summary}\n\n${topic.text}\n`);
        return;
      }
      let at = program;
      for (const word of words) {
        const child = at.commands.find((known) => known.name() === word || known.aliases().includes(word));
        if (child === undefined) {
          const known = at.commands.map((command) => command.name()).filter((name) => !name.startsWith("__"));
          const names = at === program ? [...known, ...Object.keys(topics)] : known;
          throw new Failure("usage", `There is no help for "${word}". There is: ${names.join(", ")}.`);
        }
        at = child;
      }
      print(at.helpInformation());
    });
}

export function buildProgram(version: string, run: Run, print: (text: string) => void): Command {
  const program = new Command("muster");
  program
    .description("Muster: a control plane for fleets of agents.")
    .version(version, "-v, --version", "Print the version")
    .helpCommand(false)
    .helpOption("-h, --help", "Show help")
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .addHelpText("after", footer)
    .exitOverride();
  for (const { flags, about } of globalOptions) program.option(flags, about);
  for (const spec of commands) {
    if (isGroup(spec)) addGroup(program, spec, run);
    else addCommand(program, spec, run);
  }
  addHelp(program, print);
  // The program reads options up to the command's name alone, so that a command may have a --version of its own.
  program.enablePositionalOptions();
  for (const command of program.commands) {
    for (const { flags, about } of globalOptions) command.addOption(new Option(flags, about).hideHelp());
  }
  return program;
}
