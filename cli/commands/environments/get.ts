import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findEnvironment } from "./find.ts";

export const getEnvironment = command({
  name: "get",
  summary: "Show one environment",
  args: { environment: argument("Id, slug or name", text) },
  examples: ["muster environments get production"],
  async run(cli, { args }) {
    const found = await findEnvironment(cli, args.environment);
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["slug", found.slug],
          ["id", found.id],
          ["project", found.projectId],
          ["protected", found.protected ? "yes" : "no"],
          ["created", found.createdAt],
        ],
        style,
      ),
    );
  },
});
