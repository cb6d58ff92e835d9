import { catalogue } from "../../../domain/configs/catalogue/index.ts";
import { isId } from "../../../domain/ids.ts";
import type { Template } from "../../../protocol/api/templates.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";
import { argument, text } from "../../spec.ts";

export const templateArgument = argument("Name or id", text, "template");

/** A template of the project, by id or name. */
export async function findTemplate(cli: Cli, wanted: string): Promise<Template> {
  const client = await cli.client();
  if (isId("template", wanted)) {
    return client.call("GET /v1/templates/{template}", { path: { template: wanted } });
  }
  if (isShipped(wanted)) {
    throw new Failure(
      "usage",
      `${wanted} comes with the product and cannot be changed. Share one of your own.`,
    );
  }
  const { id } = await cli.scope.project();
  const { items } = await collect(client, "GET /v1/projects/{project}/templates", {
    path: { project: id },
    query: { limit: 10_000 },
  });
  return pick("template", wanted, items, "muster templates create <name> --kind <kind> --file <file>");
}

export const isShipped = (name: string): boolean => catalogue.some((one) => one.name === name);

/** As the API names a template: the name of one that is shipped, or the id of the project's. */
export const referenceOf = async (cli: Cli, wanted: string): Promise<string> =>
  isShipped(wanted) ? wanted : (await findTemplate(cli, wanted)).id;

/** `name` or `name@3`. */
export function splitTemplate(reference: string): { name: string; version: number | undefined } {
  const [, name = reference, number] = /^(.+)@([1-9]\d{0,8})$/.exec(reference) ?? [];
  return { name, version: number === undefined ? undefined : Number(number) };
}
