import { renderUnicodeCompact } from "uqr";
import { z } from "zod";
import { isId } from "../../../domain/ids.ts";
import {
  type ChangedFactors,
  changedFactors,
  type Factors,
  factors,
  type Passkey,
  passkey,
  startedTotp,
} from "../../../protocol/api/factors.ts";
import type { Cli } from "../../cli.ts";
import { confirm, provingOneself } from "../../confirm.ts";
import { showList } from "../../listing.ts";
import { clean, type Style } from "../../output.ts";
import { pick } from "../../scope.ts";
import { argument, command, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { ago } from "../../time.ts";

function showFactors(found: Factors, style: Style): string {
  return facts(
    [
      ["authenticator app", found.totp === null ? "none" : `since ${found.totp.confirmedAt}`],
      [
        "recovery codes",
        found.recoveryCodes === null
          ? "none"
          : `${found.recoveryCodes.left} left of ${found.recoveryCodes.createdAt}`,
      ],
      ["passkeys", found.passkeys.map(({ name }) => name).join("\n") || "none"],
      ["asked for by", found.requiredBy.map(({ name }) => name).join(", ") || null],
      ["no passkeys here", found.passkeysRefused],
    ],
    style,
  );
}

function showChanged(done: ChangedFactors, style: Style): string {
  const codes =
    done.recoveryCodes === null
      ? []
      : [
          "",
          "Recovery codes, each good once. They are shown this once; keep them apart from your password:",
          "",
          ...done.recoveryCodes.map((code) => `  ${code}`),
        ];
  return [showFactors(done.factors, style), ...codes].join("\n");
}

const show = (cli: Cli, done: ChangedFactors) => cli.output.result(done, (style) => showChanged(done, style));

export const getFactors = command({
  name: "show",
  summary: "Show your second factors",
  examples: ["muster account two-factor"],
  answer: factors,
  async run(cli) {
    const found = await (await cli.client()).call("GET /v1/me/factors");
    cli.output.result(found, (style) => showFactors(found, style));
  },
});

export const enableTotp = command({
  name: "enable",
  summary: "Begin to add an authenticator app: scan the code that it shows",
  about: "It counts once a code of it is confirmed: muster account two-factor confirm <code>.",
  examples: ["muster account two-factor enable"],
  answer: startedTotp,
  async run(cli) {
    const client = await cli.client();
    const started = await provingOneself(cli, () => client.call("POST /v1/me/totp"));
    cli.output.result(started, () =>
      [
        renderUnicodeCompact(started.uri),
        "",
        `Scan it with an authenticator app, or type in: ${started.secret}`,
        "Then: muster account two-factor confirm <the six digits it shows>",
      ].join("\n"),
    );
  },
});

export const confirmTotp = command({
  name: "confirm",
  summary: "Show a code of the new authenticator app, which counts from then on",
  about: "With a first second factor come ten recovery codes, shown this once.",
  args: { code: argument("The six digits that the app shows now", text) },
  examples: ["muster account two-factor confirm 492039"],
  answer: changedFactors,
  async run(cli, { args }) {
    const client = await cli.client();
    show(
      cli,
      await provingOneself(cli, () => client.call("POST /v1/me/totp/confirm", { body: { code: args.code } })),
    );
  },
});

export const disableTotp = command({
  name: "disable",
  summary: "Remove the authenticator app",
  about: "Organizations that ask for a second factor are closed to you once you have none.",
  options: { yes: yesOption },
  examples: ["muster account two-factor disable --yes"],
  answer: changedFactors,
  async run(cli, { options }) {
    await confirm(cli, "Remove the authenticator app from your account?", options.yes);
    const client = await cli.client();
    show(cli, await provingOneself(cli, () => client.call("DELETE /v1/me/totp")));
  },
});

export const renewRecoveryCodes = command({
  name: "recovery-codes",
  summary: "Make ten new recovery codes in place of the old ones",
  options: { yes: yesOption },
  examples: ["muster account recovery-codes --yes"],
  answer: changedFactors,
  async run(cli, { options }) {
    await confirm(cli, "Make new recovery codes? The old ones count no longer.", options.yes);
    const client = await cli.client();
    show(cli, await provingOneself(cli, () => client.call("POST /v1/me/recovery-codes")));
  },
});

async function findPasskey(cli: Cli, wanted: string): Promise<Pick<Passkey, "id" | "name">> {
  if (isId("passkey", wanted)) return { id: wanted, name: wanted };
  const { passkeys } = await (await cli.client()).call("GET /v1/me/factors");
  return pick("passkey", wanted, passkeys, "add one in the dashboard");
}

const passkeyArgument = argument("Id or name", text);

export const listPasskeys = command({
  name: "list",
  summary: "List your passkeys",
  about: "Passkeys are added in the dashboard: only a browser can make one.",
  examples: ["muster account passkeys list"],
  answer: z.object({ items: z.array(passkey), nextCursor: z.null() }),
  async run(cli) {
    const { passkeys } = await (await cli.client()).call("GET /v1/me/factors");
    const now = cli.io.now();
    showList(
      cli,
      { items: passkeys, nextCursor: null },
      [
        { title: "NAME", value: (row) => row.name },
        { title: "SYNCED", value: (row) => (row.synced ? "yes" : "no"), drop: 3 },
        { title: "CREATED", value: (row) => ago(row.createdAt, now), drop: 2 },
        { title: "LAST USED", value: (row) => ago(row.lastUsedAt, now) },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No passkeys yet. Add one in the dashboard, on the page of your account.",
    );
  },
});

export const renamePasskey = command({
  name: "rename",
  summary: "Give a passkey another name",
  args: { passkey: passkeyArgument, name: argument("The new name", text) },
  examples: ["muster account passkeys rename phone 'old phone'"],
  answer: passkey,
  async run(cli, { args }) {
    const { id, name: before } = await findPasskey(cli, args.passkey);
    const body = { name: args.name };
    const done = await (await cli.client()).call("PATCH /v1/me/passkeys/{passkey}", {
      path: { passkey: id },
      body,
    });
    cli.output.result(
      done,
      ({ color }) => `${color.green("✓")} ${clean(before)} is called ${clean(done.name)} now.`,
    );
  },
});

export const deletePasskey = command({
  name: "delete",
  summary: "Remove a passkey from your account",
  args: { passkey: passkeyArgument },
  options: { yes: yesOption },
  examples: ["muster account passkeys delete phone --yes"],
  answer: changedFactors,
  async run(cli, { args, options }) {
    const { id, name } = await findPasskey(cli, args.passkey);
    await confirm(cli, `Remove passkey ${clean(name)}?`, options.yes);
    const client = await cli.client();
    show(
      cli,
      await provingOneself(cli, () =>
        client.call("DELETE /v1/me/passkeys/{passkey}", { path: { passkey: id } }),
      ),
    );
  },
});
