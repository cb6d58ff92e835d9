import { countRecoveryCodes, type PasskeyRow, passkeysOfUser } from "../../../db/queries/factors.ts";
import { organizationsOfUser } from "../../../db/queries/people.ts";
import type { Factors, Passkey } from "../../../protocol/api/factors.ts";
import { type PersonContext, personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { iso } from "../time.ts";
import { accountOf } from "./account.ts";
import { passkeysRefused } from "./site.ts";

export async function get({ ctx }: { ctx: Context }): Promise<Factors> {
  return factorsOf(personOnly(ctx));
}

export async function factorsOf(ctx: PersonContext): Promise<Factors> {
  const { id } = ctx.actor;
  const [user, codes, passkeys, organizations] = await Promise.all([
    accountOf(ctx),
    countRecoveryCodes(ctx.db, id),
    passkeysOfUser(ctx.db, id),
    organizationsOfUser(ctx.db, id),
  ]);
  return {
    totp: user.totpConfirmedAt === null ? null : { confirmedAt: iso(user.totpConfirmedAt) },
    recoveryCodes: codes && { left: codes.left, createdAt: iso(codes.createdAt) },
    passkeys: passkeys.map(passkeyView),
    passkeysRefused: passkeysRefused(ctx),
    requiredBy: organizations
      .filter(({ organization }) => organization.requireTwoFactor && organization.deletedAt === null)
      .map(({ organization }) => ({ id: organization.id, name: organization.name })),
  };
}

export const passkeyView = (row: PasskeyRow): Passkey => ({
  id: row.id,
  name: row.name,
  synced: row.backedUp,
  createdAt: iso(row.createdAt),
  lastUsedAt: row.lastUsedAt === null ? null : iso(row.lastUsedAt),
});
