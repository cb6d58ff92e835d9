import { isId } from "../../../domain/ids.ts";
import { type Member, member } from "../../../protocol/api/members.ts";
import type { Cli } from "../../cli.ts";
import { path } from "../../client.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id, e-mail address or name. */
export async function findMember(cli: Cli, organizationId: string, wanted: string): Promise<Member> {
  const client = await cli.client();
  if (isId("user", wanted)) return client.get(path`/v1/orgs/${organizationId}/members/${wanted}`, member);
  const { items } = await collect(client, path`/v1/orgs/${organizationId}/members`, member, {
    limit: 1000,
    q: wanted,
  });
  const named = items.map((found) => ({
    ...found,
    id: found.userId,
    slug: found.email,
    name: found.name ?? "",
  }));
  const { userId } = pick("member", wanted, named, "muster invitations create <email>");
  // `pick` answers one of `named`, each of which is one of `items`.
  return items.find((found) => found.userId === userId) as Member;
}
