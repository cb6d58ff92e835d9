import { environment } from "../../../protocol/api/projects.ts";
import { argument, command, flag, option, text } from "../../spec.ts";

export const createEnvironment = command({
  name: "create",
  summary: "Make an environment in the project",
  args: { name: argument("Its name", text) },
  options: {
    slug: option("--slug <slug>", "Its name in URLs; made from the name when left out", text.optional()),
    protected: flag("--protected", "Each rollout in it needs another person's approval"),
  },
  examples: ["muster environments create staging", "muster environments create production --protected"],
  answer: environment,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.project();
    const body = { name: args.name, slug: options.slug, protected: options.protected };
    const made = await (await cli.client()).call("POST /v1/projects/{project}/environments", {
      path: { project: id },
      body,
    });
    cli.output.result(
      made,
      () =>
        `Made environment ${made.slug} (${made.id}).\nNext: muster fleets create <name> --environment ${made.slug}`,
    );
  },
});
