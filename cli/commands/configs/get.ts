import { config } from "../../../protocol/api/configs.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findConfig, showLabels } from "./find.ts";

export const getConfig = command({
  name: "get",
  summary: "Show one config",
  args: { config: argument("Id or name", text, "config") },
  examples: ["muster configs get greeting"],
  answer: config,
  async run(cli, { args }) {
    const found = await findConfig(cli, args.config);
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["kind", found.kind],
          ["latest version", String(found.latestVersion)],
          ["labels", showLabels(found.labels) || "none"],
          ["id", found.id],
          ["project", found.projectId],
          ["created", found.createdAt],
          ["changed", found.updatedAt],
        ],
        style,
      ),
    );
  },
});
