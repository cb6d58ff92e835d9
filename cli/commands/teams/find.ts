import { isId } from "../../../domain/ids.ts";
import { type Team, team } from "../../../protocol/api/teams.ts";
import type { Cli } from "../../cli.ts";
import { path } from "../../client.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id, slug or name. */
export async function findTeam(cli: Cli, organizationId: string, wanted: string): Promise<Team> {
  const client = await cli.client();
  if (isId("team", wanted)) return client.get(path`/v1/teams/${wanted}`, team);
  const { items } = await collect(client, path`/v1/orgs/${organizationId}/teams`, team, { limit: 1000 });
  return pick("team", wanted, items, "muster teams create <name>");
}
