import type { Scope } from "../../../domain/tenancy/access.ts";
import type { PermissionPattern } from "../../../domain/tenancy/permissions.ts";
import type { Answer } from "../../../protocol/client/index.ts";
import { type ScopeDraft, scopeDraft, scopeOf, wholeOrganization } from "./scope-draft.ts";

export type Role = Answer<"GET /v1/roles/{role}">;

export interface StatementDraft {
  key: number;
  effect: "allow" | "deny";
  permissions: PermissionPattern[];
  scope: ScopeDraft;
}

export interface RoleDraft {
  name: string;
  description: string;
  statements: StatementDraft[];
}

let keys = 0;

export const newStatement = (effect: "allow" | "deny"): StatementDraft => ({
  key: keys++,
  effect,
  permissions: [],
  scope: wholeOrganization,
});

export const emptyRole = (): RoleDraft => ({
  name: "",
  description: "",
  statements: [newStatement("allow")],
});

export const roleDraft = ({ name, description, statements }: Role): RoleDraft => ({
  name,
  description,
  statements: statements.map(({ effect, permissions, scope }) => ({
    key: keys++,
    effect,
    permissions,
    scope: scopeDraft(scope),
  })),
});

/** As the API takes it; null while something is still to be chosen. */
export function roleBody({ name, description, statements }: RoleDraft) {
  const chosen = statements.flatMap(({ effect, permissions, scope }) => {
    const where = scopeOf(scope);
    return where && permissions.length > 0 ? [{ effect, permissions, scope: where }] : [];
  });
  return chosen.length === statements.length ? { name, description, statements: chosen } : null;
}

const scopeWords = (scope: Scope): string => {
  switch (scope.kind) {
    case "organization":
      return "the whole organization";
    case "project":
      return scope.projectId;
    case "environment":
      return scope.environmentId;
    case "agents":
      return `agents with ${scope.selector}`;
  }
};

/** A role as lines, so that two states of it can be compared. */
export function roleText({ name, description, statements }: Role): string {
  const lines = statements.flatMap(({ effect, permissions, scope }) =>
    permissions.toSorted().map((permission) => `${effect} ${permission} in ${scopeWords(scope)}`),
  );
  return [`name: ${name}`, `description: ${description}`, ...lines, ""].join("\n");
}

/** Choosing all of a noun, or everything, takes the place of what it holds. */
export function togglePermission(
  chosen: readonly PermissionPattern[],
  pattern: PermissionPattern,
  on: boolean,
): PermissionPattern[] {
  const noun = pattern.endsWith(".*") ? pattern.slice(0, -1) : null;
  const covered = (one: PermissionPattern) => pattern === "*" || (noun !== null && one.startsWith(noun));
  const rest = chosen.filter((one) => one !== pattern && !(on && covered(one)));
  return on ? [...rest, pattern] : rest;
}
