import { release } from "../../../protocol/api/releases.ts";
import { argument, command, text } from "../../spec.ts";
import { facts, table } from "../../table.ts";
import { findRelease } from "./find.ts";

export const getRelease = command({
  name: "get",
  summary: "Show one release: which config versions go to which agents",
  args: { release: argument("Number or id", text, "release") },
  examples: ["muster releases get 3"],
  answer: release,
  async run(cli, { args }) {
    const found = await findRelease(cli, args.release);
    cli.output.result(found, (style) => {
      const head = facts(
        [
          ["release", String(found.number)],
          ["id", found.id],
          ["author", found.author],
          ["message", found.message],
          ["created", found.createdAt],
        ],
        style,
      );
      const rows = table(
        found.assignments,
        [
          { title: "CONFIG", value: (row) => `${row.configName}@${row.version}` },
          { title: "KIND", value: (row) => row.kind, drop: 1 },
          { title: "AGENTS", value: (row) => row.selector || "every agent" },
          { title: "FILE", value: (row) => row.fileName },
          { title: "SHA-256", value: (row) => row.sha256.slice(0, 12), drop: 2 },
        ],
        style,
      );
      if (found.packages.length === 0) return `${head}\n\n${rows}`;
      const packages = table(
        found.packages,
        [
          { title: "PACKAGE", value: (row) => `${row.name}@${row.version}` },
          { title: "TYPE", value: (row) => row.type, drop: 1 },
          { title: "AGENTS", value: (row) => row.selector || "every agent that accepts packages" },
          { title: "URL", value: (row) => row.url },
          { title: "SHA-256", value: (row) => row.sha256.slice(0, 12), drop: 2 },
        ],
        style,
      );
      return [head, ...(found.assignments.length > 0 ? [rows] : []), packages].join("\n\n");
    });
  },
});
