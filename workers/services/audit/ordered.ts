import { DomainError } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { type AuditNote, commit } from "./commit.ts";

/**
 * Writes down what a fleet's object is about to be told, then has it told, so that it does not happen without its row.
 * What comes to nothing after all gets a second row that says so.
 */
export async function ordered<T>(
  ctx: Context,
  organizationId: OrganizationId,
  note: AuditNote,
  act: () => Promise<T>,
): Promise<T> {
  await commit(ctx, { organizationId, note, statements: [] });
  try {
    return await act();
  } catch (error) {
    const why = error instanceof DomainError ? error.message : "the fleet did not answer";
    const { action, target } = note;
    const summary = `not done, as far as is known: ${note.summary}. ${why}`;
    ctx.afterwards(commit(ctx, { organizationId, note: { action, target, summary }, statements: [] }));
    throw error;
  }
}
