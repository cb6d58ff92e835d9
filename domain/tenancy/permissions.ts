/** Everything that may be done, `noun.verb`. Reading and writing are apart wherever a role may want them apart. */
export const permissions = [
  "organization.read",
  "organization.write",
  "organization.export",
  "organization.delete",
  "organization.transfer",
  "member.read",
  "member.write",
  "team.read",
  "team.write",
  "role.read",
  "role.write",
  "service_account.read",
  "service_account.write",
  "api_key.read",
  "api_key.write",
  "sso.read",
  "sso.write",
  "audit.read",
  "audit.export",
  "quota.read",
  "usage.read",
  "billing.read",
  "billing.write",
  "project.read",
  "project.write",
  "environment.read",
  "environment.write",
  "fleet.read",
  "fleet.write",
  "agent.read",
  "agent.operate",
  "agent.revoke",
  "agent.delete",
  "enrollment_token.read",
  "enrollment_token.write",
  "config.read",
  "config.write",
  "variable.read",
  "variable.write",
  "secret.read",
  "secret.write",
  "rollout.read",
  "rollout.write",
  "rollout.approve",
  "rollout.override_freeze",
  "exec.read",
  "exec.run",
  "log.read",
  "event.read",
  "webhook_key.read",
  "webhook_key.write",
] as const;
export type Permission = (typeof permissions)[number];

/** What needs another person's approval in a protected environment. */
export const protectedPermissions = [
  "rollout.write",
  "secret.write",
  "exec.run",
] as const satisfies Permission[];

/** What may still be done in a deleted organization: it is read, exported, restored. */
export const whileDeleted: readonly Permission[] = [
  "organization.read",
  "organization.export",
  "organization.delete",
  "audit.read",
  "audit.export",
];

/** A permission, all of a noun (`config.*`), or everything (`*`). */
export type PermissionPattern = Permission | `${NounOf<Permission>}.*` | "*";
type NounOf<P extends Permission> = P extends `${infer Noun}.${string}` ? Noun : never;

export function isPermissionPattern(text: string): text is PermissionPattern {
  return text === "*" || permissions.some((one) => one === text || text === `${one.split(".")[0]}.*`);
}

export function matchesPermission(pattern: PermissionPattern, permission: Permission): boolean {
  return pattern === "*" || pattern === permission || pattern === `${permission.split(".")[0]}.*`;
}
