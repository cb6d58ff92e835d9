import { config } from "../../../protocol/api/configs.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { ago } from "../../time.ts";

export const listConfigs = command({
  name: "list",
  summary: "List the configs of the project",
  options: paging,
  examples: ["muster configs list", "muster configs list --project shop --json"],
  answer: page(config),
  async run(cli, { options }) {
    const { id } = await cli.scope.project();
    const list = await collect(await cli.client(), "GET /v1/projects/{project}/configs", {
      path: { project: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "KIND", value: (row) => row.kind },
        { title: "LATEST", value: (row) => String(row.latestVersion), align: "right" },
        { title: "CHANGED", value: (row) => ago(row.updatedAt, cli.io.now()), drop: 1 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 2 },
      ],
      "No configs yet. Make one: muster configs create <name> --kind file --file <file>",
    );
  },
});
