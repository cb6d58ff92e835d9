/** Roles of people and keys in an organization, weakest first. */
export const roles = ["viewer", "deployer", "admin", "owner"] as const;
export type Role = (typeof roles)[number];

/** What may be done, and the least role that may do it. */
export const actions = {
  "organization.read": "viewer",
  "organization.manage": "admin",
  "project.read": "viewer",
  "project.write": "admin",
  "environment.read": "viewer",
  "environment.write": "admin",
  "fleet.read": "viewer",
  "fleet.write": "admin",
  "agent.read": "viewer",
  "agent.operate": "deployer",
  "agent.revoke": "admin",
  "agent.delete": "admin",
  "enrollment_token.read": "viewer",
  "enrollment_token.write": "admin",
  "config.read": "viewer",
  "config.write": "deployer",
  "rollout.read": "viewer",
  "rollout.write": "deployer",
  "rollout.approve": "deployer",
  "rollout.override_freeze": "admin",
  "event.read": "viewer",
  "usage.read": "viewer",
  "api_key.read": "admin",
  "api_key.write": "admin",
  "webhook_key.read": "admin",
  "webhook_key.write": "admin",
} as const satisfies Record<string, Role>;
export type Action = keyof typeof actions;

export function can(role: Role, action: Action): boolean {
  return roles.indexOf(role) >= roles.indexOf(actions[action]);
}
