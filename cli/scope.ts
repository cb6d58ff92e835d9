import { isId } from "../domain/ids.ts";
import type { Fleet, Organization, Project } from "../protocol/client/index.ts";
import type { Globals } from "./cli.ts";
import type { Client } from "./client.ts";
import type { Context } from "./contexts.ts";
import { Failure } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { collect } from "./listing.ts";

/** Which organization, project and fleet a command is about: flag, then environment, then `muster use`, then the only one. */
export interface Scope {
  organization(): Promise<Organization>;
  project(): Promise<Project>;
  fleet(): Promise<Fleet>;
}

interface Named {
  id: string;
  name: string;
  slug?: string;
}

const everything = 10_000;

/** Finds by id, slug or name; refuses with what exists when nothing or several fit. */
export function pick<T extends Named>(noun: string, wanted: string, items: T[], createHint: string): T {
  const exact = items.find((item) => item.id === wanted || item.slug === wanted);
  if (exact) return exact;
  const named = items.filter((item) => item.name === wanted);
  if (named.length === 1 && named[0]) return named[0];
  if (named.length > 1) {
    throw new Failure(
      "failed",
      `Several ${noun}s are called "${wanted}": ${named.map((item) => item.id).join(", ")}. Use the id.`,
    );
  }
  const names = items.slice(0, 10).map((item) => item.slug ?? item.name);
  const others = names.length > 0 ? ` There is: ${names.join(", ")}.` : ` There is none yet: ${createHint}`;
  throw new Failure("notFound", `No ${noun} "${wanted}".${others}`);
}

export function onlyOne<T extends Named>(noun: string, items: T[], createHint: string): T {
  if (items.length === 1 && items[0]) return items[0];
  if (items.length === 0) throw new Failure("notFound", `There is no ${noun} yet. Make one: ${createHint}`);
  const names = items.slice(0, 10).map((item) => item.slug ?? item.name);
  throw new Failure(
    "usage",
    `Which ${noun}? Say --${noun === "organization" ? "org" : noun} with one of: ${names.join(", ")}; or choose for good with \`muster use\`.`,
  );
}

export interface Chosen {
  org?: string | undefined;
  project?: string | undefined;
  fleet?: string | undefined;
}

/** A wider choice made by flag or environment sets aside the narrower ones of `muster use`. */
export function choose(globals: Globals, env: Io["env"], stored: Chosen): Chosen {
  const org = globals.org ?? (env.MUSTER_ORG || undefined);
  const project = globals.project ?? (env.MUSTER_PROJECT || undefined);
  const fleet = globals.fleet ?? (env.MUSTER_FLEET || undefined);
  return {
    org: org ?? stored.org,
    project: project ?? (org === undefined ? stored.project : undefined),
    fleet: fleet ?? (org === undefined && project === undefined ? stored.fleet : undefined),
  };
}

export function createScope(
  client: () => Promise<Client>,
  globals: Globals,
  env: Io["env"],
  context: () => Promise<Context | null>,
): Scope {
  const chosen = async () => choose(globals, env, (await context())?.choice ?? {});

  async function organization(): Promise<Organization> {
    const { org } = await chosen();
    const { organizations } = await (await client()).call("GET /v1/me");
    return org === undefined
      ? onlyOne("organization", organizations, "sign up in the dashboard")
      : pick("organization", org, organizations, "sign up in the dashboard");
  }

  async function project(): Promise<Project> {
    const { project: wanted } = await chosen();
    const api = await client();
    // An id says by itself which organization it is in.
    const organizations =
      wanted !== undefined && isId("project", wanted)
        ? (await api.call("GET /v1/me")).organizations
        : [await organization()];
    const items: Project[] = [];
    for (const { id } of organizations) {
      const list = await collect(api, "GET /v1/orgs/{org}/projects", {
        path: { org: id },
        query: { limit: everything },
      });
      items.push(...list.items);
    }
    const create = "muster projects create <name>";
    return wanted === undefined ? onlyOne("project", items, create) : pick("project", wanted, items, create);
  }

  async function fleet(): Promise<Fleet> {
    const { fleet: wanted } = await chosen();
    if (wanted !== undefined && isId("fleet", wanted)) {
      return (await client()).call("GET /v1/fleets/{fleet}", { path: { fleet: wanted } });
    }
    const { id } = await project();
    const { items } = await collect(await client(), "GET /v1/projects/{project}/fleets", {
      path: { project: id },
      query: {
        limit: everything,
      },
    });
    const create = "muster fleets create <name>";
    return wanted === undefined ? onlyOne("fleet", items, create) : pick("fleet", wanted, items, create);
  }

  return { organization, project, fleet };
}
