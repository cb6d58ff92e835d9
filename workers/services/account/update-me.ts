import { findUser, updateUser } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { commitAccount } from "../audit/commit.ts";
import { personOnly } from "../auth/recent.ts";
import { userView } from "../auth/views.ts";
import type { Context } from "../context.ts";

/** Changes how others see the person. */
export async function updateMe({ ctx, input }: { ctx: Context; input: { name: string | null } }) {
  const { id } = personOnly(ctx).actor;
  await commitAccount(ctx, {
    userId: id,
    note: {
      action: "profile.update",
      summary: input.name === null ? "took the name away" : `changed the name to ${input.name}`,
    },
    statements: [updateUser(ctx.db, id, { name: input.name })],
  });
  const user = await findUser(ctx.db, id);
  return user ? userView(user) : refuse("unauthenticated", "This account no longer exists.");
}
