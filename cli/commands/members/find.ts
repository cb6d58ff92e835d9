import { isId } from "../../../domain/ids.ts";
import type { Member } from "../../../protocol/api/members.ts";
import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** By id, e-mail address or name. */
export async function findMember(cli: Cli, organizationId: string, wanted: string): Promise<Member> {
  const client = await cli.client();
  if (isId("user", wanted))
    return client.call("GET /v1/orgs/{org}/members/{user}", { path: { org: organizationId, user: wanted } });
  const { items } = await collect(client, "GET /v1/orgs/{org}/members", {
    path: { org: organizationId },
    query: {
      limit: 1000,
      q: wanted,
    },
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
