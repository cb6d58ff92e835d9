import { configDraft } from "../../../protocol/api/config-versions.ts";
import { configVersionDetail } from "../../../protocol/api/configs.ts";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, flag, option, text, whole, yesOption } from "../../spec.ts";
import { ago } from "../../time.ts";
import { showDiagnostics } from "./diagnostics.ts";
import { findConfig } from "./find.ts";
import { showPushed } from "./push.ts";
import { readSource } from "./source.ts";

const configArgument = argument("Id or name", text, "config");
const revisionOption = option(
  "--revision <n>",
  "The draft as you know it (`revision` of `draft show --json`): refused (exit 5) when there is a newer one",
  whole(1, Number.MAX_SAFE_INTEGER).optional(),
);
const etagOf = (revision: number | undefined) => (revision === undefined ? undefined : `"${revision}"`);

export const showDraft = command({
  name: "show",
  summary: "Print the draft of a config's next version, byte for byte",
  args: { config: configArgument },
  examples: ["muster configs draft edge", "muster configs draft show edge > haproxy.cfg"],
  answer: configDraft,
  async run(cli, { args }) {
    const found = await findConfig(cli, args.config);
    const draft = await (await cli.client()).call("GET /v1/configs/{config}/draft", {
      path: { config: found.id },
    });
    if (cli.output.json) {
      cli.output.result(draft, () => "");
      return;
    }
    const behind =
      draft.latestVersion === draft.baseVersion ? "" : `; version ${draft.latestVersion} has come since`;
    cli.output.note(
      `Saved by ${draft.author} ${ago(draft.updatedAt, cli.io.now())}, based on version ${draft.baseVersion}${behind}. Revision ${draft.revision}.`,
    );
    cli.io.stdout.write(draft.content);
  },
});

export const saveDraft = command({
  name: "save",
  summary: "Save a file as the draft, for others to go on with",
  about:
    "A config has one draft, which all who may read the config see. Where there is one, say which you know (--revision), or --force.",
  args: { config: configArgument, file: argument("The file; - reads standard input", text) },
  options: {
    revision: revisionOption,
    force: flag("--force", "Save over whatever draft there is"),
    base: option(
      "--base <version>",
      "The version that the text is based on (the latest, or what the draft was based on, when left out)",
      whole(0, 1_000_000).optional(),
    ),
  },
  examples: [
    "muster configs draft save edge haproxy.cfg",
    "muster configs draft save edge - --force < haproxy.cfg",
  ],
  answer: configDraft,
  async run(cli, { args, options }) {
    const content = await readSource(cli, args.file);
    const found = await findConfig(cli, args.config);
    const client = await cli.client();
    const save = (ifMatch: string | undefined) =>
      client.call("PUT /v1/configs/{config}/draft", {
        path: { config: found.id },
        body: { content, baseVersion: options.base },
        ifMatch,
      });
    const draft = await save(options.force ? await presentDraft(cli, found.id) : etagOf(options.revision));
    if (draft.diagnostics.length > 0) {
      const name = args.file === "-" ? "standard input" : args.file;
      cli.output.note(showDiagnostics(draft.diagnostics, name, content, cli.output.style));
    }
    cli.output.result(
      draft,
      () =>
        `Saved the draft of ${found.name}, based on version ${draft.baseVersion}.\nNext: muster configs draft publish ${found.name} --revision ${draft.revision}`,
    );
  },
});

export const publishDraft = command({
  name: "publish",
  summary: "Make the draft the next version",
  about: "Refused (exit 5) when a version was saved since the draft was begun.",
  args: { config: configArgument },
  options: {
    message: option("-m, --message <text>", "Why this version", text.optional()),
    revision: revisionOption,
  },
  examples: ['muster configs draft publish edge -m "shorter timeouts"'],
  answer: configVersionDetail,
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    const made = await (await cli.client()).call("POST /v1/configs/{config}/draft/publish", {
      path: { config: found.id },
      body: { message: options.message },
      ifMatch: etagOf(options.revision),
    });
    showPushed(cli, found, made, !made.diagnostics.some(({ severity }) => severity === "error"));
  },
});

export const discardDraft = command({
  name: "discard",
  summary: "Throw the draft away; versions stay",
  args: { config: configArgument },
  options: { yes: yesOption, revision: revisionOption },
  examples: ["muster configs draft discard edge --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    await confirm(cli, `Throw the draft of ${found.name} away?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/configs/{config}/draft", {
        path: { config: found.id },
        ifMatch: etagOf(options.revision),
      }),
    );
  },
});

/** `*` where there is a draft: without one, a condition could not hold. */
async function presentDraft(cli: Cli, config: string): Promise<"*" | undefined> {
  const client = await cli.client();
  try {
    await client.call("GET /v1/configs/{config}/draft", { path: { config } });
    return "*";
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return undefined;
    throw error;
  }
}
