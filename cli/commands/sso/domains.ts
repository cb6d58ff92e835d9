import { z } from "zod";
import { deletedSso, ssoDomain } from "../../../protocol/api/sso.ts";
import { confirm, provingOneself } from "../../confirm.ts";
import { showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, option, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findConnection, findDomain, listOf } from "./find.ts";

const domainArgument = argument("The domain, or its id", text);

export const listDomains = command({
  name: "list",
  summary: "List the claimed e-mail domains and the DNS records that prove them",
  examples: ["muster sso domains list"],
  answer: z.object({ items: z.array(ssoDomain), nextCursor: z.null() }),
  async run(cli) {
    const { id } = await cli.scope.organization();
    const items = (await listOf(cli, id)).flatMap(({ domains }) => domains);
    showList(
      cli,
      { items, nextCursor: null },
      [
        { title: "DOMAIN", value: (row) => row.domain },
        { title: "STATE", value: (row) => (row.verifiedAt === null ? "not verified" : "verified") },
        { title: "TXT RECORD", value: (row) => row.record.name, drop: 2 },
        { title: "VALUE", whole: true, value: (row) => row.record.value, drop: 1 },
      ],
      "No domains yet. Claim one: muster sso domains add <domain>",
    );
  },
});

export const addDomain = command({
  name: "add",
  summary: "Claim an e-mail domain; it says which DNS record proves it yours",
  args: { domain: argument("Such as example.com", text) },
  options: {
    connection: option(
      "--connection <connection>",
      "For which provider, by id or name; the only one when left out",
      text.optional(),
    ),
  },
  examples: ["muster sso domains add example.com"],
  answer: ssoDomain,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const { id: connection } = await findConnection(cli, id, options.connection);
    const client = await cli.client();
    const made = await provingOneself(cli, () =>
      client.call("POST /v1/orgs/{org}/sso-connections/{connection}/domains", {
        path: { org: id, connection },
        body: { domain: args.domain },
      }),
    );
    cli.output.result(made, (style) =>
      [
        `Make this DNS record, then: muster sso domains verify ${made.domain}`,
        "",
        facts(
          [
            ["type", made.record.type],
            ["name", made.record.name],
            ["value", made.record.value],
          ],
          style,
        ),
        "",
        `${style.color.dim("undo:")} muster sso domains remove ${made.domain}`,
      ].join("\n"),
    );
  },
});

export const verifyDomain = command({
  name: "verify",
  summary: "Look a domain's DNS record up; when it is there, the domain is yours",
  about: "Refused (exit 5) while the record cannot be seen; new records may take minutes.",
  args: { domain: domainArgument },
  examples: ["muster sso domains verify example.com"],
  answer: ssoDomain,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findDomain(cli, id, args.domain);
    const client = await cli.client();
    const done = await provingOneself(cli, () =>
      client.call("POST /v1/orgs/{org}/sso-domains/{domain}/verify", { path: { org: id, domain: found.id } }),
    );
    cli.output.result(
      done,
      ({ color }) => `${color.green("✓")} ${clean(done.domain)} is verified since ${done.verifiedAt}.`,
    );
  },
});

export const removeDomain = command({
  name: "remove",
  summary: "Give a domain up",
  args: { domain: domainArgument },
  options: { yes: yesOption },
  examples: ["muster sso domains remove example.com --yes"],
  answer: deletedSso,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findDomain(cli, id, args.domain);
    await confirm(
      cli,
      `Give ${clean(found.domain)} up? Its people sign in by the provider no longer.`,
      options.yes,
    );
    const client = await cli.client();
    showDone(
      cli,
      await provingOneself(cli, () =>
        client.call("DELETE /v1/orgs/{org}/sso-domains/{domain}", { path: { org: id, domain: found.id } }),
      ),
    );
  },
});
