import { expect, it } from "vitest";
import { commands } from "./commands/index.ts";
import { buildProgram } from "./program.ts";
import { type CommandSpec, type GroupSpec, isGroup } from "./spec.ts";
import { globalOptions } from "./usage.ts";

type Spec = CommandSpec | GroupSpec;
type Leaf = [path: string[], spec: CommandSpec];

const leavesOf = (specs: readonly Spec[], above: string[] = []): Leaf[] =>
  specs.flatMap((spec) => {
    const path = [...above, spec.name];
    return isGroup(spec) ? leavesOf(spec.commands, path) : [[path, spec] satisfies Leaf];
  });

it("takes every global option before, between and after the words of every command", async () => {
  let ran: unknown = null;
  const run = async (spec: CommandSpec, _: unknown, globals: Record<string, unknown>) => {
    ran = { spec, globals };
  };
  const program = buildProgram("1.0.0", run, () => {});
  for (const [path, spec] of leavesOf(commands)) {
    const words = [...path, ...Object.keys(spec.args).map(() => "x")];
    for (const { flags } of globalOptions) {
      const [long = ""] = flags.split(" ");
      const option = flags.includes("<") ? [long, "given"] : [long];
      const globals = { [long.slice(2)]: option[1] ?? true };
      for (let at = 0; at <= words.length; at++) {
        const line = [...words.slice(0, at), ...option, ...words.slice(at)];
        await program.parseAsync(line, { from: "user" });
        expect(ran, line.join(" ")).toMatchObject({
          spec: { name: spec.name, summary: spec.summary },
          globals,
        });
        ran = null;
      }
    }
  }
});
