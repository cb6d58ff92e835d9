import { type Guard, GuardFailed } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import { passwordStands } from "../../../db/queries/factors.ts";
import { type UserRow, userAgentsOfUser } from "../../../db/queries/people.ts";
import { deviceOf } from "../../../domain/accounts/devices.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { commitAccount } from "../audit/commit.ts";
import type { PublicContext } from "../context.ts";
import { newDevice } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";
import { newSession, type Proof } from "./sessions.ts";
import { type SignedIn, signedIn } from "./views.ts";

export interface Opening {
  /** "signed in with the password" */
  summary: string;
  proof: Proof;
  /** The organization whose identity provider vouches for the person. */
  ssoConnectionOf?: OrganizationId | null;
  /** What else the sign-in writes, such as a code that counts no longer, and what must hold for it. */
  statements?: readonly Statement[];
  guards?: readonly Guard[];
}

/**
 * A session of a person who has proved who they are; they get a mail when the device is a new one. A password that was
 * replaced since it was shown opens none (`invalid_credentials`).
 */
export async function openSession(
  ctx: PublicContext,
  user: UserRow,
  { summary, proof, ssoConnectionOf = null, statements = [], guards = [] }: Opening,
): Promise<SignedIn> {
  const session = newSession(ctx, user.id, proof);
  const mail = (await isNewDevice(ctx, user)) ? await newMail(ctx, user.email, newDevice(ctx)) : null;
  const byPassword = proof.method === "password";
  try {
    await commitAccount(ctx, {
      userId: user.id,
      note: { action: "session.create", summary },
      statements: [...statements, session.insert, ...(mail ? [mail.insert] : [])],
      guards: [
        ...guards,
        ...(byPassword ? [{ name: "password", holds: passwordStands(user.id, user.passwordHash) }] : []),
      ],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed) || error.guard !== "password") throw error;
    refuse(
      "invalid_credentials",
      "The password was changed in this moment, and ended this sign-in. Sign in with the new one.",
    );
  }
  if (mail) ctx.afterwards(mail.send());
  const assurance = { ssoConnectionOf, secondFactor: proof.secondFactor };
  return signedIn(ctx, user, assurance, session.refreshToken);
}

/** Whether no session of late was on such a device. A person without any is only just here. */
export async function isNewDevice(ctx: PublicContext, user: UserRow): Promise<boolean> {
  const known = await userAgentsOfUser(ctx.db, user.id);
  const device = deviceOf(ctx.client.userAgent);
  return known.length > 0 && !known.some((userAgent) => deviceOf(userAgent) === device);
}
