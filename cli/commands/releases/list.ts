import { type Release, release } from "../../../protocol/api/rollouts.ts";
import { path } from "../../client.ts";
import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { ago } from "../../time.ts";

export const showAssignments = (found: Release) =>
  found.assignments
    .map(({ configName, version, selector }) => `${configName}@${version}${selector ? ` (${selector})` : ""}`)
    .join(", ");

export const listReleases = command({
  name: "list",
  summary: "List the fleet's releases, newest first",
  options: paging,
  examples: ["muster releases list --fleet web"],
  async run(cli, { options }) {
    const { id } = await cli.scope.fleet();
    const list = await collect(await cli.client(), path`/v1/fleets/${id}/releases`, release, options);
    showList(
      cli,
      list,
      [
        { title: "RELEASE", value: (row) => String(row.number), align: "right" },
        { title: "CONFIGS", value: showAssignments },
        { title: "CREATED", value: (row) => ago(row.createdAt, cli.io.now()) },
        { title: "AUTHOR", value: (row) => row.author, drop: 3 },
        { title: "MESSAGE", value: (row) => row.message ?? "", drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No releases yet. The first deploy makes one: muster deploy --config <name>",
    );
  },
});
