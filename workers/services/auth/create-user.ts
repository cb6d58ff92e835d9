import type { Statement } from "../../../db/client.ts";
import { insertUser, type UserRow } from "../../../db/queries/people.ts";
import type { PublicContext } from "../context.ts";

export interface NewUser {
  email: string;
  name: string | null;
  /** "" = signs in by passkey or single sign-on only. */
  passwordHash: string;
}

/** A person to insert, whose address is proved. `UniqueViolation` of `users.email` when there is such a person already. */
export function createUser(
  ctx: PublicContext,
  { email, name, passwordHash }: NewUser,
): { user: UserRow; insert: Statement } {
  const nowMs = ctx.clock.now();
  const user: UserRow = {
    id: ctx.ids.make("user"),
    email: email.toLowerCase(),
    name,
    passwordHash,
    createdAt: nowMs,
    emailVerifiedAt: nowMs,
    passwordChangedAt: passwordHash === "" ? null : nowMs,
    totpSecret: null,
    totpConfirmedAt: null,
    totpLastStep: null,
  };
  return { user, insert: insertUser(ctx.db, user) };
}
