/** For tests: access decided in the plainest way, by looking at every single place, and random access to try it on. */
import fc from "fast-check";
import type { Labels } from "../../fleets/agent-state.ts";
import { matchSelector, parseSelector } from "../../fleets/selector.ts";
import type { EnvironmentId, ProjectId } from "../../ids.ts";
import type { Access, Place, Scope, Statement, Verdict } from "../access.ts";
import type { Permission } from "../permissions.ts";

const projectIds: ProjectId[] = ["prj_a", "prj_b", "prj_c"];
const environmentsOf = (projectId: ProjectId): EnvironmentId[] => [
  `env_${projectId}1`,
  `env_${projectId}2`,
  `env_${projectId}3`,
];
const colors = ["red", "blue", "green"];
const patterns = [
  "*",
  "agent.*",
  "agent.read",
  "agent.operate",
  "fleet.read",
  "config.*",
  "project.read",
  "member.write",
] as const;
const asked: Permission[] = [
  "agent.read",
  "agent.operate",
  "fleet.read",
  "config.write",
  "config.read",
  "project.read",
  "member.write",
  "event.read",
];

const environment = fc
  .constantFrom(...projectIds.slice(0, 2))
  .chain((projectId) =>
    fc
      .constantFrom(...environmentsOf(projectId).slice(0, 2))
      .map((environmentId) => ({ projectId, environmentId })),
  );

/** Two of the three of each kind are ever named: the third is "any other". */
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ kind: "organization" }),
  fc.constantFrom(...projectIds.slice(0, 2)).map((projectId): Scope => ({ kind: "project", projectId })),
  environment.map((one): Scope => ({ kind: "environment", ...one })),
);
const byLabels: fc.Arbitrary<Scope> = fc
  .constantFrom("color=red", "color=blue", "color!=red")
  .map((selector) => ({ kind: "agents", selector }));

/** As the API takes them: scopes by labels only for what is of agents. */
const statement: fc.Arbitrary<Statement> = fc
  .record({
    effect: fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
    permissions: fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 3 }),
    within: fc.array(scope, { minLength: 1, maxLength: 2 }),
    labels: fc.option(byLabels, { freq: 2 }),
    source: fc.constant("random"),
  })
  .map(({ labels, within, ...one }) => ({
    ...one,
    within:
      labels && one.permissions.every((pattern) => pattern.startsWith("agent."))
        ? [...within, labels]
        : within,
  }));
const statements = fc.array(statement, { minLength: 1, maxLength: 4 });

const labels: fc.Arbitrary<Labels> = fc.constantFrom(...colors).map((color) => ({ color }));
const fullPlace = fc
  .constantFrom(...projectIds)
  .chain((projectId) =>
    fc.constantFrom(...environmentsOf(projectId)).map((environmentId) => ({ projectId, environmentId })),
  );
const place: fc.Arbitrary<Place> = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...projectIds).map((projectId) => ({ projectId })),
  fullPlace,
  fc.tuple(fullPlace, labels).map(([where, of]) => ({ ...where, labels: of })),
);

export const worlds = {
  projectIds,
  environmentsOf,
  statements,
  access: fc.array(statements, { minLength: 1, maxLength: 2 }),
  permission: fc.constantFrom(...asked),
  fullPlace,
  place,
  labels,
};

/** A leaf: one agent's labels in one environment, or a place above, as it was asked for. */
const named = (pattern: string, permission: Permission): boolean =>
  pattern === "*" || pattern === permission || pattern === `${permission.split(".")[0]}.*`;

const upward: Partial<Record<Permission, 1 | 2>> = {
  "organization.read": 2,
  "project.read": 2,
  "environment.read": 1,
  "fleet.read": 1,
  "config.read": 1,
};

/** true, false, or "labels" = it depends on them. */
function holds(one: Statement, scope: Scope, permission: Permission, at: Place): boolean | "labels" {
  const levels = one.effect === "allow" ? (upward[permission] ?? 0) : 0;
  if (scope.kind === "organization") return true;
  if (scope.kind === "agents") {
    return at.labels ? matchSelector(parseSelector(scope.selector), at.labels) : "labels";
  }
  if (scope.kind === "project") {
    return at.projectId === undefined ? levels === 2 : at.projectId === scope.projectId;
  }
  if (at.environmentId !== undefined) return at.environmentId === scope.environmentId;
  if (at.projectId !== undefined) return levels >= 1 && at.projectId === scope.projectId;
  return levels === 2;
}

function effectOf(one: Statement, permission: Permission, at: Place): boolean | "labels" {
  if (!one.permissions.some((pattern) => named(pattern, permission))) return false;
  const all = one.within.map((scope) => holds(one, scope, permission, at));
  if (all.includes(false)) return false;
  return all.includes("labels") ? "labels" : true;
}

export function naiveDecide(access: Access, permission: Permission, at: Place): Verdict {
  const verdicts = access.map((list): Verdict => {
    const effects = (effect: Statement["effect"]) =>
      list.filter((one) => one.effect === effect).map((one) => effectOf(one, permission, at));
    if (effects("deny").includes(true)) return "deny";
    const allows = effects("allow");
    if (allows.includes(true)) return effects("deny").includes("labels") ? "partly" : "allow";
    return allows.includes("labels") ? "partly" : "deny";
  });
  if (verdicts.length === 0 || verdicts.includes("deny")) return "deny";
  return verdicts.includes("partly") ? "partly" : "allow";
}

/** A place where `wanted` alone allows what `access` does not; null = there is none. Looks at each of them. */
export function naiveExceeds(access: Access, wanted: readonly Statement[]): string | null {
  for (const permission of asked) {
    for (const projectId of projectIds) {
      for (const environmentId of environmentsOf(projectId)) {
        for (const color of colors) {
          const at = { projectId, environmentId, labels: { color } };
          const gives = naiveDecide([wanted], permission, at) === "allow";
          if (gives && naiveDecide(access, permission, at) !== "allow") {
            return `${permission} in ${environmentId} for ${color}`;
          }
        }
      }
      if (
        naiveDecide([wanted], permission, { projectId }) === "allow" &&
        naiveDecide(access, permission, { projectId }) !== "allow"
      ) {
        return `${permission} in ${projectId}`;
      }
    }
    if (
      naiveDecide([wanted], permission, {}) === "allow" &&
      naiveDecide(access, permission, {}) !== "allow"
    ) {
      return `${permission} in the organization`;
    }
  }
  return null;
}
