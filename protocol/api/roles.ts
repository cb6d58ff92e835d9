import { z } from "zod";
import { permissionPattern, roleName, scope } from "./access.ts";
import { displayName, id, pageQuery, receipt, timestamp } from "./shared.ts";

const everywhere = { kind: "organization" } as const;

export const roleStatement = z
  .strictObject({
    effect: z.enum(["allow", "deny"]).default("allow"),
    permissions: z.array(permissionPattern).min(1).max(60),
    scope: scope
      .default(everywhere)
      .meta({ description: "`agents` only where all permissions are of agents or exec" }),
  })
  .meta({ id: "RoleStatement" });

/** One of the organization's own roles; what every organization has is in `GET /v1/permissions`. */
export const role = z
  .object({
    id: id("role"),
    organizationId: id("organization"),
    name: z.string(),
    description: z.string(),
    statements: z.array(roleStatement),
    version: z.number().int().meta({ description: "Rises with each edit; the ETag" }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Role" });
export type Role = z.infer<typeof role>;

/** `POST /v1/orgs/{org}/roles`; list by `GET` with `pageQuery` */
export const createRoleBody = z.strictObject({
  name: displayName,
  description: z.string().trim().max(500).default(""),
  statements: z.array(roleStatement).min(1).max(50),
});
/** `PATCH /v1/roles/{role}`, with `If-Match`; `statements` are replaced whole. `DELETE` answers `receiptAnswer`. */
export const updateRoleBody = z.strictObject({
  name: displayName.optional(),
  description: z.string().trim().max(500).optional(),
  statements: z.array(roleStatement).min(1).max(50).optional(),
});
export const roleChange = role.extend({ receipt }).meta({ id: "RoleChange" });
export type RoleChange = z.infer<typeof roleChange>;

export const bindingSubject = z
  .union([id("user"), id("team"), id("serviceAccount")])
  .meta({ description: "A member, a team or a service account" });

/** A role that somebody has beside the role of the membership, perhaps only within a scope. */
export const binding = z
  .object({
    id: id("binding"),
    organizationId: id("organization"),
    subject: bindingSubject,
    subjectName: z.string(),
    role: roleName,
    roleName: z.string(),
    scope,
    fromSso: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: "RoleBinding" });
export type Binding = z.infer<typeof binding>;

/** `GET /v1/orgs/{org}/bindings` */
export const listBindingsQuery = pageQuery.extend({
  subject: bindingSubject.optional(),
  role: roleName.optional(),
});
/** `POST /v1/orgs/{org}/bindings`; `DELETE /v1/bindings/{binding}` answers `receiptAnswer` */
export const createBindingBody = z.strictObject({
  subject: bindingSubject,
  role: roleName,
  scope: scope.default(everywhere),
});
export const bindingChange = binding.extend({ receipt }).meta({ id: "RoleBindingChange" });
export type BindingChange = z.infer<typeof bindingChange>;
