import { receiptAnswer } from "../../../protocol/api/members.ts";
import { serviceAccount, serviceAccountChange } from "../../../protocol/api/service-accounts.ts";
import { page } from "../../../protocol/api/shared.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, flag, option, paging, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { ago } from "../../time.ts";
import { findRole, optionalRole } from "../roles/find.ts";
import { findServiceAccount } from "./find.ts";

const accountArgument = argument("Id or name", text, "service-account");

export const listServiceAccounts = command({
  name: "list",
  summary: "List the identities of programs",
  options: paging,
  examples: ["muster service-accounts list"],
  answer: page(serviceAccount),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/service-accounts", {
      path: { org: id },
      query: options,
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "ROLE", value: (row) => row.roleName },
        { title: "STATE", value: (row) => (row.disabledAt === null ? "on" : "disabled") },
        { title: "CREATED", value: (row) => ago(row.createdAt, now), drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No service accounts yet. Make one: muster service-accounts create <name>",
    );
  },
});

export const getServiceAccount = command({
  name: "get",
  summary: "Show one service account",
  args: { account: accountArgument },
  examples: ["muster service-accounts get ci"],
  answer: serviceAccount,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findServiceAccount(cli, id, args.account);
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["description", found.description === "" ? null : found.description],
          ["id", found.id],
          ["role", found.roleName],
          ["created", found.createdAt],
          ["disabled", found.disabledAt],
          ["keys", `muster keys list --owner service-account:${found.name}`],
        ],
        style,
      ),
    );
  },
});

export const createServiceAccount = command({
  name: "create",
  summary: "Make an identity for a program; it signs in by keys of its own",
  args: { name: argument("To recognise it by", text) },
  options: {
    role: optionalRole("What it may do (default viewer)"),
    description: option("--description <text>", "What it is for", text.optional()),
  },
  examples: [
    "muster service-accounts create ci --role operator",
    "muster keys create ci-1 --service-account ci",
  ],
  answer: serviceAccountChange,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const body = {
      name: args.name,
      description: options.description,
      role: options.role === undefined ? undefined : await findRole(cli, id, options.role),
    };
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/orgs/{org}/service-accounts", { path: { org: id }, body }),
    );
  },
});

export const updateServiceAccount = command({
  name: "update",
  summary: "Rename a service account, change its role, disable or enable it",
  args: { account: accountArgument },
  options: {
    name: option("--name <name>", "Its new name", text.optional()),
    description: option("--description <text>", "What it is for", text.optional()),
    role: optionalRole("The new one"),
    disable: flag("--disable", "None of its keys counts"),
    enable: flag("--enable", "Its keys count again"),
  },
  examples: [
    "muster service-accounts update ci --role viewer",
    "muster service-accounts update ci --disable",
  ],
  answer: serviceAccountChange,
  async run(cli, { args, options }) {
    const { name, description, disable, enable } = options;
    if (disable && enable) {
      throw new Failure("usage", "--disable and --enable contradict each other. Give one of them.");
    }
    const { id } = await cli.scope.organization();
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(options.role === undefined ? {} : { role: await findRole(cli, id, options.role) }),
      ...(disable || enable ? { disabled: disable } : {}),
    };
    if (Object.keys(change).length === 0) {
      throw new Failure(
        "usage",
        "Nothing to change. Say what: --name, --description, --role, --disable or --enable.",
      );
    }
    const found = await findServiceAccount(cli, id, args.account);
    showDone(
      cli,
      await (await cli.client()).call("PATCH /v1/service-accounts/{serviceAccount}", {
        path: { serviceAccount: found.id },
        body: change,
      }),
    );
  },
});

export const deleteServiceAccount = command({
  name: "delete",
  summary: "Delete a service account; its keys end at once",
  args: { account: accountArgument },
  options: { yes: yesOption },
  examples: ["muster service-accounts delete ci --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findServiceAccount(cli, id, args.account);
    await confirm(cli, `Delete service account ${clean(found.name)} and end its keys?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/service-accounts/{serviceAccount}", {
        path: { serviceAccount: found.id },
      }),
    );
  },
});
