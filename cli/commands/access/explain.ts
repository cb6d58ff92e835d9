import { isId } from "../../../domain/ids.ts";
import { permissions } from "../../../domain/tenancy/permissions.ts";
import { accessExplanation, permissionCatalogue } from "../../../protocol/api/access.ts";
import { placeOption, readPlace } from "../../access-scope.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { argument, command, oneOf, repeated, text } from "../../spec.ts";
import { table } from "../../table.ts";
import { findKey } from "../keys/find.ts";
import { findMember } from "../members/find.ts";
import { findServiceAccount } from "../service-accounts/find.ts";
import { labelPairs } from "../tokens/create.ts";
import { showStatement, showVerdict } from "./show.ts";

/** A member by e-mail address or name, a service account or an API key by name, or any of them by id. */
async function findSubject(cli: Cli, organizationId: string, wanted: string): Promise<string> {
  if (isId("user", wanted) || isId("serviceAccount", wanted) || isId("apiKey", wanted)) return wanted;
  const colon = wanted.indexOf(":");
  const kind = wanted.slice(0, Math.max(colon, 0));
  const name = wanted.slice(colon + 1);
  if (kind === "key") return (await findKey(cli, organizationId, name)).id;
  if (kind === "service-account") return (await findServiceAccount(cli, organizationId, name)).id;
  if (kind !== "") {
    throw new Failure(
      "usage",
      `"${wanted}" names nobody. Write an e-mail address, key:<name> or service-account:<name>.`,
    );
  }
  return (await findMember(cli, organizationId, wanted)).userId;
}

export const explainAccess = command({
  name: "explain",
  summary: "Say whether somebody may do something, and what decides it",
  args: {
    subject: argument(
      "A member's e-mail address, key:<name>, service-account:<name>, or an id",
      text,
      "member",
    ),
    permission: argument("Such as rollout.write; see `muster access permissions`", oneOf(permissions)),
  },
  options: {
    at: placeOption,
    label: repeated("--label <key=value>", "Of an agent, for permissions of agents; repeatable", labelPairs),
  },
  examples: [
    "muster access explain ada@example.com rollout.write --at environment:shop/production",
    "muster access explain key:ci agent.operate --label role=web",
  ],
  answer: accessExplanation,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await (await cli.client()).call("POST /v1/orgs/{org}/access/explain", {
      path: { org: id },
      body: {
        subject: await findSubject(cli, id, args.subject),
        permission: args.permission,
        ...(await readPlace(cli, options.at)),
        ...(Object.keys(options.label).length > 0 ? { labels: options.label } : {}),
      },
    });
    cli.output.result(found, (style) =>
      [
        `${showVerdict(found.verdict, style)}: ${found.summary}`,
        ...(found.needsApproval
          ? [style.color.yellow("Another person must approve it: the environment is protected.")]
          : []),
        ...found.by.map((one) => `  ${showStatement(one, style)}`),
      ].join("\n"),
    );
  },
});

export const listPermissions = command({
  name: "permissions",
  summary: "List every permission, and which of the built-in roles hold it",
  examples: ["muster access permissions", "muster access permissions --json | jq -r '.permissions[].name'"],
  answer: permissionCatalogue,
  async run(cli) {
    const found = await (await cli.client()).call("GET /v1/permissions");
    cli.output.result(found, (style) =>
      [
        table(
          found.permissions,
          [
            { title: "PERMISSION", value: (row) => row.name },
            { title: "WHAT", value: (row) => row.summary, drop: 1 },
            { title: "ROLES", value: (row) => row.roles.join(", ") },
            {
              title: "NOTE",
              value: (row) =>
                [...(row.byLabels ? ["by labels"] : []), ...(row.protected ? ["protected"] : [])].join(", "),
              drop: 2,
            },
          ],
          style,
        ),
        "",
        ...found.roles.map(({ name, summary }) => `${style.color.dim(name.padEnd(8))}  ${summary}`),
      ].join("\n"),
    );
  },
});
