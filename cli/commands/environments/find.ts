import { environment } from "../../../protocol/api/projects.ts";
import type { Cli } from "../../cli.ts";
import { path } from "../../client.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id, slug or name, in the chosen project. */
export async function findEnvironment(cli: Cli, wanted: string) {
  const { id } = await cli.scope.project();
  const { items } = await collect(await cli.client(), path`/v1/projects/${id}/environments`, environment, {
    limit: 1000,
  });
  return pick("environment", wanted, items, "muster environments create <name>");
}
