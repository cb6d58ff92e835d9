import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id, slug or name, in the chosen project. */
export async function findEnvironment(cli: Cli, wanted: string) {
  const { id } = await cli.scope.project();
  const { items } = await collect(await cli.client(), "GET /v1/projects/{project}/environments", {
    path: { project: id },
    query: {
      limit: 1000,
    },
  });
  return pick("environment", wanted, items, "muster environments create <name>");
}
