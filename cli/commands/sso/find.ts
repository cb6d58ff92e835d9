import { isId } from "../../../domain/ids.ts";
import type { SsoConnection, SsoDomain } from "../../../protocol/api/sso.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

export async function listOf(cli: Cli, organizationId: string): Promise<SsoConnection[]> {
  return (
    await collect(await cli.client(), "GET /v1/orgs/{org}/sso-connections", {
      path: { org: organizationId },
      query: { limit: 1000 },
    })
  ).items;
}

/** By id or name; the only one when nothing is named. */
export async function findConnection(
  cli: Cli,
  organizationId: string,
  wanted: string | undefined,
): Promise<SsoConnection> {
  const client = await cli.client();
  if (wanted !== undefined && isId("ssoConnection", wanted)) {
    return client.call("GET /v1/orgs/{org}/sso-connections/{connection}", {
      path: { org: organizationId, connection: wanted },
    });
  }
  const items = await listOf(cli, organizationId);
  const create = "muster sso create <name> --issuer <url> --client-id <id>";
  if (wanted !== undefined) return pick("connection", wanted, items, create);
  const [only, ...others] = items;
  if (only === undefined) throw new Failure("notFound", `There is no connection yet. Make one: ${create}`);
  if (others.length === 0) return only;
  throw new Failure("usage", `Which connection? There is: ${items.map(({ name }) => name).join(", ")}.`);
}

/** A claimed domain, by its name or id. */
export async function findDomain(cli: Cli, organizationId: string, wanted: string): Promise<SsoDomain> {
  const domains = (await listOf(cli, organizationId)).flatMap((connection) => connection.domains);
  const named = domains.map((one) => ({ ...one, name: one.domain, slug: one.domain }));
  const { id } = pick("domain", wanted, named, "muster sso domains add <domain>");
  // `pick` answers one of `named`, each of which is one of `domains`.
  return domains.find((one) => one.id === id) as SsoDomain;
}
