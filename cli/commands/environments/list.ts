import { environment } from "../../../protocol/api/projects.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";

export const listEnvironments = command({
  name: "list",
  summary: "List the environments of the project",
  options: paging,
  examples: ["muster environments list --project shop"],
  answer: page(environment),
  async run(cli, { options }) {
    const { id } = await cli.scope.project();
    const list = await collect(await cli.client(), "GET /v1/projects/{project}/environments", {
      path: { project: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "SLUG", value: (row) => row.slug },
        { title: "NAME", value: (row) => row.name, drop: 2 },
        { title: "PROTECTED", value: (row) => (row.protected ? "yes" : "no") },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No environments yet. Make one: muster environments create <name>",
    );
  },
});
