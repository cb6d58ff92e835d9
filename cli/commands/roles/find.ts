import { isId } from "../../../domain/ids.ts";
import { isRole, roles } from "../../../domain/tenancy/roles.ts";
import type { Role } from "../../../protocol/api/roles.ts";
import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";
import { option, text } from "../../spec.ts";

const roleText = (about: string) =>
  `${about}: ${roles.join(", ")}, or one of the organization's own by id or name`;
export const roleOption = (about: string) => option("--role <role>", roleText(about), text, "role");
export const optionalRole = (about: string) =>
  option("--role <role>", roleText(about), text.optional(), "role");

/** One of the organization's own roles, by id or name. */
export async function findOwnRole(cli: Cli, organizationId: string, wanted: string): Promise<Role> {
  const client = await cli.client();
  if (isId("role", wanted)) return client.call("GET /v1/roles/{role}", { path: { role: wanted } });
  const { items } = await collect(client, "GET /v1/orgs/{org}/roles", {
    path: { org: organizationId },
    query: { limit: 1000 },
  });
  return pick("role", wanted, items, "muster roles create -f <file>");
}

/** What the API takes as a role: the name of a built-in one, or the id of one of the organization's own. */
export async function findRole(cli: Cli, organizationId: string, wanted: string): Promise<string> {
  if (isRole(wanted) || isId("role", wanted)) return wanted;
  return (await findOwnRole(cli, organizationId, wanted)).id;
}
