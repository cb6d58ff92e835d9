import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { commands } from "./commands/index.ts";
import { type CommandSpec, type GroupSpec, isGroup } from "./spec.ts";
import { globalOptions } from "./usage.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const searched = [
  "README.md",
  "docs",
  "domain",
  "durable-objects",
  "workers",
  "protocol",
  "dashboard",
  "cli/commands",
];

/** Words in code: `muster rollouts abort ${id} --wait`, up to the quote, the pipe or the line's end. */
const named =
  /(?:npx |[`"'$] ?)muster ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)((?: (?:(?!["'](?:,|$))(?:[^`"'|\n#]|'[^'\n]*'|"[^"\n]*"))*)?)/gm;

function found(): { file: string; words: string[]; rest: string; flags: string[] }[] {
  const files = execFileSync("git", ["ls-files", ...searched], { cwd: root, encoding: "utf8" });
  return files
    .split("\n")
    .filter((file) => /\.(ts|tsx|md)$/.test(file) && !/\.test\.ts|docs\/adr|\/adapters\//.test(file))
    .flatMap((file) =>
      [...readFileSync(`${root}/${file}`, "utf8").matchAll(named)].map(([, words = "", rest = ""]) => ({
        file,
        rest,
        words: words.split(" "),
        flags: [...rest.matchAll(/(?<= )--[a-z][a-z-]+/g)].map(([flag]) => flag),
      })),
    );
}

it("names no command and no option that there is not", () => {
  const all = found();
  expect(all.length).toBeGreaterThan(100);
  const known = new Set(globalOptions.map(({ flags }) => flags.split(" ")[0]));
  const wrong = all.filter(({ words: [first, second], rest, flags }) => {
    // A verb that is filled in by code.
    if (second === undefined && rest.trimStart().startsWith("${")) return false;
    // `muster on web-1` is how a device calls itself.
    if (first === "help" || first === "agent" || first === "on") return false;
    const top = commands.find(({ name, aliases }) => name === first || aliases.includes(first ?? ""));
    if (top === undefined) return true;
    // A third word is a command where the second names a group, and an argument elsewhere.
    const third = /^ ([a-z][a-z-]*)/.exec(rest)?.[1];
    const spec = [second, third].reduce<CommandSpec | GroupSpec | undefined>((at, word) => {
      if (at === undefined || !isGroup(at)) return at;
      const child = at.commands.find(({ name, aliases }) => name === word || aliases.includes(word ?? ""));
      // An argument of the group's own command.
      return child ?? at.commands.find(({ name }) => name === at.standard);
    }, top);
    if (spec === undefined) return true;
    if (isGroup(spec)) return third !== undefined;
    const options = Object.values(spec.options).flatMap((option) => option.flags.match(/--[a-z-]+/g) ?? []);
    return flags.some((flag) => !known.has(flag) && !options.includes(flag) && flag !== "--help");
  });
  expect(wrong).toEqual([]);
});
