import { GuardFailed } from "../../../db/batch.ts";
import { type CustomRoleRow, roleHasVersion, updateCustomRole } from "../../../db/queries/roles.ts";
import type { StoredStatement } from "../../../db/schema/access.ts";
import { refuse } from "../../../domain/errors.ts";
import type { RoleId } from "../../../domain/ids.ts";
import type { RoleChange } from "../../../protocol/api/roles.ts";
import { refuseExcess, refuseLifting } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { refuseIfTaken } from "../taken.ts";
import { checkStatements, everywhere } from "./check.ts";
import { roleScope } from "./get.ts";
import { roleEtag, roleView } from "./view.ts";

export interface UpdateRole {
  role: RoleId;
  body: {
    name?: string | undefined;
    description?: string | undefined;
    statements?: StoredStatement[] | undefined;
  };
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

const fields = ["name", "description", "statements"] as const;

/** Counts at once for everybody who has the role; for API keys within 10 seconds. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateRole;
}): Promise<{ change: RoleChange; etag: string }> {
  const { row, organization } = await roleScope(ctx, input.role, "role.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, roleEtag(row))) moved(row, input.body);
  const { name, description, statements } = input.body;
  const next: CustomRoleRow = {
    ...row,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(statements !== undefined && { statements }),
  };
  if (statements !== undefined) {
    await checkStatements(ctx, organization, next);
    refuseExcess(organization, everywhere(row), "a role that you change", "statements");
    refuseLifting(organization, everywhere(row), "statements");
  }
  const changes = differences("role", row, next, fields);
  if (changes.length > 0) {
    next.version = row.version + 1;
    next.updatedAt = ctx.clock.now();
    await store(ctx, row, next, changes, input);
  }
  return {
    etag: roleEtag(next),
    change: {
      ...roleView(next),
      receipt: makeReceipt(ctx, {
        kind: "role.update",
        ids: { role: row.id, organization: row.organizationId },
        summary:
          changes.length === 0
            ? `Role ${row.name} was so already; nothing has changed.`
            : `Role ${next.name} has changed, for everybody who has it; for API keys within 10 seconds.`,
        changes,
        next: [{ label: "Who has it", command: `muster bindings list --role ${row.id}` }],
        undo:
          changes.length === 0
            ? null
            : {
                command: `echo ${shellWord(wayBack(row, changes))} | muster roles update ${row.id} -f -`,
                href: `/v1/roles/${row.id}`,
              },
      }),
    },
  };
}

const wayBack = (row: CustomRoleRow, changes: readonly { path: string }[]): string =>
  JSON.stringify(
    Object.fromEntries(
      fields
        .filter((field) => changes.some(({ path }) => path === `role.${field}`))
        .map((field) => [field, row[field]]),
    ),
  );

async function store(
  ctx: Context,
  row: CustomRoleRow,
  next: CustomRoleRow,
  changes: ReturnType<typeof differences>,
  input: UpdateRole,
): Promise<void> {
  const { id, organizationId } = row;
  try {
    await refuseIfTaken(
      commit(ctx, {
        organizationId,
        note: { action: "role.update", target: id, summary: `changed role ${row.name}`, changes },
        guards: [{ name: "version", holds: roleHasVersion(organizationId, id, row.version) }],
        statements: [
          updateCustomRole(ctx.db, organizationId, id, {
            name: next.name,
            description: next.description,
            statements: next.statements,
            version: next.version,
            updatedAt: next.updatedAt,
          }),
        ],
      }),
      "custom_roles.name",
      { path: "name", value: next.name, noun: "role" },
    );
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    moved((await roleScope(ctx, id, "role.write")).row, input.body);
  }
}

function moved(now: CustomRoleRow, body: UpdateRole["body"]): never {
  return refuse(
    "conflict",
    `The role was changed meanwhile; its ETag is now ${roleEtag(now)}. Read it again, then repeat.`,
    fields
      .filter((field) => body[field] !== undefined)
      .map((path) => ({ path, message: `is now ${JSON.stringify(now[path])}` })),
  );
}
