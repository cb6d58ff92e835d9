import { isId } from "../../../domain/ids.ts";
import type { Team } from "../../../protocol/api/teams.ts";
import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id, slug or name. */
export async function findTeam(cli: Cli, organizationId: string, wanted: string): Promise<Team> {
  const client = await cli.client();
  if (isId("team", wanted)) return client.call("GET /v1/teams/{team}", { path: { team: wanted } });
  const { items } = await collect(client, "GET /v1/orgs/{org}/teams", {
    path: { org: organizationId },
    query: { limit: 1000 },
  });
  return pick("team", wanted, items, "muster teams create <name>");
}
