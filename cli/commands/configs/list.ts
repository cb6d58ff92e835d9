import { config } from "../../../protocol/api/configs.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { command, option, paging, text } from "../../spec.ts";
import { ago } from "../../time.ts";
import { showLabels } from "./find.ts";

export const listConfigs = command({
  name: "list",
  summary: "List the configs of the project",
  options: {
    ...paging,
    label: option("--label <selector>", "Only those whose own labels match", text.optional()),
    kind: option("--kind <kind>", "Only of this kind", text.optional()),
    q: option("-q, --query <text>", "Only those with this in the name", text.optional()),
  },
  examples: ["muster configs list", "muster configs list --label team=edge --kind haproxy"],
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
        { title: "LABELS", value: (row) => showLabels(row.labels), drop: 3 },
        { title: "CHANGED", value: (row) => ago(row.updatedAt, cli.io.now()), drop: 1 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 2 },
      ],
      options.label || options.kind || options.q
        ? "No config fits. Leave a filter out: muster configs list"
        : "No configs yet. Make one: muster configs create <name> --kind file --file <file>",
    );
  },
});
