import { apiKey } from "../../../protocol/api/api-keys.ts";
import { showScope } from "../../access-scope.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findKey } from "./find.ts";

export const keyArgument = argument("Id or name", text, "key");

export const getKey = command({
  name: "get",
  summary: "Show one API key; never its secret",
  args: { key: keyArgument },
  examples: ["muster keys get ci"],
  answer: apiKey,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findKey(cli, id, args.key);
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["id", found.id],
          ["begins with", found.prefix],
          ["owner", found.ownerName ?? "nobody"],
          ["role", found.roleName],
          ["where", showScope(found.scope)],
          [
            "requests",
            found.requestsPerMinute === null ? "as the plan has it" : `${found.requestsPerMinute} a minute`,
          ],
          ["created", found.createdAt],
          ["last used", found.lastUsedAt ?? "never"],
          ["last used from", found.lastUsedAddress],
          ["expires", found.expiresAt ?? "never"],
          ["revoked", found.revokedAt],
          ["replaces", found.replaces],
        ],
        style,
      ),
    );
  },
});
