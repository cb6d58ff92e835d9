import { z } from "zod";
import { roles } from "../domain/tenancy/roles.ts";
import type { Cli } from "./cli.ts";
import { path } from "./client.ts";
import type { Live } from "./spec.ts";

/** As much of any listed thing as names it. */
const named = z.object({
  items: z.array(
    z.object({
      id: z.string().optional(),
      name: z.string().nullish(),
      slug: z.string().optional(),
      email: z.string().optional(),
      number: z.number().optional(),
      revokedAt: z.string().nullish(),
    }),
  ),
});
type Named = z.infer<typeof named>["items"][number];

/** One page is enough: who has more types more letters. */
const limit = 200;

const routes: Record<
  Exclude<Live, "context" | "organization">,
  { of: "organization" | "project" | "fleet"; list: (id: string) => string; name: (item: Named) => unknown }
> = {
  project: { of: "organization", list: (id) => path`/v1/orgs/${id}/projects`, name: ({ slug }) => slug },
  member: { of: "organization", list: (id) => path`/v1/orgs/${id}/members`, name: ({ email }) => email },
  team: { of: "organization", list: (id) => path`/v1/orgs/${id}/teams`, name: ({ slug }) => slug },
  role: { of: "organization", list: (id) => path`/v1/orgs/${id}/roles`, name: ({ name }) => name },
  "service-account": {
    of: "organization",
    list: (id) => path`/v1/orgs/${id}/service-accounts`,
    name: ({ name }) => name,
  },
  key: { of: "organization", list: (id) => path`/v1/orgs/${id}/api-keys`, name: ({ name }) => name },
  environment: {
    of: "project",
    list: (id) => path`/v1/projects/${id}/environments`,
    name: ({ slug }) => slug,
  },
  fleet: { of: "project", list: (id) => path`/v1/projects/${id}/fleets`, name: ({ slug }) => slug },
  config: { of: "project", list: (id) => path`/v1/projects/${id}/configs`, name: ({ name }) => name },
  template: { of: "project", list: (id) => path`/v1/projects/${id}/templates`, name: ({ name }) => name },
  agent: { of: "fleet", list: (id) => path`/v1/fleets/${id}/agents`, name: ({ name }) => name },
  release: { of: "fleet", list: (id) => path`/v1/fleets/${id}/releases`, name: ({ number }) => number },
  rollout: { of: "fleet", list: (id) => path`/v1/fleets/${id}/rollouts`, name: ({ id: own }) => own },
  token: { of: "fleet", list: (id) => path`/v1/fleets/${id}/enrollment-tokens`, name: ({ name }) => name },
};

/** Names that completion offers for an argument, as they are now. Those that have ended are left out. */
export async function liveNames(cli: Cli, live: Live): Promise<string[]> {
  if (live === "context") return Object.keys((await cli.contexts.all()).contexts);
  const client = await cli.client();
  if (live === "organization") {
    return (await client.call("GET /v1/me")).organizations.map(({ slug }) => slug);
  }
  const { of, list, name } = routes[live];
  const { id } = await cli.scope[of]();
  const { items } = await client.request({ method: "GET", path: list(id), query: { limit } }, named);
  const names = items.filter(({ revokedAt }) => (revokedAt ?? null) === null).map(name);
  const fixed = live === "role" ? roles : live === "rollout" ? ["latest"] : [];
  return [...new Set([...fixed, ...names.filter((one) => one !== undefined && one !== null).map(String)])];
}
