import type { Guard } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import type { UserRow } from "../../../db/queries/people.ts";
import { commitAccount } from "../audit/commit.ts";
import type { PublicContext } from "../context.ts";
import type { Letter } from "../mail/letter.ts";
import { newMail } from "../mail/new-mail.ts";

/** One write: what changes, the account's event, and the mail that tells its person. */
export async function changeAndTell(
  ctx: PublicContext,
  {
    user,
    note,
    tell,
    statements,
    guards = [],
  }: {
    user: Pick<UserRow, "id" | "email">;
    note: { action: string; summary: string };
    tell: Letter;
    statements: readonly Statement[];
    guards?: readonly Guard[];
  },
): Promise<void> {
  const mail = await newMail(ctx, user.email, tell);
  await commitAccount(ctx, {
    userId: user.id,
    note,
    statements: [...statements, mail.insert],
    guards,
  });
  ctx.afterwards(mail.send());
}
