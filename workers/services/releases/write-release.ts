import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { versionsExist } from "../../../db/queries/configs.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import { insertRelease, nextReleaseNumber, type ReleaseRow } from "../../../db/queries/rollouts.ts";
import { refuse } from "../../../domain/errors.ts";
import { type Commit, commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import type { ReleaseContents } from "./compose.ts";

const attempts = 5;

export async function draftRelease(
  ctx: Context,
  fleet: FleetRow,
  { assignments, packages, inputs }: ReleaseContents,
  message: string | undefined,
): Promise<ReleaseRow> {
  return {
    id: ctx.ids.make("release"),
    organizationId: fleet.organizationId,
    fleetId: fleet.id,
    number: await nextReleaseNumber(ctx.db, fleet.organizationId, fleet.id),
    assignments: assignments.map(({ stored }) => stored),
    packages,
    inputs,
    message: message ?? null,
    author: ctx.actor.name,
    createdAt: ctx.clock.now(),
  };
}

/** Writes the release with what belongs to it; takes the next number when another release came first. */
export async function writeRelease(
  ctx: Context,
  draft: ReleaseRow,
  together: (release: ReleaseRow) => Pick<Commit, "note"> & Partial<Pick<Commit, "statements">>,
): Promise<ReleaseRow> {
  const versionIds = draft.assignments.map(({ versionId }) => versionId);
  for (let attempt = 1; ; attempt++) {
    const number =
      attempt === 1 ? draft.number : await nextReleaseNumber(ctx.db, draft.organizationId, draft.fleetId);
    const release = { ...draft, number };
    try {
      const { note, statements = [] } = together(release);
      await commit(ctx, {
        organizationId: draft.organizationId,
        note,
        guards: [{ name: "versions", holds: versionsExist(draft.organizationId, versionIds) }],
        statements: [...insertRelease(ctx.db, draft.organizationId, release), ...statements],
      });
      return release;
    } catch (error) {
      if (error instanceof GuardFailed && error.guard === "versions") {
        refuse("conflict", "A config version that the release names was deleted meanwhile. Repeat it.");
      }
      const numberTaken = error instanceof UniqueViolation && error.columns.includes("releases.number");
      if (!numberTaken || attempt === attempts) throw error;
    }
  }
}
