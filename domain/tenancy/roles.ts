import { type Permission, type PermissionPattern, permissions } from "./permissions.ts";

/** The roles that every organization has. An organization adds its own (`rle_…`). */
export const roles = ["viewer", "billing", "operator", "admin", "owner"] as const;
export type Role = (typeof roles)[number];

const view: PermissionPattern[] = [
  "organization.read",
  "member.read",
  "team.read",
  "role.read",
  "quota.read",
  "usage.read",
  "project.read",
  "environment.read",
  "fleet.read",
  "agent.read",
  "enrollment_token.read",
  "config.read",
  "variable.read",
  "rollout.read",
  "event.read",
];

const operate: PermissionPattern[] = [
  ...view,
  "agent.operate",
  "log.read",
  "config.write",
  "variable.write",
  "secret.read",
  "rollout.write",
  "rollout.approve",
];

const ownersOnly: readonly Permission[] = [
  "organization.export",
  "organization.delete",
  "organization.transfer",
  "billing.write",
];

export const rolePermissions: Record<Role, readonly PermissionPattern[]> = {
  viewer: view,
  billing: ["organization.read", "member.read", "quota.read", "usage.read", "billing.*"],
  operator: operate,
  admin: permissions.filter((one) => !ownersOnly.includes(one)),
  owner: ["*"],
};

export const roleSummaries: Record<Role, string> = {
  viewer: "Sees fleets, agents, configs, variables, rollouts and events; changes nothing.",
  billing: "Sees usage, quotas and invoices, and changes how they are paid; sees no fleet.",
  operator:
    "Views, writes configs and variables, starts and approves rollouts, restarts agents, reads their logs.",
  admin: "Everything but exporting, deleting or handing over the organization and paying for it.",
  owner: "Everything.",
};

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
