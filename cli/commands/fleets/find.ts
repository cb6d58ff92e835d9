import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { createScope } from "../../scope.ts";

/** The fleet that an argument names, or the chosen one. */
export function findFleet(cli: Cli, named: string | undefined): Promise<Fleet> {
  if (named === undefined) return cli.scope.fleet();
  return createScope(cli.client, { ...cli.globals, fleet: named }, cli.io.env, () =>
    cli.contexts.read(),
  ).fleet();
}

/** All fleets of a project. */
export async function fleetsOf(cli: Cli, projectId: string): Promise<Fleet[]> {
  const { items } = await collect(await cli.client(), "GET /v1/projects/{project}/fleets", {
    path: { project: projectId },
    query: { limit: 10_000 },
  });
  return items;
}
