import { createdOrganization, organizationChange } from "../../../protocol/api/organizations.ts";
import { provingOneself } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { ask } from "../../prompt.ts";
import { showDone, showReceipt } from "../../receipt.ts";
import { argument, command, option, text } from "../../spec.ts";
import { findOrganization, orgArgument } from "./find.ts";

export const createOrganization = command({
  name: "create",
  summary: "Make an organization; you become its owner",
  about: "A project, its production environment and a fleet come with it.",
  args: { name: argument("Its name", text) },
  options: {
    slug: option(
      "--slug <slug>",
      "Its short name in addresses (default: made from the name)",
      text.optional(),
    ),
  },
  examples: ['muster orgs create "Acme Inc"', "muster orgs create Acme --slug acme-eu"],
  answer: createdOrganization,
  async run(cli, { args, options }) {
    const made = await (await cli.client()).call("POST /v1/orgs", {
      body: {
        name: args.name,
        slug: options.slug,
      },
    });
    cli.output.result(
      made,
      (style) =>
        `${showReceipt(made.receipt, style)}\n  ${style.color.dim("work in it:")} muster use --org ${made.slug}`,
    );
  },
});

export const updateOrganization = command({
  name: "update",
  summary: "Rename an organization",
  args: { org: orgArgument },
  options: {
    name: option("--name <name>", "Its new name", text.optional()),
    slug: option("--slug <slug>", "Its new short name in addresses", text.optional()),
  },
  examples: ['muster orgs update --name "Acme Ltd"'],
  answer: organizationChange,
  async run(cli, { args, options }) {
    const { name, slug } = options;
    const change = { ...(name === undefined ? {} : { name }), ...(slug === undefined ? {} : { slug }) };
    if (Object.keys(change).length === 0) {
      throw new Failure("usage", "Nothing to change. Say what: --name or --slug.");
    }
    const { id } = await findOrganization(cli, args.org);
    const client = await cli.client();
    const before = await client.call("GET /v1/orgs/{org}", { path: { org: id } });
    const done = await provingOneself(cli, () =>
      client.call("PATCH /v1/orgs/{org}", {
        path: { org: id },
        body: change,
        ifMatch: `"${before.version}"`,
      }),
    );
    showDone(cli, done);
  },
});

export const deleteOrganization = command({
  name: "delete",
  summary: "Delete an organization with all that is in it",
  about:
    "Owners only. Agents are refused at once; for 30 days an owner can restore it, then all of it is erased. Export it first if you want to keep anything.",
  args: { org: argument("Its id, slug or name", text, "organization") },
  options: {
    confirm: option("--confirm <slug>", "Its slug, instead of being asked to type it", text.optional()),
  },
  examples: ["muster orgs delete acme", "muster orgs delete acme --confirm acme"],
  answer: organizationChange,
  async run(cli, { args, options }) {
    const found = await findOrganization(cli, args.org);
    const typed =
      options.confirm ??
      (await ask(
        cli.io,
        `This deletes ${clean(found.name)} with its projects, fleets and agents. Type its slug (${found.slug}): `,
        { instead: `Pass --confirm ${found.slug} to delete it without being asked.`, signal: cli.signal },
      ));
    if (typed.trim() !== found.slug) {
      throw new Failure("usage", `"${typed.trim()}" is not its slug, ${found.slug}. Nothing was deleted.`);
    }
    const client = await cli.client();
    const done = await provingOneself(cli, () =>
      client.call("DELETE /v1/orgs/{org}", { path: { org: found.id }, query: { confirm: found.slug } }),
    );
    showDone(cli, done);
  },
});

export const restoreOrganization = command({
  name: "restore",
  summary: "Take an organization's deletion back, within 30 days",
  args: { org: argument("Its id, slug or name", text, "organization") },
  examples: ["muster orgs restore acme"],
  answer: organizationChange,
  async run(cli, { args }) {
    const { id } = await findOrganization(cli, args.org);
    showDone(cli, await (await cli.client()).call("POST /v1/orgs/{org}/restore", { path: { org: id } }));
  },
});
