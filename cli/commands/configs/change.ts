import { z } from "zod";
import { labelsEtag } from "../../../domain/configs/labels-etag.ts";
import { configUse } from "../../../protocol/api/config-versions.ts";
import { configChange, configVersionDetail } from "../../../protocol/api/configs.ts";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import { page } from "../../../protocol/api/shared.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { collect, showList } from "../../listing.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, flag, option, paging, repeated, text, whole, yesOption } from "../../spec.ts";
import { ago } from "../../time.ts";
import { labelPairs } from "../tokens/create.ts";
import { findConfig, readVersion, versionArgument } from "./find.ts";
import { showPushed } from "./push.ts";

const configArgument = argument("Id or name", text, "config");

export const updateConfig = command({
  name: "update",
  summary: "Change the labels of a config",
  about:
    "They are the config's own: lists and bulk assignments choose by them, agents never see them. Refused (exit 5) when somebody else changes them at the same time.",
  args: { config: configArgument },
  options: {
    label: repeated("--label <key=value>", "Set this label; may be repeated", labelPairs),
    remove: repeated("--remove <key>", "Take this label away; may be repeated", z.array(text).default([])),
    replace: flag("--replace", "Take all other labels away"),
  },
  examples: [
    "muster configs update edge --label team=edge --label tier=1",
    "muster configs update edge --remove tier",
  ],
  answer: configChange,
  async run(cli, { args, options }) {
    if (Object.keys(options.label).length === 0 && options.remove.length === 0 && !options.replace) {
      throw new Failure("usage", "Nothing to change. Say what: --label, --remove or --replace.");
    }
    const found = await findConfig(cli, args.config);
    const kept = options.replace
      ? []
      : Object.entries(found.labels).filter(([key]) => !options.remove.includes(key));
    const labels = { ...Object.fromEntries(kept), ...options.label };
    showDone(
      cli,
      await (await cli.client()).call("PATCH /v1/configs/{config}", {
        path: { config: found.id },
        body: { labels },
        ifMatch: labelsEtag(found.labels),
      }),
    );
  },
});

export const deleteConfig = command({
  name: "delete",
  summary: "Delete a config that no release names",
  about: "Its versions, labels and draft go with it. Refused (exit 5) as soon as a release names it.",
  args: { config: configArgument },
  options: { yes: yesOption },
  examples: ["muster configs delete edge --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    await confirm(
      cli,
      `Delete config ${found.name} with all its versions (the latest is ${found.latestVersion})?`,
      options.yes,
    );
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/configs/{config}", { path: { config: found.id } }),
    );
  },
});

export const deleteConfigVersion = command({
  name: "delete-version",
  summary: "Delete a version that nothing uses",
  about: "Refused (exit 5) for the latest version, one with a label, and one that a release names.",
  args: { config: configArgument, version: argument("Its number or a label", versionArgument) },
  options: { yes: yesOption },
  examples: ["muster configs delete-version edge 3 --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    await confirm(cli, `Delete version ${args.version} of ${found.name}?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/configs/{config}/versions/{number}", {
        path: { config: found.id, number: args.version },
      }),
    );
  },
});

export const restoreConfig = command({
  name: "restore",
  summary: "Save the content of an old version as a new one",
  args: { config: configArgument, version: argument("Its number or a label", versionArgument) },
  options: { message: option("-m, --message <text>", "Why", text.optional()) },
  examples: ["muster configs restore edge 3", 'muster configs restore edge known-good -m "5 was slow"'],
  answer: configVersionDetail,
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    const made = await (await cli.client()).call("POST /v1/configs/{config}/versions/{number}/restore", {
      path: { config: found.id, number: args.version },
      body: { message: options.message, baseVersion: found.latestVersion },
    });
    showPushed(cli, found, made, !made.diagnostics.some(({ severity }) => severity === "error"));
  },
});

export const listConfigUses = command({
  name: "uses",
  summary: "List the releases that name a config, newest first",
  args: { config: configArgument },
  options: {
    ...paging,
    version: option("--version <n>", "Only of this version", whole(1, 1_000_000).optional()),
    current: flag("--current", "Only what newcomers to a fleet get now"),
  },
  examples: ["muster configs uses edge", "muster configs uses edge --current"],
  answer: page(configUse),
  async run(cli, { args, options: { current, ...options } }) {
    const found = await findConfig(cli, args.config);
    if (options.version !== undefined) await readVersion(cli, found, options.version);
    const list = await collect(await cli.client(), "GET /v1/configs/{config}/uses", {
      path: { config: found.id },
      query: { ...options, ...(current && { current }) },
    });
    showList(
      cli,
      list,
      [
        { title: "FLEET", value: (row) => row.fleetName },
        { title: "RELEASE", value: (row) => String(row.releaseNumber), align: "right" },
        { title: "CURRENT", value: (row) => (row.current ? "yes" : "") },
        { title: "VERSION", value: (row) => String(row.version), align: "right" },
        { title: "AGENTS", value: (row) => row.selector || "every agent", drop: 2 },
        { title: "FILE", value: (row) => row.fileName, drop: 3 },
        { title: "MADE", value: (row) => ago(row.createdAt, cli.io.now()), drop: 1 },
      ],
      `No release names it. Deploy it: muster deploy --config ${found.name}`,
    );
  },
});
