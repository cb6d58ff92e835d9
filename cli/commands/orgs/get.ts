import { createScope } from "../../scope.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";

export const getOrganization = command({
  name: "get",
  summary: "Show one organization",
  args: { org: argument("Id, slug or name; the chosen one when left out", text.optional()) },
  examples: ["muster orgs get", "muster orgs get acme --json"],
  async run(cli, { args }) {
    const scope =
      args.org === undefined
        ? cli.scope
        : createScope(cli.client, { ...cli.globals, org: args.org }, {}, async () => null);
    const found = await scope.organization();
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["slug", found.slug],
          ["id", found.id],
          ["your role", found.role],
          ["created", found.createdAt],
        ],
        style,
      ),
    );
  },
});
