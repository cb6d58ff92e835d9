import { fleet } from "../../../protocol/api/fleets.ts";
import { clean } from "../../output.ts";
import { createScope } from "../../scope.ts";
import { argument, command, option, text } from "../../spec.ts";

export const updateFleet = command({
  name: "update",
  summary: "Rename a fleet",
  args: { fleet: argument("Id, slug or name", text, "fleet") },
  options: { name: option("--name <name>", "Its new name", text) },
  examples: ['muster fleets update web --name "Web servers EU"'],
  answer: fleet,
  async run(cli, { args, options }) {
    const given = { ...cli.globals, fleet: args.fleet };
    const before = await createScope(cli.client, given, cli.io.env, () => cli.contexts.read()).fleet();
    const changed = await (await cli.client()).call("PATCH /v1/fleets/{fleet}", {
      path: { fleet: before.id },
      body: { name: options.name },
    });
    cli.output.result(
      changed,
      ({ color }) =>
        `${color.green("✓")} Fleet ${clean(before.name)} is called ${clean(changed.name)} now.\n  ${color.dim("undo:")} muster fleets update ${changed.slug} --name ${JSON.stringify(before.name)}`,
    );
  },
});
