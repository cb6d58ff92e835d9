import { roles } from "../../../domain/tenancy/roles.ts";
import { clean } from "../../output.ts";
import { argument, command, durationSeconds, oneOf, option, text } from "../../spec.ts";

export const createKey = command({
  name: "create",
  summary: "Make an API key for scripts",
  about: "The key is shown once.",
  args: { name: argument("To recognise it by", text) },
  options: {
    role: option(
      "--role <role>",
      `What it may do: ${roles.join(", ")} (default operator)`,
      oneOf(roles).optional(),
    ),
    expires: option("--expires <duration>", "Such as 12h or 90d (default never)", durationSeconds.optional()),
  },
  examples: ["muster keys create ci", "muster keys create reports --role viewer --expires 90d"],
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const expiresAt =
      options.expires === undefined
        ? undefined
        : new Date(cli.io.now() + options.expires * 1000).toISOString();
    const body = { name: args.name, role: options.role, expiresAt };
    const made = await (await cli.client()).call("POST /v1/orgs/{org}/api-keys", { path: { org: id }, body });
    cli.output.result(made, ({ color }) =>
      [
        `Made API key ${clean(made.name)} (${made.role}). It is shown this once:`,
        "",
        `  ${made.secret}`,
        "",
        `${color.dim("use:")}   MUSTER_API_KEY=… muster whoami`,
        `${color.dim("undo:")}  muster keys revoke ${made.id}`,
      ].join("\n"),
    );
  },
});
