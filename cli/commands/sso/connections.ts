import { page } from "../../../protocol/api/shared.ts";
import {
  createSsoConnectionBody,
  deletedSso,
  type SsoConnection,
  ssoConnection,
  ssoTest,
  updateSsoConnectionBody,
} from "../../../protocol/api/sso.ts";
import type { Body } from "../../../protocol/client/index.ts";
import { readBody } from "../../body-file.ts";
import type { Cli } from "../../cli.ts";
import { confirm, provingOneself } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { readAll } from "../../io.ts";
import { collect, showList } from "../../listing.ts";
import { clean, type Style } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, flag, option, paging, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findRole } from "../roles/find.ts";
import { findConnection } from "./find.ts";

export const connectionArgument = argument("Id or name; the only one when left out", text.optional());

export function showConnection(found: SsoConnection, style: Style): string {
  return facts(
    [
      ["name", found.name],
      ["id", found.id],
      ["state", found.enabled ? "enabled" : "not enabled"],
      ["issuer", found.issuer],
      ["client id", found.clientId],
      ["client secret", found.clientSecretSet ? "set" : "none: a public client"],
      ["scopes", found.scopes.join(" ")],
      ["redirect uri", `${found.redirectUri}  (register it at the provider)`],
      ["groups claim", found.groupsClaim],
      [
        "groups",
        found.groupRoles
          .map(({ group, role, teamId }) => `${group} → ${[role, teamId].filter(Boolean).join(", ")}`)
          .join("\n") || "none are mapped",
      ],
      ["without a group", found.defaultRole ?? "refused"],
      [
        "domains",
        found.domains
          .map(({ domain, verifiedAt }) => `${domain} (${verifiedAt === null ? "not verified" : "verified"})`)
          .join("\n") || "none yet: muster sso domains add <domain>",
      ],
    ],
    style,
  );
}

export const listConnections = command({
  name: "list",
  summary: "List the identity providers that people sign in by",
  options: paging,
  examples: ["muster sso list"],
  answer: page(ssoConnection),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/sso-connections", {
      path: { org: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "ISSUER", value: (row) => row.issuer },
        { title: "STATE", value: (row) => (row.enabled ? "enabled" : "off") },
        { title: "DOMAINS", value: (row) => row.domains.map(({ domain }) => domain).join(", "), drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No identity provider yet. Set one up: muster sso create <name> --issuer <url> --client-id <id>",
    );
  },
});

export const getConnection = command({
  name: "get",
  summary: "Show an identity provider, its group map and domains; never its secret",
  args: { connection: connectionArgument },
  examples: ["muster sso get", "muster sso get okta --json"],
  answer: ssoConnection,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findConnection(cli, id, args.connection);
    cli.output.result(found, (style) => showConnection(found, style));
  },
});

const settings = {
  file: option(
    "-f, --file <file>",
    "YAML or JSON, with the group map: muster help sso-file",
    text.optional(),
  ),
  clientId: option("--client-id <id>", "As registered at the provider", text.optional()),
  clientSecretStdin: flag("--client-secret-stdin", "Read the client secret from standard input"),
  defaultRole: option(
    "--default-role <role>",
    "Of who is in no mapped group (default: refused)",
    text.optional(),
    "role",
  ),
  enable: flag("--enable", "People may sign in by it"),
};

interface Settings {
  clientId: string | undefined;
  clientSecretStdin: boolean;
  defaultRole: string | undefined;
  enable: boolean;
}

async function settingsOf(cli: Cli, organizationId: string, given: Settings) {
  const { clientId, defaultRole } = given;
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(given.clientSecretStdin ? { clientSecret: (await readAll(cli.io.stdin)).trim() } : {}),
    ...(defaultRole === undefined ? {} : { defaultRole: await findRole(cli, organizationId, defaultRole) }),
    ...(given.enable ? { enabled: true } : {}),
  };
}

const nextSteps = ({ redirectUri, name }: SsoConnection, { color }: Style) =>
  [
    "",
    `${color.dim("register at the provider:")}  ${redirectUri}`,
    `${color.dim("then prove a domain:")}       muster sso domains add <domain> --connection ${name}`,
    `${color.dim("and try it:")}                muster sso test ${name}`,
  ].join("\n");

export const createConnection = command({
  name: "create",
  summary: "Set up an OpenID Connect provider",
  about:
    "Nobody can sign in by it before it is enabled and a domain is verified for it. The whole way: docs/guides/sso.md.",
  args: { name: argument("To recognise it by", text) },
  options: { issuer: option("--issuer <url>", "The provider's address", text.optional()), ...settings },
  examples: [
    "muster sso create okta --issuer https://acme.okta.com --client-id muster --client-secret-stdin < secret.txt",
    "muster sso create okta -f okta.yaml",
  ],
  answer: ssoConnection,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const fromFile =
      options.file === undefined
        ? {}
        : await readBody(cli, options.file, createSsoConnectionBody.partial(), "sso-file");
    const body = {
      ...fromFile,
      name: args.name,
      ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
      ...(await settingsOf(cli, id, options)),
    };
    const client = await cli.client();
    const made = await provingOneself(cli, () =>
      client.call("POST /v1/orgs/{org}/sso-connections", {
        path: { org: id },
        // The server names what is missing.
        body: body as Body<"POST /v1/orgs/{org}/sso-connections">,
      }),
    );
    cli.output.result(made, (style) => `${showConnection(made, style)}\n${nextSteps(made, style)}`);
  },
});

export const updateConnection = command({
  name: "update",
  summary: "Change an identity provider, or switch it on or off",
  about: "The issuer stays: for another one make another connection. Switched off, the sessions by it end.",
  args: { connection: connectionArgument },
  options: {
    name: option("--name <name>", "Its new name", text.optional()),
    ...settings,
    disable: flag("--disable", "Nobody signs in by it any more"),
  },
  examples: ["muster sso update okta --enable", "muster sso update okta -f okta.yaml"],
  answer: ssoConnection,
  async run(cli, { args, options }) {
    if (options.enable && options.disable) {
      throw new Failure("usage", "--enable and --disable contradict each other. Give one of them.");
    }
    const { id } = await cli.scope.organization();
    const fromFile =
      options.file === undefined
        ? {}
        : await readBody(cli, options.file, updateSsoConnectionBody, "sso-file");
    const change = {
      ...fromFile,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(await settingsOf(cli, id, options)),
      ...(options.disable ? { enabled: false } : {}),
    };
    if (Object.keys(change).length === 0) {
      throw new Failure("usage", "Nothing to change. Say what: see muster sso update --help.");
    }
    const found = await findConnection(cli, id, args.connection);
    const client = await cli.client();
    const done = await provingOneself(cli, () =>
      client.call("PATCH /v1/orgs/{org}/sso-connections/{connection}", {
        path: { org: id, connection: found.id },
        body: change,
        ifMatch: `"${found.version}"`,
      }),
    );
    cli.output.result(done, (style) => showConnection(done, style));
  },
});

export const deleteConnection = command({
  name: "delete",
  summary: "Delete an identity provider with its domains, and end the sessions by it",
  args: { connection: argument("Id or name", text) },
  options: { yes: yesOption },
  examples: ["muster sso delete okta --yes"],
  answer: deletedSso,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findConnection(cli, id, args.connection);
    await confirm(cli, `Delete ${clean(found.name)} and end the sessions by it?`, options.yes);
    const client = await cli.client();
    showDone(
      cli,
      await provingOneself(cli, () =>
        client.call("DELETE /v1/orgs/{org}/sso-connections/{connection}", {
          path: { org: id, connection: found.id },
        }),
      ),
    );
  },
});

export const testConnection = command({
  name: "test",
  summary: "Try an identity provider without signing anybody in",
  about:
    "Discovery, endpoints, scopes, keys, client secret and domains. Exits with 1 when something is wrong.",
  args: { connection: connectionArgument },
  examples: ["muster sso test", "muster sso test okta"],
  answer: ssoTest,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findConnection(cli, id, args.connection);
    const tried = await (await cli.client()).call("POST /v1/orgs/{org}/sso-connections/{connection}/test", {
      path: { org: id, connection: found.id },
    });
    cli.output.result(tried, ({ color }) =>
      tried.checks
        .map(
          ({ name, ok, detail }) =>
            `${ok ? color.green("ok  ") : color.red("fail")}  ${name}: ${clean(detail)}`,
        )
        .join("\n"),
    );
    const failed = tried.checks.find(({ ok }) => !ok);
    if (!tried.ok) throw new Failure("failed", `${clean(found.name)} does not work: ${failed?.detail ?? ""}`);
  },
});
