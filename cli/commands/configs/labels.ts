import {
  configVersionLabel,
  versionLabel,
  versionLabelChange,
} from "../../../protocol/api/config-versions.ts";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import { page } from "../../../protocol/api/shared.ts";
import { showList } from "../../listing.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, text } from "../../spec.ts";
import { ago } from "../../time.ts";
import { findConfig, readVersion, versionArgument } from "./find.ts";

const configArgument = argument("Id or name", text, "config");
const labelArgument = argument("The label, such as prod or known-good", versionLabel);

export const listVersionLabels = command({
  name: "list",
  summary: "List the labels of a config's versions",
  args: { config: configArgument },
  examples: ["muster configs labels edge"],
  answer: page(configVersionLabel),
  async run(cli, { args }) {
    const found = await findConfig(cli, args.config);
    const list = await (await cli.client()).call("GET /v1/configs/{config}/labels", {
      path: { config: found.id },
    });
    showList(
      cli,
      list,
      [
        { title: "LABEL", value: (row) => row.label },
        { title: "VERSION", value: (row) => String(row.version), align: "right" },
        { title: "MOVED", value: (row) => ago(row.updatedAt, cli.io.now()), drop: 1 },
        { title: "BY", value: (row) => row.author, drop: 2 },
      ],
      `No labels yet. Put one on a version: muster configs labels set ${found.name} prod ${found.latestVersion || 1}`,
    );
  },
});

export const setVersionLabel = command({
  name: "set",
  summary: "Put a label on a version; it leaves the one that it was on",
  about: "No agent is touched: a release freezes what a label stands for when it is made.",
  args: {
    config: configArgument,
    label: labelArgument,
    version: argument("The version's number, another label of it, or latest", versionArgument),
  },
  examples: ["muster configs labels set edge prod 5", "muster configs labels set edge known-good prod"],
  answer: versionLabelChange,
  async run(cli, { args }) {
    const found = await findConfig(cli, args.config);
    const version = /^\d+$/.test(args.version)
      ? Number(args.version)
      : (await readVersion(cli, found, args.version)).number;
    showDone(
      cli,
      await (await cli.client()).call("PUT /v1/configs/{config}/labels/{label}", {
        path: { config: found.id, label: args.label },
        body: { version },
      }),
    );
  },
});

export const deleteVersionLabel = command({
  name: "delete",
  summary: "Take a label away; the version stays",
  args: { config: configArgument, label: labelArgument },
  examples: ["muster configs labels delete edge known-good"],
  answer: receiptAnswer,
  async run(cli, { args }) {
    const found = await findConfig(cli, args.config);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/configs/{config}/labels/{label}", {
        path: { config: found.id, label: args.label },
      }),
    );
  },
});
