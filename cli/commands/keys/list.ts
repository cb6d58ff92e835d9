import { isId } from "../../../domain/ids.ts";
import { apiKey } from "../../../protocol/api/api-keys.ts";
import { page } from "../../../protocol/api/shared.ts";
import { showScope } from "../../access-scope.ts";
import type { Cli } from "../../cli.ts";
import { collect, showList } from "../../listing.ts";
import { command, option, paging, text } from "../../spec.ts";
import { ago } from "../../time.ts";
import { findMember } from "../members/find.ts";
import { findServiceAccount } from "../service-accounts/find.ts";

async function findOwner(cli: Cli, organizationId: string, wanted: string): Promise<string> {
  if (isId("user", wanted) || isId("serviceAccount", wanted)) return wanted;
  const [, name] = /^service-account:(.+)$/.exec(wanted) ?? [];
  return name === undefined
    ? (await findMember(cli, organizationId, wanted)).userId
    : (await findServiceAccount(cli, organizationId, name)).id;
}

export const listKeys = command({
  name: "list",
  summary: "List the organization's API keys; without the right to write them only your own",
  options: {
    ...paging,
    owner: option(
      "--owner <owner>",
      "Only those of a member (e-mail address) or of service-account:<name>",
      text.optional(),
      "member",
    ),
  },
  examples: ["muster keys list", "muster keys list --owner service-account:ci"],
  answer: page(apiKey),
  async run(cli, { options: { owner, ...query } }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/api-keys", {
      path: { org: id },
      query: {
        ...query,
        owner: owner === undefined ? undefined : await findOwner(cli, id, owner),
      },
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "KEY", value: (row) => `${row.prefix}…` },
        { title: "ROLE", value: (row) => row.roleName },
        { title: "WHERE", value: (row) => showScope(row.scope), drop: 4 },
        { title: "OWNER", value: (row) => row.ownerName ?? "nobody", drop: 3 },
        { title: "LAST USED", value: (row) => ago(row.lastUsedAt, now), drop: 2 },
        {
          title: "ENDS",
          value: (row) =>
            row.revokedAt !== null ? "revoked" : row.expiresAt === null ? "never" : ago(row.expiresAt, now),
        },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No API keys yet. Make one: muster keys create <name>",
    );
  },
});
