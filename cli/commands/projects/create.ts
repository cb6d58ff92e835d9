import { project } from "../../../protocol/api/projects.ts";
import { argument, command, option, text } from "../../spec.ts";

export const createProject = command({
  name: "create",
  summary: "Make a project",
  args: { name: argument("Its name", text) },
  options: {
    slug: option("--slug <slug>", "Its name in URLs; made from the name when left out", text.optional()),
  },
  examples: ["muster projects create shop", 'muster projects create "Web shop" --slug shop'],
  answer: project,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const body = { name: args.name, slug: options.slug };
    const made = await (await cli.client()).call("POST /v1/orgs/{org}/projects", { path: { org: id }, body });
    cli.output.result(
      made,
      () =>
        `Made project ${made.slug} (${made.id}).\nNext: muster fleets create <name> --project ${made.slug}`,
    );
  },
});
