import { isId } from "../../../domain/ids.ts";
import { type ServiceAccount, serviceAccount } from "../../../protocol/api/service-accounts.ts";
import type { Cli } from "../../cli.ts";
import { path } from "../../client.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id or name. */
export async function findServiceAccount(
  cli: Cli,
  organizationId: string,
  wanted: string,
): Promise<ServiceAccount> {
  const client = await cli.client();
  if (isId("serviceAccount", wanted)) return client.get(path`/v1/service-accounts/${wanted}`, serviceAccount);
  const route = path`/v1/orgs/${organizationId}/service-accounts`;
  const { items } = await collect(client, route, serviceAccount, { limit: 1000 });
  return pick("service account", wanted, items, "muster service-accounts create <name>");
}
