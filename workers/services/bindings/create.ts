import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { findMember } from "../../../db/queries/members.ts";
import { bindingsAtMost, insertBinding, roleExists, subjectExists } from "../../../db/queries/roles.ts";
import { findServiceAccount } from "../../../db/queries/service-accounts.ts";
import { findTeam } from "../../../db/queries/teams.ts";
import { DomainError, refuse } from "../../../domain/errors.ts";
import {
  isId,
  type OrganizationId,
  type RoleId,
  type ServiceAccountId,
  type TeamId,
  type UserId,
} from "../../../domain/ids.ts";
import { placeOfScope, type Scope } from "../../../domain/tenancy/access.ts";
import { isRole, type Role } from "../../../domain/tenancy/roles.ts";
import type { BindingChange } from "../../../protocol/api/roles.ts";
import { checkScope } from "../access/check-scope.ts";
import { givenRole, refuseExcess, statementsOfRole } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { bindingView, scopeText } from "./view.ts";

type Subject = UserId | TeamId | ServiceAccountId;

/** Every request reads all bindings of who asks: more of them are a sign that a role of one's own would do. */
const maxBindings = 100;

export interface CreateBinding {
  org: OrganizationId;
  subject: Subject;
  role: Role | RoleId;
  scope: Scope;
}

/** Who may write roles only within a project or an environment may bind there. */
export async function create({ ctx, input }: { ctx: Context; input: CreateBinding }): Promise<BindingChange> {
  const { subject, scope } = input;
  const organization = organizationScope(ctx, input.org, "role.write", placeOfScope(scope));
  const [role, subjectName] = await Promise.all([
    givenRole(ctx, organization.id, input.role),
    nameOfSubject(ctx, organization.id, subject),
  ]);
  const statements = statementsOfRole(role, scope, "the binding");
  await checkScope(
    ctx,
    organization.id,
    scope,
    statements.flatMap(({ permissions }) => permissions),
  );
  refuseExcess(organization, statements, "a binding");
  const binding = {
    id: ctx.ids.make("binding"),
    organizationId: organization.id,
    subject,
    role: role.id,
    scope,
    fromSso: false,
    createdAt: ctx.clock.now(),
  };
  const said = `role ${role.name} ${scopeText(scope)}`;
  const changes = [{ path: "binding", after: { subject, role: role.name, scope } }];
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "binding.create",
        target: subject,
        summary: `gave ${subjectName} the ${said}`,
        changes,
      },
      guards: [
        { name: "subject", holds: subjectExists(organization.id, subject) },
        ...(isRole(role.id) ? [] : [{ name: "role", holds: roleExists(organization.id, role.id) }]),
        {
          name: "bindings",
          holds: bindingsAtMost(organization.id, subject, maxBindings),
          after: true as const,
        },
      ],
      statements: [insertBinding(ctx.db, organization.id, binding)],
    });
  } catch (error) {
    refused(error, subjectName, said);
  }
  return {
    ...bindingView({ binding, custom: role.custom ?? null, subjectName }),
    receipt: makeReceipt(ctx, {
      kind: "binding.create",
      ids: { binding: binding.id, subject, organization: organization.id },
      summary: `${subjectName} has the ${said}.`,
      changes,
      undo: { command: `muster bindings delete ${binding.id}`, href: `/v1/bindings/${binding.id}` },
    }),
  };
}

function refused(error: unknown, subjectName: string, said: string): never {
  if (error instanceof UniqueViolation) {
    refuse("already_exists", `${subjectName} has the ${said} already.`, [
      { path: "subject", message: "has this role in this scope already" },
    ]);
  }
  if (error instanceof GuardFailed && error.guard === "bindings") {
    throw new DomainError({
      code: "quota_exceeded",
      detail: `${subjectName} has ${maxBindings} bindings, and no more are possible. Delete some, or make one role of them.`,
      quota: { name: "bindingsPerSubject", limit: maxBindings, used: maxBindings, resetsAt: null },
    });
  }
  if (error instanceof GuardFailed) {
    refuse("conflict", `The ${error.guard} was removed meanwhile. Read the list again, then repeat.`, [
      { path: error.guard, message: "is gone" },
    ]);
  }
  throw error;
}

async function nameOfSubject(
  ctx: Context,
  organizationId: OrganizationId,
  subject: Subject,
): Promise<string> {
  const name = await findName(ctx, organizationId, subject);
  if (name !== undefined) return name;
  return refuse(
    "validation_failed",
    `${subject} is no member, team or service account of the organization. Check the id.`,
    [{ path: "subject", message: "is not in the organization" }],
  );
}

async function findName(ctx: Context, organizationId: OrganizationId, subject: Subject) {
  if (isId("user", subject)) {
    const member = await findMember(ctx.db, organizationId, subject);
    return member && (member.name ?? member.email);
  }
  if (isId("team", subject)) return (await findTeam(ctx.db, [organizationId], subject))?.row.name;
  return (await findServiceAccount(ctx.db, [organizationId], subject))?.row.name;
}
