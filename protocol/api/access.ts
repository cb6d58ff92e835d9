import { z } from "zod";
import type { RoleId } from "../../domain/ids.ts";
import type { Scope, Statement } from "../../domain/tenancy/access.ts";
import { isPermissionPattern, type PermissionPattern } from "../../domain/tenancy/permissions.ts";
import { type Role, roles } from "../../domain/tenancy/roles.ts";
import { id } from "./shared.ts";

/** One of every organization's roles, or the id of one of the organization's own. */
export const roleName = z.union([z.enum(roles), id("role")]).meta({
  description: "`viewer`, `billing`, `operator`, `admin`, `owner`, or the id of a role of the organization",
}) as z.ZodType<Role | RoleId>;

export const permissionPattern = z
  .string()
  .max(60)
  .refine(isPermissionPattern, {
    error: "must be a permission such as rollout.write, all of a noun such as rollout.*, or *",
  })
  .meta({ example: "rollout.write" }) as z.ZodType<PermissionPattern>;

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
