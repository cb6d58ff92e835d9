import { z } from "zod";
import { Failure } from "../../exit-codes.ts";
import { schemaOf } from "../../schemas.ts";
import type { CommandSpec, GroupSpec } from "../../spec.ts";
import { command, everyCommand, words } from "../../spec.ts";
import { table } from "../../table.ts";

/** `commands` comes in as an argument: this command is one of them. */
export const printSchema = (commands: () => (CommandSpec | GroupSpec)[]) =>
  command({
    name: "schema",
    summary: "Print the JSON Schema of what a command prints with --json",
    about:
      "Without a command it lists them. Newer versions may add members, but take none away and change no type.",
    args: { command: words("Its words, such as rollouts get") },
    examples: [
      "muster schema",
      "muster schema rollouts get",
      "muster schema agents list > agents.schema.json",
    ],
    answer: z.record(z.string(), z.unknown()),
    async run(cli, { args }) {
      const all = everyCommand(commands());
      const wanted = args.command.join(" ");
      if (wanted === "") {
        const items = all.map(({ name, spec }) => ({
          command: name,
          prints: spec.answer === null ? "no JSON" : spec.lines ? "JSON lines" : "a document",
        }));
        cli.output.result({ items }, (style) =>
          table(
            items,
            [
              { title: "COMMAND", value: (row) => row.command },
              { title: "WITH --json", value: (row) => row.prints },
            ],
            style,
          ),
        );
        return;
      }
      const found = all.find(({ name }) => name === wanted);
      const schema = found && schemaOf(found.name, found.spec);
      if (!schema) throw new Failure("notFound", `No command "${wanted}" prints JSON. See: muster schema`);
      cli.output.result(schema, () => JSON.stringify(schema, null, 2));
    },
  });
