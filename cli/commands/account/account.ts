import { z } from "zod";
import { accountEvent, confirmed, sessionsEnded, signedInDevice } from "../../../protocol/api/account.ts";
import { linkSent, user } from "../../../protocol/api/auth.ts";
import { page } from "../../../protocol/api/shared.ts";
import { confirm, proveOneself, provingOneself } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { readAll } from "../../io.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { ask } from "../../prompt.ts";
import { argument, command, flag, option, paging, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { ago, clockTime } from "../../time.ts";

export const showAccount = command({
  name: "show",
  summary: "Show your account",
  examples: ["muster account", "muster account show --json"],
  answer: user,
  async run(cli) {
    const { actor } = await (await cli.client()).call("GET /v1/me");
    if (actor.kind !== "user") {
      throw new Failure(
        "failed",
        "An API key has no account of its own. Sign in as a person: muster login. What the key is: muster whoami",
      );
    }
    cli.output.result(actor.user, (style) =>
      facts(
        [
          ["e-mail", actor.user.email],
          ["name", actor.user.name],
          ["id", actor.user.id],
          ["password", actor.user.hasPassword ? "set" : "none"],
          ["created", actor.user.createdAt],
        ],
        style,
      ),
    );
  },
});

export const updateAccount = command({
  name: "update",
  summary: "Change the name that others see",
  options: {
    name: option("--name <name>", "Your name", text.optional()),
    noName: flag("--clear-name", "Your e-mail address is shown instead"),
  },
  examples: ['muster account update --name "Ada Lovelace"'],
  answer: user,
  async run(cli, { options }) {
    if (options.noName === (options.name !== undefined)) {
      throw new Failure("usage", "Give either --name or --clear-name.");
    }
    const changed = await (await cli.client()).call("PATCH /v1/me", { body: { name: options.name ?? null } });
    cli.output.result(
      changed,
      ({ color }) => `${color.green("✓")} Others see you as ${clean(changed.name ?? changed.email)}.`,
    );
  },
});

export const changePassword = command({
  name: "password",
  summary: "Change your password; your other sessions end",
  about:
    "Asks for the present and the new one. With --stdin both come from standard input, the present one on the first line, which stays empty when there is none yet.",
  options: { stdin: flag("--stdin", "Read both from standard input, one a line") },
  examples: [
    "muster account password",
    'printf \'%s\\n%s\\n\' "$OLD" "$NEW" | muster account password --stdin',
  ],
  answer: sessionsEnded,
  async run(cli, { options }) {
    const { io, signal } = cli;
    const instead = "Pass --stdin with the present and the new password, one a line.";
    const secret = (question: string) => ask(io, question, { hidden: true, instead, signal });
    let current: string;
    let password: string;
    if (options.stdin) {
      [current = "", password = ""] = (await readAll(io.stdin)).split(/\r?\n/);
      if (password === "") throw new Failure("usage", "The new password must be on the second line.");
    } else {
      current = await secret("Present password (Enter if you have none): ");
      password = await secret("New password: ");
      if ((await secret("New password again: ")) !== password) {
        throw new Failure("usage", "The two are not the same. Nothing was changed.");
      }
    }
    const body = { password, ...(current === "" ? {} : { currentPassword: current }) };
    const client = await cli.client();
    const done = await provingOneself(cli, () => client.call("POST /v1/me/password", { body }));
    cli.output.result(
      done,
      ({ color }) =>
        `${color.green("✓")} Your password is changed; ${done.endedSessions} other sessions ended.`,
    );
  },
});

export const changeEmail = command({
  name: "email",
  summary: "Change your e-mail address: a link is sent to the new one",
  args: { email: argument("The new address", text) },
  examples: ["muster account email ada@new.example"],
  answer: linkSent,
  async run(cli, { args }) {
    const client = await cli.client();
    const sent = await provingOneself(cli, () =>
      client.call("POST /v1/me/email", { body: { email: args.email } }),
    );
    cli.output.result(
      sent,
      ({ color }) =>
        `${color.green("✓")} Open the link that was sent to ${clean(sent.email)} until ${sent.expiresAt}. Till then nothing changes.`,
    );
  },
});

export const confirmAccount = command({
  name: "confirm",
  summary: "Show that it is you, for what is sensitive",
  about: "Counts for this sign-in, for 15 minutes. Commands that need it ask by themselves on a terminal.",
  options: {
    passwordStdin: flag("--password-stdin", "Read the password from standard input"),
    code: option("--code <code>", "Of the authenticator app, if you have a second factor", text.optional()),
  },
  examples: [
    "muster account confirm",
    "muster account confirm --password-stdin --code 492039 < password.txt",
  ],
  answer: confirmed,
  async run(cli, { options }) {
    const done = await proveOneself(cli, {
      ...(options.passwordStdin ? { password: (await readAll(cli.io.stdin)).replace(/\r?\n$/, "") } : {}),
      ...(options.code === undefined ? {} : { code: options.code }),
    });
    cli.output.result(
      done,
      ({ color }) => `${color.green("✓")} Confirmed; sensitive actions are open until ${done.recentUntil}.`,
    );
  },
});

export const listSessions = command({
  name: "list",
  summary: "List where you are signed in",
  examples: ["muster account sessions list"],
  answer: z.object({ items: z.array(signedInDevice), nextCursor: z.string().nullable() }),
  options: paging,
  async run(cli, { options }) {
    const list = await collect(await cli.client(), "GET /v1/me/sessions", { query: options });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "", value: (row) => (row.current ? "*" : "") },
        { title: "DEVICE", value: (row) => row.device },
        { title: "FROM", value: (row) => row.address, drop: 2 },
        { title: "BY", value: (row) => `${row.method}${row.secondFactor ? " + 2nd factor" : ""}`, drop: 3 },
        { title: "LAST USED", value: (row) => ago(row.lastUsedAt, now) },
        { title: "ENDS", value: (row) => ago(row.expiresAt, now), drop: 4 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No sessions.",
    );
  },
});

export const revokeSession = command({
  name: "revoke",
  summary: "End a session at once",
  args: { session: argument("Its id; see `muster account sessions list`", text) },
  options: { yes: yesOption },
  examples: ["muster account sessions revoke ses_01JD0000000000000000000000 --yes"],
  answer: signedInDevice,
  async run(cli, { args, options }) {
    await confirm(cli, `End session ${args.session}?`, options.yes);
    const done = await (await cli.client()).call("POST /v1/sessions/{session}/revoke", {
      path: { session: args.session },
    });
    cli.output.result(done, ({ color }) => `${color.green("✓")} Ended the session on ${clean(done.device)}.`);
  },
});

export const signOutEverywhere = command({
  name: "sign-out-everywhere",
  summary: "End all your sessions",
  options: { exceptThis: flag("--except-this", "This one goes on"), yes: yesOption },
  examples: ["muster account sign-out-everywhere --except-this", "muster account sign-out-everywhere --yes"],
  answer: sessionsEnded,
  async run(cli, { options }) {
    await confirm(
      cli,
      options.exceptThis ? "End all your other sessions?" : "End all your sessions, this one too?",
      options.yes,
    );
    const body = { exceptThis: options.exceptThis };
    const done = await (await cli.client()).call("POST /v1/me/sign-out-everywhere", { body });
    cli.output.result(done, ({ color }) => `${color.green("✓")} ${done.endedSessions} sessions ended.`);
  },
});

export const listActivity = command({
  name: "activity",
  summary: "Show what happened to your account, newest first",
  options: paging,
  examples: ["muster account activity"],
  answer: page(accountEvent),
  async run(cli, { options }) {
    const list = await collect(await cli.client(), "GET /v1/me/events", { query: options });
    showList(
      cli,
      list,
      [
        { title: "AT", value: (row) => clockTime(row.at) },
        { title: "WHAT", value: (row) => row.summary },
        { title: "FROM", value: (row) => row.address, drop: 1 },
        { title: "DEVICE", value: (row) => row.device, drop: 2 },
      ],
      "Nothing has happened yet.",
    );
  },
});
