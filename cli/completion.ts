import type { Command } from "commander";

/** What may come next after these words; the last one is being typed and may be empty. */
export function complete(program: Command, words: string[]): string[] {
  const typed = words.at(-1) ?? "";
  let at = program;
  for (const word of words.slice(0, -1)) {
    const child = at.commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (child) at = child;
  }
  const names = at.commands.filter((command) => !isHidden(command)).map((command) => command.name());
  const flags = typed.startsWith("-")
    ? [...at.options, ...program.options].map((option) => option.long ?? option.short ?? "")
    : [];
  return [...names, ...new Set(flags)].filter((name) => name !== "" && name.startsWith(typed));
}

const isHidden = (command: Command) => command.name().startsWith("__");
