import type { NamedBinding } from "../../../db/queries/roles.ts";
import type { Scope } from "../../../domain/tenancy/access.ts";
import type { Binding } from "../../../protocol/api/roles.ts";
import { roleName } from "../auth/memberships.ts";
import { iso } from "../time.ts";

export const bindingView = ({ binding, custom, subjectName }: NamedBinding): Binding => ({
  id: binding.id,
  organizationId: binding.organizationId,
  subject: binding.subject,
  subjectName: subjectName ?? binding.subject,
  role: binding.role,
  roleName: roleName(binding.role, custom),
  scope: binding.scope,
  fromSso: binding.fromSso,
  createdAt: iso(binding.createdAt),
});

/** `in project prj_…` */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case "organization":
      return "everywhere";
    case "project":
      return `in project ${scope.projectId}`;
    case "environment":
      return `in environment ${scope.environmentId}`;
    case "agents":
      return `for agents with ${scope.selector}`;
  }
}
