import { isId } from "../../../domain/ids.ts";
import { collect } from "../../listing.ts";
import { clean } from "../../output.ts";
import { pick } from "../../scope.ts";
import { argument, command, text } from "../../spec.ts";

export const revokeKey = command({
  name: "revoke",
  summary: "End an API key",
  args: { key: argument("Id or name", text) },
  examples: ["muster keys revoke ci"],
  async run(cli, { args }) {
    const client = await cli.client();
    let id = args.key;
    if (!isId("apiKey", id)) {
      const organization = await cli.scope.organization();
      const list = await collect(client, "GET /v1/orgs/{org}/api-keys", {
        path: { org: organization.id },
        query: { limit: 1000 },
      });
      const usable = list.items.filter((key) => key.revokedAt === null);
      id = pick("API key", args.key, usable, "muster keys create <name>").id;
    }
    const revoked = await client.call("POST /v1/api-keys/{key}/revoke", { path: { key: id } });
    cli.output.result(revoked, () => `Revoked API key ${clean(revoked.name)} (${revoked.id}).`);
  },
});
