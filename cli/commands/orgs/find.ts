import type { Organization } from "../../../protocol/client/index.ts";
import type { Cli } from "../../cli.ts";
import { createScope } from "../../scope.ts";
import { argument, text } from "../../spec.ts";

export const orgArgument = argument(
  "Id, slug or name; the chosen one when left out",
  text.optional(),
  "organization",
);

/** By id, slug or name; without a name the chosen one, or the only one. */
export async function findOrganization(cli: Cli, wanted: string | undefined): Promise<Organization> {
  if (wanted === undefined) return cli.scope.organization();
  return createScope(cli.client, { ...cli.globals, org: wanted }, {}, async () => null).organization();
}
