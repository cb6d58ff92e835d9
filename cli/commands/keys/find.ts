import { isId } from "../../../domain/ids.ts";
import type { ApiKey } from "../../../protocol/api/api-keys.ts";
import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id, or by the name of one that still counts. */
export async function findKey(cli: Cli, organizationId: string, wanted: string): Promise<ApiKey> {
  const client = await cli.client();
  if (isId("apiKey", wanted)) return client.call("GET /v1/api-keys/{key}", { path: { key: wanted } });
  const { items } = await collect(client, "GET /v1/orgs/{org}/api-keys", {
    path: { org: organizationId },
    query: { limit: 1000 },
  });
  const usable = items.filter((key) => key.revokedAt === null);
  return pick("API key", wanted, usable, "muster keys create <name>");
}
