import { configKindInfo } from "../../../protocol/api/configs.ts";
import { page } from "../../../protocol/api/shared.ts";
import { showList } from "../../listing.ts";
import { command } from "../../spec.ts";

export const listConfigKinds = command({
  name: "kinds",
  summary: "List the kinds that a config can be of",
  examples: ["muster configs kinds"],
  answer: page(configKindInfo),
  async run(cli) {
    const client = await cli.client();
    const { items } = await client.call("GET /v1/config-kinds");
    showList(
      cli,
      { items, nextCursor: null },
      [
        { title: "KIND", value: (row) => row.kind },
        { title: "TITLE", value: (row) => row.title },
        { title: "FILE NAME", value: (row) => row.defaultFileName, drop: 1 },
        { title: "CONTENT TYPE", value: (row) => row.contentType, drop: 2 },
      ],
      "This server knows no config kinds.",
    );
  },
});
