import { z } from "zod";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import {
  createdTemplate,
  createdTemplateVersion,
  createTemplateVersionBody,
  templateChange,
} from "../../../protocol/api/templates.ts";
import { readBody } from "../../body-file.ts";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, option, text, whole, yesOption } from "../../spec.ts";
import { readSource } from "../configs/source.ts";
import { findTemplate, templateArgument } from "./find.ts";

const parametersOption = option(
  "--parameters <file>",
  "YAML or JSON list of what it asks for: see `muster help template-file`",
  text.optional(),
);
const messageOption = option("-m, --message <text>", "Why this version", text.optional());
const titleOption = option("--title <text>", "For people", text.optional());
const descriptionOption = option("--description <text>", "What it is good for", text.optional());

const parameterList = createTemplateVersionBody.shape.parameters.or(z.null().transform(() => []));

const readParameters = async (cli: Cli, file: string | undefined) =>
  file === undefined ? undefined : readBody(cli, file, parameterList, "template-file");

export const createTemplate = command({
  name: "create",
  summary: "Share a template in the project",
  about: "${param:NAME} in the file is replaced when a config is made from it.",
  args: { name: argument("Lower-case letters, digits and dashes", text) },
  options: {
    kind: option("--kind <kind>", "What it is: see `muster configs kinds`", text.default("file")),
    file: option("--file <file>", "The first version's content; - reads standard input", text),
    parameters: parametersOption,
    title: titleOption,
    description: descriptionOption,
    message: messageOption,
  },
  examples: ["muster templates create edge --kind haproxy --file haproxy.cfg --parameters parameters.yaml"],
  answer: createdTemplate,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.project();
    const { file, parameters, ...given } = options;
    const body = {
      ...args,
      ...given,
      content: await readSource(cli, file),
      parameters: (await readParameters(cli, parameters)) ?? [],
    };
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/projects/{project}/templates", {
        path: { project: id },
        body,
      }),
    );
  },
});

export const pushTemplate = command({
  name: "push",
  summary: "Save a file as the next version of a template",
  about: "Without --parameters it goes on asking for what its latest version asks for.",
  args: { template: templateArgument, file: argument("The file; - reads standard input", text) },
  options: {
    parameters: parametersOption,
    message: messageOption,
    base: option("--base <version>", "The version that it was edited from", whole(1, 1_000_000).optional()),
  },
  examples: ['muster templates push edge haproxy.cfg -m "longer timeouts"'],
  answer: createdTemplateVersion,
  async run(cli, { args, options }) {
    const content = await readSource(cli, args.file);
    const given = await readParameters(cli, options.parameters);
    const found = await findTemplate(cli, args.template);
    const client = await cli.client();
    const latest = { template: found.id, number: found.latestVersion };
    const parameters =
      given ??
      (await client.call("GET /v1/templates/{template}/versions/{number}", { path: latest })).parameters;
    showDone(
      cli,
      await client.call("POST /v1/templates/{template}/versions", {
        path: { template: found.id },
        body: {
          content,
          parameters,
          message: options.message,
          baseVersion: options.base ?? found.latestVersion,
        },
      }),
    );
  },
});

export const editTemplate = command({
  name: "edit",
  summary: "Change a template's title and description",
  args: { template: templateArgument },
  options: { title: titleOption, description: descriptionOption },
  examples: ['muster templates edit edge --title "Edge proxy"'],
  answer: templateChange,
  async run(cli, { args, options }) {
    if (options.title === undefined && options.description === undefined) {
      throw new Failure("usage", "Nothing to change. Say what: --title or --description.");
    }
    const found = await findTemplate(cli, args.template);
    showDone(
      cli,
      await (await cli.client()).call("PATCH /v1/templates/{template}", {
        path: { template: found.id },
        body: options,
      }),
    );
  },
});

export const deleteTemplate = command({
  name: "delete",
  summary: "Delete a template that no config is made from",
  args: { template: templateArgument },
  options: { yes: yesOption },
  examples: ["muster templates delete edge --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const found = await findTemplate(cli, args.template);
    await confirm(cli, `Delete template ${clean(found.name)} with its versions?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/templates/{template}", { path: { template: found.id } }),
    );
  },
});
