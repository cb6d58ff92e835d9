import { z } from "zod";
import type { RoleId } from "../../domain/ids.ts";
import type { Scope, Statement } from "../../domain/tenancy/access.ts";
import { permissionNameProblem } from "../../domain/tenancy/permission-names.ts";
import { type Permission, type PermissionPattern, permissions } from "../../domain/tenancy/permissions.ts";
import { type Role, roles } from "../../domain/tenancy/roles.ts";
import { id, labels } from "./shared.ts";

/** One of every organization's roles, or the id of one of the organization's own. */
export const roleName = z.union([z.enum(roles), id("role")]).meta({
  description: "`viewer`, `billing`, `operator`, `admin`, `owner`, or the id of a role of the organization",
}) as z.ZodType<Role | RoleId>;

const unknownPermission = ({ input }: { input?: unknown }): string =>
  permissionNameProblem(String(input).slice(0, 60)) ?? "is not a permission";

/** One by one, so that the types of programs that read answers know them. */
const permissionPatterns = [
  ...permissions,
  ...new Set(permissions.map((one) => `${one.split(".")[0] ?? ""}.*` as const)),
  "*" as const,
];

export const permissionPattern = z.enum(permissionPatterns, { error: unknownPermission }).meta({
  id: "PermissionPattern",
  description: "A permission such as rollout.write, all of a noun such as rollout.*, or *",
  example: "rollout.write",
}) as z.ZodType<PermissionPattern>;

export const permission = z
  .enum(permissions, { error: unknownPermission })
  .meta({ example: "rollout.write" }) as z.ZodType<Permission>;

/** Where a role or a statement holds. */
export const scope = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("organization") }),
    z.strictObject({ kind: z.literal("project"), projectId: id("project") }),
    z.strictObject({
      kind: z.literal("environment"),
      projectId: id("project"),
      environmentId: id("environment"),
    }),
    z.strictObject({
      kind: z.literal("agents"),
      selector: z
        .string()
        .min(1)
        .max(1000)
        .meta({ description: "A label selector; for agent permissions only" }),
    }),
  ])
  .meta({ id: "AccessScope" }) as unknown as z.ZodType<Scope>;

/** One thing that the caller may do, or may not, and where from. Decided by `decide` of `domain/tenancy/access.ts`. */
export const statement = z
  .object({
    effect: z.enum(["allow", "deny"]),
    permissions: z.array(permissionPattern),
    within: z.array(scope),
    source: z.string(),
  })
  .meta({ id: "AccessStatement" }) as unknown as z.ZodType<Statement>;

/** Each list must allow by itself. */
export const access = z.array(z.array(statement));

export const verdict = z.enum(["allow", "partly", "deny"]).meta({
  id: "AccessVerdict",
  description: "`partly`: for some agents, by their labels",
});

/** `GET /v1/permissions` */
export const permissionCatalogue = z
  .object({
    permissions: z.array(
      z.object({
        name: permission,
        summary: z.string(),
        byLabels: z.boolean().meta({ description: "May be scoped by the labels of agents" }),
        protected: z
          .boolean()
          .meta({ description: "Needs another person's approval in a protected environment" }),
        roles: z.array(z.enum(roles)).meta({ description: "Which of every organization's roles hold it" }),
      }),
    ),
    roles: z.array(z.object({ name: z.enum(roles), summary: z.string(), permissions: z.array(permission) })),
  })
  .meta({ id: "PermissionCatalogue" });
export type PermissionCatalogue = z.infer<typeof permissionCatalogue>;

/** Who has access: a person, a service account, or an API key. */
export const accessSubject = z
  .union([id("user"), id("serviceAccount"), id("apiKey")])
  .meta({ description: "A member, a service account or an API key" });

/** `GET /v1/me/permissions?org=…` and `GET /v1/orgs/{org}/members/{user}/permissions`, both at a place. */
export const placeQuery = z.strictObject({
  projectId: id("project").optional(),
  environmentId: id("environment").optional(),
});
export const ownPermissionsQuery = placeQuery.extend({ org: id("organization") });
export const effectivePermissions = z
  .object({
    organizationId: id("organization"),
    subject: accessSubject,
    name: z.string(),
    role: roleName,
    roleName: z.string(),
    blocked: z.string().nullable().meta({ description: "Why none of it counts at present" }),
    access,
    permissions: z.array(z.object({ permission, verdict })).meta({
      description: "Each permission, decided at the place of the query, or for the whole organization",
    }),
  })
  .meta({ id: "EffectivePermissions" });
export type EffectivePermissions = z.infer<typeof effectivePermissions>;

/** `POST /v1/orgs/{org}/access/explain` */
export const explainAccessBody = z.strictObject({
  subject: accessSubject,
  permission,
  projectId: id("project").optional(),
  environmentId: id("environment").optional(),
  labels: labels.optional().meta({ description: "Of an agent, for permissions of agents" }),
});
export const accessExplanation = z
  .object({
    organizationId: id("organization"),
    subject: accessSubject,
    name: z.string(),
    permission,
    place: z.object({
      projectId: id("project").optional(),
      environmentId: id("environment").optional(),
      labels: labels.optional(),
    }),
    verdict,
    summary: z.string().meta({ description: "The verdict and its reason, as a sentence" }),
    by: z.array(statement).meta({ description: "The statements that decided; none = nothing allows it" }),
    needsApproval: z
      .boolean()
      .meta({ description: "Allowed, but another person must approve: the environment is protected" }),
  })
  .meta({ id: "AccessExplanation" });
export type AccessExplanation = z.infer<typeof accessExplanation>;
