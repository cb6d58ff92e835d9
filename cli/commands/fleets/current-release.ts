import type { Fleet, Release } from "../../../protocol/client/index.ts";
import type { Cli } from "../../cli.ts";

/** What the fleet's agents are given now. The fleet itself tells it: lists of fleets learn of it a moment later. */
export async function currentRelease(cli: Cli, { id }: Pick<Fleet, "id">): Promise<Release | null> {
  const client = await cli.client();
  const { currentReleaseId } = await client.call("GET /v1/fleets/{fleet}", { path: { fleet: id } });
  if (currentReleaseId === null) return null;
  return client.call("GET /v1/releases/{release}", { path: { release: currentReleaseId } });
}
