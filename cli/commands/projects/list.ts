import { project } from "../../../protocol/api/projects.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { ago } from "../../time.ts";

export const listProjects = command({
  name: "list",
  summary: "List the projects of the organization",
  options: paging,
  examples: ["muster projects list", "muster projects list --org acme"],
  answer: page(project),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/projects", {
      path: { org: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "SLUG", value: (row) => row.slug },
        { title: "NAME", value: (row) => row.name, drop: 3 },
        { title: "CREATED", value: (row) => ago(row.createdAt, cli.io.now()), drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No projects yet. Make one: muster projects create <name>",
    );
  },
});
