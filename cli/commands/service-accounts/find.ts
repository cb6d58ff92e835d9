import { isId } from "../../../domain/ids.ts";
import type { ServiceAccount } from "../../../protocol/api/service-accounts.ts";
import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id or name. */
export async function findServiceAccount(
  cli: Cli,
  organizationId: string,
  wanted: string,
): Promise<ServiceAccount> {
  const client = await cli.client();
  if (isId("serviceAccount", wanted))
    return client.call("GET /v1/service-accounts/{serviceAccount}", { path: { serviceAccount: wanted } });
  const { items } = await collect(client, "GET /v1/orgs/{org}/service-accounts", {
    path: { org: organizationId },
    query: { limit: 1000 },
  });
  return pick("service account", wanted, items, "muster service-accounts create <name>");
}
