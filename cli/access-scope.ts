import type { Scope } from "../domain/tenancy/access.ts";
import { scope } from "../protocol/api/access.ts";
import type { Environment } from "../protocol/api/projects.ts";
import type { Cli } from "./cli.ts";
import { Failure } from "./exit-codes.ts";
import { collect } from "./listing.ts";
import { createScope, pick } from "./scope.ts";
import { option, text } from "./spec.ts";

const written = "organization, project:<project>, environment:<project>/<environment> or agents:<selector>";

export const scopeOption = option(
  "--scope <scope>",
  `Where it holds: ${written} (default organization)`,
  text.optional(),
);

export const placeOption = option(
  "--at <place>",
  "Where: project:<project> or environment:<project>/<environment>; left out: the whole organization",
  text.optional(),
);

const projectNamed = (cli: Cli, wanted: string) =>
  createScope(cli.client, { ...cli.globals, project: wanted }, cli.io.env, () =>
    cli.contexts.read(),
  ).project();

async function environmentNamed(cli: Cli, wanted: string): Promise<Environment> {
  const slash = wanted.indexOf("/");
  if (slash < 1) {
    throw new Failure(
      "usage",
      `"environment:${wanted}" does not say the project. Write environment:<project>/<environment>.`,
    );
  }
  const { id } = await projectNamed(cli, wanted.slice(0, slash));
  const { items } = await collect(await cli.client(), "GET /v1/projects/{project}/environments", {
    path: { project: id },
    query: {
      limit: 1000,
    },
  });
  return pick("environment", wanted.slice(slash + 1), items, "muster environments create <name>");
}

/** As the API has it, and as receipts write it: `{"kind":"project","projectId":"prj_…"}`. */
function readJson(given: string): Scope {
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    throw new Failure("usage", `"${given}" is not JSON. Write ${written}.`);
  }
  const parsed = scope.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure("usage", `"${given}" is not a scope. Write ${written}.`);
}

/** Reads `project:shop` and the like; names become ids. */
export async function readScope(cli: Cli, given: string | undefined): Promise<Scope> {
  if (given === undefined || given === "organization") return { kind: "organization" };
  if (given.startsWith("{")) return readJson(given);
  const colon = given.indexOf(":");
  const kind = given.slice(0, Math.max(colon, 0));
  const rest = given.slice(colon + 1);
  if (kind === "project" && rest !== "") {
    return { kind, projectId: (await projectNamed(cli, rest)).id };
  }
  if (kind === "environment") {
    const { id, projectId } = await environmentNamed(cli, rest);
    return { kind, projectId, environmentId: id };
  }
  if (kind === "agents" && rest !== "") return { kind, selector: rest };
  throw new Failure("usage", `"${given}" is not a scope. Write ${written}.`);
}

/** Reads `--at`: a place is a scope that is not of agents. */
export async function readPlace(
  cli: Cli,
  given: string | undefined,
): Promise<{ projectId?: string; environmentId?: string }> {
  const scope = await readScope(cli, given);
  switch (scope.kind) {
    case "organization":
      return {};
    case "project":
      return { projectId: scope.projectId };
    case "environment":
      return { projectId: scope.projectId, environmentId: scope.environmentId };
    case "agents":
      throw new Failure("usage", "--at names a project or an environment; say labels with --label.");
  }
}

export function showScope(scope: Scope): string {
  switch (scope.kind) {
    case "organization":
      return "organization";
    case "project":
      return `project ${scope.projectId}`;
    case "environment":
      return `environment ${scope.environmentId}`;
    case "agents":
      return `agents ${scope.selector}`;
  }
}
