import { matchesPermission, type Permission, type PermissionPattern, permissions } from "./permissions.ts";

/** What is done to one agent, and so may depend on its labels. */
export const isOfAgents = (permission: Permission): boolean => /^(agent|exec|log)\./.test(permission);

/** Whether a scope by labels makes sense for all of these: nothing else has labels to match. */
export function mayBeScopedByLabels(patterns: readonly PermissionPattern[]): boolean {
  return permissions
    .filter((one) => patterns.some((pattern) => matchesPermission(pattern, one)))
    .every(isOfAgents);
}
