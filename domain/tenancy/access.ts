/** Who may do what, and where. Pure: the only place that decides. */
import type { Labels } from "../fleets/agent-state.ts";
import { matchSelector, parseSelector } from "../fleets/selector.ts";
import type { EnvironmentId, ProjectId } from "../ids.ts";
import { matchesPermission, type Permission, type PermissionPattern, permissions } from "./permissions.ts";

/** Where a statement holds. `agents`: only for permissions of agents, those whose labels the selector matches. */
export type Scope =
  | { kind: "organization" }
  | { kind: "project"; projectId: ProjectId }
  | { kind: "environment"; projectId: ProjectId; environmentId: EnvironmentId }
  | { kind: "agents"; selector: string };

export interface Statement {
  effect: "allow" | "deny";
  permissions: readonly PermissionPattern[];
  /** It holds where all of these hold: the scope of the statement in its role, and that of the role's binding. */
  within: readonly Scope[];
  /** Where it comes from, for `explain`: `role operator of team payments`. */
  source: string;
}

/** Each list must allow by itself: an API key's own, and those of the person or service account behind it. */
export type Access = readonly (readonly Statement[])[];

/** What is acted on. Nothing given = the organization itself. */
export interface Place {
  projectId?: ProjectId | undefined;
  environmentId?: EnvironmentId | undefined;
  /** Of an agent; left out where the labels are not known yet, or where many agents are meant. */
  labels?: Labels | undefined;
}

/** Where somebody must be allowed to act who gives or takes something within a scope. */
export function placeOfScope(scope: Scope): Place {
  switch (scope.kind) {
    case "project":
      return { projectId: scope.projectId };
    case "environment":
      return { projectId: scope.projectId, environmentId: scope.environmentId };
    default:
      return {};
  }
}

/** `partly`: for some of what is in there, by the agents' labels; ask again with labels. */
export type Verdict = "allow" | "partly" | "deny";

export interface Decision {
  verdict: Verdict;
  /** The statements that decided: those that deny, or else those that allow. Empty = nothing allows it. */
  by: Statement[];
}

/** What somebody must read to reach a part of it: seen from below, also by who may read it only there. */
const seenFromProject: readonly Permission[] = ["organization.read", "project.read"];
const seenFromEnvironment: readonly Permission[] = [
  ...seenFromProject,
  "environment.read",
  "fleet.read",
  "config.read",
];

type Reach = "whole" | "part" | "none";

function reach(scope: Scope, place: Place): Reach {
  switch (scope.kind) {
    case "organization":
      return "whole";
    case "project":
      return place.projectId === scope.projectId ? "whole" : "none";
    case "environment":
      return place.environmentId === scope.environmentId ? "whole" : "none";
    case "agents":
      if (!place.labels) return "part";
      return matchSelector(parseSelector(scope.selector), place.labels) ? "whole" : "none";
  }
}

function reachFromBelow(scope: Scope, permission: Permission, place: Place): Reach {
  if (scope.kind === "project" && place.projectId === undefined) {
    return seenFromProject.includes(permission) ? "whole" : "none";
  }
  if (scope.kind === "environment" && place.environmentId === undefined) {
    const above = place.projectId === undefined || place.projectId === scope.projectId;
    const seen = place.projectId === undefined ? seenFromProject : seenFromEnvironment;
    return above && seen.includes(permission) ? "whole" : "none";
  }
  return "none";
}

const weakest = (all: Reach[]): Reach =>
  all.includes("none") ? "none" : all.includes("part") ? "part" : "whole";

function applies(one: Statement, permission: Permission, place: Place): Reach {
  if (!one.permissions.some((pattern) => matchesPermission(pattern, permission))) return "none";
  return weakest(
    one.within.map((scope) => {
      const direct = reach(scope, place);
      // What may be seen from below is a courtesy of what allows; a denial stays where it was put.
      return direct === "none" && one.effect === "allow" ? reachFromBelow(scope, permission, place) : direct;
    }),
  );
}

/** Whether a statement holds at a place for agents with some labels, whichever they are. */
export function appliesBesideLabels(one: Statement, permission: Permission, place: Place): boolean {
  return applies(one, permission, { ...place, labels: undefined }) !== "none";
}

function decideOne(statements: readonly Statement[], permission: Permission, place: Place): Decision {
  const having = (effect: Statement["effect"], wanted: Reach) =>
    statements.filter((one) => one.effect === effect && applies(one, permission, place) === wanted);
  const denied = having("deny", "whole");
  if (denied.length > 0) return { verdict: "deny", by: denied };
  const allowed = having("allow", "whole");
  if (allowed.length > 0) {
    const exceptions = having("deny", "part");
    return exceptions.length > 0
      ? { verdict: "partly", by: [...exceptions, ...allowed] }
      : { verdict: "allow", by: allowed };
  }
  const partly = having("allow", "part");
  return { verdict: partly.length > 0 ? "partly" : "deny", by: partly };
}

/** An explicit denial wins; what nothing allows is denied. */
export function decide(access: Access, permission: Permission, place: Place = {}): Decision {
  const decisions = access.map((statements) => decideOne(statements, permission, place));
  const denied = decisions.find(({ verdict }) => verdict === "deny");
  if (denied) return denied;
  const verdict = decisions.some((one) => one.verdict === "partly") ? "partly" : "allow";
  return decisions.length === 0
    ? { verdict: "deny", by: [] }
    : { verdict, by: decisions.flatMap(({ by }) => by) };
}

export function can(access: Access, permission: Permission, place: Place = {}): boolean {
  return decide(access, permission, place).verdict === "allow";
}

/** Which rows of a list may be seen. `only` undefined = all, but not those in `except`. */
export interface Visible<T> {
  only?: T[];
  except: T[];
}

/** Projects that a list shows to who may do `permission` in them, or sees them from one of their environments. */
export function visibleProjects(access: Access, permission: Permission): Visible<ProjectId> {
  const named = scopesOf(access).flatMap((scope) => ("projectId" in scope ? [scope.projectId] : []));
  return visible(named, (projectId) => decide(access, permission, { projectId }), "prj_any other");
}

/** Environments of one project that a list shows. */
export function visibleEnvironments(
  access: Access,
  permission: Permission,
  projectId: ProjectId,
): Visible<EnvironmentId> {
  const named = scopesOf(access).flatMap((scope) =>
    scope.kind === "environment" && scope.projectId === projectId ? [scope.environmentId] : [],
  );
  return visible(
    named,
    (environmentId) => decide(access, permission, { projectId, environmentId }),
    "env_any other",
  );
}

const scopesOf = (access: Access): Scope[] => access.flat().flatMap(({ within }) => within);

/** What holds for those that are named, and for any other. */
function visible<T extends string>(named: T[], decideFor: (id: T) => Decision, other: T): Visible<T> {
  const seen = (id: T) => decideFor(id).verdict !== "deny";
  const ids = [...new Set(named)];
  return seen(other) ? { except: ids.filter((id) => !seen(id)) } : { only: ids.filter(seen), except: [] };
}

/**
 * Whether `wanted` allows anything that `access` does not, somewhere. Who has a denial gives on no more than what that
 * denial leaves: the wanted must carry it too.
 */
export function exceeds(access: Access, wanted: readonly Statement[]): boolean {
  const denials = access.flat().filter(({ effect }) => effect === "deny");
  return permissions.some((permission) =>
    wanted.some((one) => {
      const matches = (given: Statement) =>
        given.permissions.some((pattern) => matchesPermission(pattern, permission));
      if (one.effect !== "allow" || !matches(one)) return false;
      const denied = denials.some((denial) => matches(denial) && !wanted.some((own) => carries(own, denial)));
      return denied || !allowsWithin(access, permission, one.within);
    }),
  );
}

function carries(own: Statement, denial: Statement): boolean {
  return (
    own.effect === "deny" &&
    denial.permissions.every((pattern) => own.permissions.includes(pattern)) &&
    own.within.every((scope) => scope.kind === "organization" || includesScope(denial.within, scope))
  );
}

/** Some statement of each list must hold wherever all of `within` hold. */
function allowsWithin(access: Access, permission: Permission, within: readonly Scope[]): boolean {
  return (
    access.length > 0 &&
    access.every((statements) =>
      statements.some(
        (one) =>
          one.effect === "allow" &&
          one.permissions.some((pattern) => matchesPermission(pattern, permission)) &&
          one.within.every((scope) => scope.kind === "organization" || includesScope(within, scope)),
      ),
    )
  );
}

/** Whether something in `within` says as much as `scope`: the same, or, for a project, one of its environments. */
function includesScope(within: readonly Scope[], scope: Scope): boolean {
  return within.some((one) => {
    if (scope.kind === "project" && one.kind === "environment") return one.projectId === scope.projectId;
    return scopeText(one) === scopeText(scope);
  });
}

function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case "organization":
      return "";
    case "project":
      return scope.projectId;
    case "environment":
      return scope.environmentId;
    case "agents":
      return scope.selector;
  }
}
