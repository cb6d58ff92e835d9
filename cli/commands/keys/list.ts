import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { ago } from "../../time.ts";

export const listKeys = command({
  name: "list",
  summary: "List the organization's API keys",
  options: paging,
  examples: ["muster keys list"],
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/api-keys", {
      path: { org: id },
      query: options,
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "KEY", value: (row) => `${row.prefix}…` },
        { title: "ROLE", value: (row) => row.role },
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
