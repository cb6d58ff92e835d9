import { z } from "zod";
import { page } from "../../../protocol/api/shared.ts";
import {
  catalogueTemplate,
  template,
  templateParameter,
  templateVersion,
} from "../../../protocol/api/templates.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { argument, command, paging, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { ago } from "../../time.ts";
import { findTemplate, isShipped, splitTemplate, templateArgument } from "./find.ts";

export const listTemplates = command({
  name: "list",
  summary: "List the templates that the project shares",
  about: "Those that come with the product: muster templates catalogue.",
  options: paging,
  examples: ["muster templates list"],
  answer: page(template),
  async run(cli, { options }) {
    const { id } = await cli.scope.project();
    const list = await collect(await cli.client(), "GET /v1/projects/{project}/templates", {
      path: { project: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "KIND", value: (row) => row.kind },
        { title: "TITLE", value: (row) => row.title, drop: 2 },
        { title: "LATEST", value: (row) => String(row.latestVersion), align: "right" },
        { title: "CHANGED", value: (row) => ago(row.updatedAt, cli.io.now()), drop: 3 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No templates yet. Begin from one that comes with the product: muster templates catalogue",
    );
  },
});

export const listCatalogue = command({
  name: "catalogue",
  summary: "List the templates that come with the product",
  examples: ["muster templates catalogue"],
  answer: page(catalogueTemplate),
  async run(cli) {
    showList(
      cli,
      await (await cli.client()).call("GET /v1/template-catalogue"),
      [
        { title: "NAME", value: (row) => row.name },
        { title: "KIND", value: (row) => row.kind },
        { title: "TITLE", value: (row) => row.title, drop: 1 },
        { title: "ASKS FOR", value: (row) => row.parameters.map(({ name }) => name).join(", "), drop: 2 },
      ],
      "This server ships no templates.",
    );
  },
});

const shown = z.object({
  id: z.string().nullable().meta({ description: "null = it comes with the product" }),
  name: z.string(),
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  version: z.number().int(),
  latestVersion: z.number().int(),
  content: z.string(),
  parameters: z.array(templateParameter),
});

async function read(cli: Cli, wanted: string): Promise<z.infer<typeof shown>> {
  const { name, version } = splitTemplate(wanted);
  const client = await cli.client();
  if (isShipped(name)) {
    const { items } = await client.call("GET /v1/template-catalogue");
    const found = items.find((one) => one.name === name);
    if (!found) throw new Failure("notFound", `This server ships no template ${name}.`);
    if (version !== undefined && version !== found.version) {
      throw new Failure(
        "notFound",
        `Only version ${found.version} of ${name} is shown: it comes with the product.`,
      );
    }
    return shown.parse({ ...found, id: null, latestVersion: found.version });
  }
  const found = await findTemplate(cli, name);
  const number = version ?? found.latestVersion;
  const { content, parameters } = await client.call("GET /v1/templates/{template}/versions/{number}", {
    path: { template: found.id, number },
  });
  return shown.parse({ ...found, version: number, content, parameters });
}

const readArgument = argument("Name or id, with @version; the latest when left out", text, "template");

export const getTemplate = command({
  name: "get",
  summary: "Show a template and what it asks for",
  args: { template: readArgument },
  examples: ["muster templates get collector-gateway", "muster templates get edge@2"],
  answer: shown,
  async run(cli, { args }) {
    const found = await read(cli, args.template);
    cli.output.result(found, (style) =>
      [
        facts(
          [
            ["name", found.name],
            ["kind", found.kind],
            ["title", clean(found.title)],
            ["about", clean(found.description)],
            ["version", `${found.version} of ${found.latestVersion}`],
            ["id", found.id ?? "comes with the product"],
          ],
          style,
        ),
        ...found.parameters.map(
          ({ name, type, default: value, title, help }) =>
            `  --set ${name}=<${type}>  ${clean([title, help].filter(Boolean).join(": "))}${value === null ? " (needed)" : ` (default ${clean(value)})`}`,
        ),
      ].join("\n"),
    );
  },
});

export const showTemplate = command({
  name: "show",
  summary: "Print the content of a template, byte for byte",
  args: { template: readArgument },
  examples: ["muster templates show nginx-reverse-proxy > nginx.conf"],
  answer: shown,
  async run(cli, { args }) {
    const found = await read(cli, args.template);
    if (cli.output.json) cli.output.result(found, () => "");
    else cli.io.stdout.write(found.content);
  },
});

export const listTemplateVersions = command({
  name: "versions",
  summary: "List the versions of a template, newest first",
  args: { template: templateArgument },
  options: paging,
  examples: ["muster templates versions edge"],
  answer: page(templateVersion),
  async run(cli, { args, options }) {
    const found = await findTemplate(cli, args.template);
    const list = await collect(await cli.client(), "GET /v1/templates/{template}/versions", {
      path: { template: found.id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "VERSION", value: (row) => String(row.number), align: "right" },
        { title: "CREATED", value: (row) => ago(row.createdAt, cli.io.now()) },
        { title: "AUTHOR", value: (row) => row.author, drop: 2 },
        { title: "MESSAGE", value: (row) => row.message ?? "" },
      ],
      "No versions.",
    );
  },
});
