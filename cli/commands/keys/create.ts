import { type CreatedApiKey, createdApiKey } from "../../../protocol/api/api-keys.ts";
import { readScope, scopeOption } from "../../access-scope.ts";
import { clean, type Style } from "../../output.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, durationSeconds, option, text, whole } from "../../spec.ts";
import { findRole, optionalRole } from "../roles/find.ts";
import { findServiceAccount } from "../service-accounts/find.ts";

export function showNewKey(made: CreatedApiKey, style: Style): string {
  return [
    showReceipt(made.receipt, style),
    "",
    `API key ${clean(made.name)} (${clean(made.roleName)}). It is shown this once:`,
    "",
    `  ${made.secret}`,
    "",
    `${style.color.dim("use:")}  MUSTER_API_KEY=… muster whoami`,
  ].join("\n");
}

export const createKey = command({
  name: "create",
  summary: "Make an API key for scripts",
  about:
    "It stands for you, or for a service account, and may never do more than its owner. The key is shown once.",
  args: { name: argument("To recognise it by", text) },
  options: {
    role: optionalRole("What it may do (default operator)"),
    scope: scopeOption,
    serviceAccount: option(
      "--service-account <account>",
      "It stands for this service account, by id or name",
      text.optional(),
      "service-account",
    ),
    expires: option("--expires <duration>", "Such as 12h or 90d (default never)", durationSeconds.optional()),
    limit: option(
      "--requests-per-minute <n>",
      "At most so many (default: as the plan has it)",
      whole(1, 1_000_000).optional(),
    ),
  },
  examples: [
    "muster keys create ci",
    "muster keys create reports --role viewer --expires 90d",
    "muster keys create deploy --service-account ci --scope project:shop --requests-per-minute 60",
  ],
  answer: createdApiKey,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const body = {
      name: args.name,
      role: options.role === undefined ? undefined : await findRole(cli, id, options.role),
      scope: options.scope === undefined ? undefined : await readScope(cli, options.scope),
      serviceAccountId:
        options.serviceAccount === undefined
          ? undefined
          : (await findServiceAccount(cli, id, options.serviceAccount)).id,
      expiresAt:
        options.expires === undefined
          ? undefined
          : new Date(cli.io.now() + options.expires * 1000).toISOString(),
      requestsPerMinute: options.limit,
    };
    const made = await (await cli.client()).call("POST /v1/orgs/{org}/api-keys", { path: { org: id }, body });
    cli.output.result(made, (style) => showNewKey(made, style));
  },
});
