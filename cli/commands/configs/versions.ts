import { listedConfigVersion } from "../../../protocol/api/config-versions.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { argument, command, paging, text } from "../../spec.ts";
import { ago } from "../../time.ts";
import { findConfig } from "./find.ts";

export const listConfigVersions = command({
  name: "versions",
  summary: "List the versions of a config, newest first",
  args: { config: argument("Id or name", text, "config") },
  options: paging,
  examples: ["muster configs versions greeting"],
  answer: page(listedConfigVersion),
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    const list = await collect(await cli.client(), "GET /v1/configs/{config}/versions", {
      path: { config: found.id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "VERSION", value: (row) => String(row.number), align: "right" },
        { title: "LABELS", value: (row) => row.labels.join(","), drop: 1 },
        { title: "CREATED", value: (row) => ago(row.createdAt, cli.io.now()) },
        { title: "AUTHOR", value: (row) => row.author, drop: 2 },
        { title: "BYTES", value: (row) => String(row.sizeBytes), align: "right", drop: 3 },
        { title: "SHA-256", value: (row) => row.sha256.slice(0, 12), drop: 4 },
        { title: "MESSAGE", value: (row) => row.message ?? "" },
      ],
      `No versions yet. Add one: muster configs push ${found.name} <file>`,
    );
  },
});
