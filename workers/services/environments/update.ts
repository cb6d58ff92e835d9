import { GuardFailed } from "../../../db/batch.ts";
import {
  type EnvironmentRow,
  environmentHasRevision,
  updateEnvironment,
} from "../../../db/queries/projects.ts";
import { refuse } from "../../../domain/errors.ts";
import type { EnvironmentId } from "../../../domain/ids.ts";
import type { EnvironmentChange, UpdateEnvironmentBody } from "../../../protocol/api/projects.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { environmentEtag, environmentView } from "../projects/view.ts";
import { environmentScope } from "../scope.ts";
import { type Change, changeReceipt, fields } from "./change-receipt.ts";
import { refuseImpossible } from "./policy.ts";
import { pushPolicy } from "./push-policy.ts";

export interface UpdateEnvironment {
  environment: EnvironmentId;
  body: UpdateEnvironmentBody;
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

/** Changes the environment and tells its fleets; rollouts that have not ended heed windows and freezes at once. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateEnvironment;
}): Promise<{ change: EnvironmentChange; etag: string }> {
  const row = await environmentScope(ctx, input.environment, "environment.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, environmentEtag(row))) moved(row, input.body);
  const { name, protected: isProtected, windows, freezes } = input.body;
  const next: EnvironmentRow = {
    ...row,
    ...(name !== undefined && { name }),
    ...(isProtected !== undefined && { protected: isProtected }),
    ...(windows !== undefined && { windows }),
    ...(freezes !== undefined && { freezes }),
  };
  refuseImpossible(next);
  refuseLooseningByKey(ctx, row, next);
  const changes = differences(row, next);
  if (changes.length > 0) {
    next.revision = row.revision + 1;
    await store(ctx, row, next, changes, input);
    ctx.afterwards(pushPolicy(ctx, next));
  }
  return {
    change: { ...environmentView(next), receipt: changeReceipt(ctx, row, next, changes) },
    etag: environmentEtag(next),
  };
}

/** What a protected environment is protected by is taken away by a person alone: a leaked key must not open it. */
function refuseLooseningByKey({ actor }: Context, row: EnvironmentRow, next: EnvironmentRow): void {
  if (actor.kind === "user" || !row.protected) return;
  const kept = new Set(next.freezes.map((one) => JSON.stringify(one)));
  const path = !next.protected
    ? "protected"
    : row.freezes.some((one) => !kept.has(JSON.stringify(one)))
      ? "freezes"
      : null;
  if (path === null) return;
  refuse(
    "forbidden",
    `${row.name} is protected: an API key cannot take its protection or its freezes away. Sign in as a person, then repeat.`,
    [{ path, message: "is taken away by a person alone" }],
  );
}

async function store(
  ctx: Context,
  row: EnvironmentRow,
  next: EnvironmentRow,
  changes: readonly Change[],
  input: UpdateEnvironment,
): Promise<void> {
  const told = changes.map(({ path }) => path);
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: {
        action: "environment.update",
        target: row.id,
        summary: `changed environment ${row.slug}: ${told.join(", ")}`,
        changes: changes.map((one) => ({ ...one, path: `environment.${one.path}` })),
      },
      statements: [
        updateEnvironment(ctx.db, row.organizationId, row.id, {
          name: next.name,
          protected: next.protected,
          windows: next.windows,
          freezes: next.freezes,
          revision: next.revision,
        }),
      ],
      guards: [{ name: "revision", holds: environmentHasRevision(row.organizationId, row.id, row.revision) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    moved(await environmentScope(ctx, input.environment, "environment.write"), input.body);
  }
}

function moved(now: EnvironmentRow, body: UpdateEnvironmentBody): never {
  return refuse(
    "conflict",
    `The environment was changed meanwhile; its ETag is now ${environmentEtag(now)}. Read it again, then repeat.`,
    fields
      .filter((field) => body[field] !== undefined)
      .map((path) => ({ path, message: `is now ${JSON.stringify(now[path])}` })),
  );
}

function differences(before: EnvironmentRow, after: EnvironmentRow): Change[] {
  return fields
    .filter((path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]))
    .map((path) => ({ path, before: before[path], after: after[path] }));
}
