import { findConnectionOfDomain } from "../../../db/queries/sso-sign-in.ts";
import { domainOf } from "../../../domain/tenancy/groups.ts";
import type { DiscoveredSso } from "../../../protocol/api/sso.ts";
import type { PublicContext } from "../context.ts";

/** By the domain alone: nothing is told of any account. */
export async function discover({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { email: string };
}): Promise<DiscoveredSso> {
  const found = await findConnectionOfDomain(ctx.db, domainOf(input.email));
  if (!found) return { connection: null, required: false };
  const { connection, organization } = found;
  return {
    connection: { id: connection.id, name: connection.name, organizationName: organization.name },
    required: organization.requireSso,
  };
}
