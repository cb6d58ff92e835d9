import { fleet } from "../../../protocol/api/fleets.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { ago } from "../../time.ts";

export const listFleets = command({
  name: "list",
  summary: "List the fleets of the project",
  options: paging,
  examples: ["muster fleets list", "muster fleets list --project shop --json"],
  answer: page(fleet),
  async run(cli, { options }) {
    const { id } = await cli.scope.project();
    const list = await collect(await cli.client(), "GET /v1/projects/{project}/fleets", {
      path: { project: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "SLUG", value: (row) => row.slug },
        { title: "NAME", value: (row) => row.name, drop: 3 },
        { title: "CURRENT RELEASE", value: (row) => row.currentReleaseId ?? "none", drop: 2 },
        { title: "CREATED", value: (row) => ago(row.createdAt, cli.io.now()), drop: 4 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No fleets yet. Make one: muster fleets create <name>",
    );
  },
});
