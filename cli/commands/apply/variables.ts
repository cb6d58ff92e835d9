import { isDeepStrictEqual } from "node:util";
import type { Variable } from "../../../protocol/api/variables.ts";
import type { Fleet } from "../../../protocol/client/index.ts";
import type { Cli } from "../../cli.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";
import { findEnvironment } from "../environments/find.ts";
import type { VariablesDocument } from "./documents.ts";
import type { Step } from "./step.ts";

export interface VariablesPlan {
  steps: Step[];
  /** By environment id: the names that change. */
  changing: Map<string, Set<string>>;
}

/** Rows that the folder does not have stay as they are. */
export async function planVariables(
  cli: Cli,
  documents: readonly VariablesDocument[],
  fleets: readonly Fleet[],
): Promise<VariablesPlan> {
  const plan: VariablesPlan = { steps: [], changing: new Map() };
  for (const document of documents) {
    const client = await cli.client();
    const environment = await findEnvironment(cli, document.environment);
    const { items } = await collect(client, "GET /v1/environments/{environment}/variables", {
      path: { environment: environment.id },
      query: { limit: 10_000 },
    });
    const here = fleets.filter(({ environmentId }) => environmentId === environment.id);
    for (const wanted of document.variables) {
      const fleet =
        wanted.fleet === null ? null : pick("fleet", wanted.fleet, here, "muster fleets create <name>").id;
      const row = items.find(
        ({ name, selector, fleet: of }) =>
          name === wanted.name && selector === wanted.selector && of === fleet,
      );
      if (row && isSame(row, wanted)) continue;
      plan.steps.push(stepOf(cli, environment, { ...wanted, fleet }, row));
      const names = plan.changing.get(environment.id) ?? new Set<string>();
      plan.changing.set(environment.id, names.add(wanted.name));
    }
  }
  return plan;
}

type Wanted = VariablesDocument["variables"][number];

const isSame = (row: Variable, { value, type, description }: Wanted): boolean =>
  isDeepStrictEqual(row.value, value) &&
  (type === undefined || row.type === type) &&
  (description === undefined || row.description === description);

function stepOf(
  cli: Cli,
  environment: { id: string; slug: string },
  { name, type, value, fleet, selector, description }: Wanted,
  row: Variable | undefined,
): Step {
  const whom = [environment.slug, fleet, selector].filter((part) => part !== null && part !== "").join(", ");
  const [before, after] = [row?.value, value].map((one) => JSON.stringify(one));
  const more = {
    value,
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
  };
  return {
    kind: "variable",
    name,
    action: row ? "update" : "create",
    summary: `${name} for ${whom}`,
    details: row ? [`~ ${before} → ${after}`] : [`+ ${after}`],
    diff: null,
    async run() {
      const client = await cli.client();
      if (row) {
        await client.call("PATCH /v1/variables/{variable}", {
          path: { variable: row.id },
          body: more,
          ifMatch: `"${row.version}"`,
        });
      } else {
        await client.call("POST /v1/environments/{environment}/variables", {
          path: { environment: environment.id },
          query: {},
          body: { name, fleet, selector, ...more },
        });
      }
      return `set ${name} for ${whom}`;
    },
  };
}
