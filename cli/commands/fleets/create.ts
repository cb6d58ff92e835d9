import { fleet, locationHints } from "../../../protocol/api/fleets.ts";
import { argument, command, oneOf, option, text } from "../../spec.ts";
import { findEnvironment } from "../environments/find.ts";

export const createFleet = command({
  name: "create",
  summary: "Make a fleet in the project",
  args: { name: argument("Its name", text) },
  options: {
    slug: option("--slug <slug>", "Its name in URLs; made from the name when left out", text.optional()),
    environment: option(
      "--environment <environment>",
      "Id, slug or name; the project's first when left out",
      text.optional(),
    ),
    location: option(
      "--location <hint>",
      `Where it should live: ${locationHints.join(", ")}`,
      oneOf(locationHints).optional(),
    ),
  },
  examples: ["muster fleets create web", "muster fleets create edge --environment staging --location weur"],
  answer: fleet,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.project();
    const environmentId =
      options.environment === undefined ? undefined : (await findEnvironment(cli, options.environment)).id;
    const made = await (await cli.client()).call("POST /v1/projects/{project}/fleets", {
      path: { project: id },
      body: {
        name: args.name,
        slug: options.slug,
        environmentId,
        locationHint: options.location,
      },
    });
    cli.output.result(
      made,
      () => `Made fleet ${made.slug} (${made.id}).\nNext: muster tokens create --fleet ${made.slug}`,
    );
  },
});
