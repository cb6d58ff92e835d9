/** Passkeys as WebAuthn has them: discoverable, always with user verification, for our own site only. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { decodeAttestationObject, isoBase64URL } from "@simplewebauthn/server/helpers";
import type { Guard } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import { type PasskeyRow, passkeyStands, takePasskey } from "../../../db/queries/factors.ts";
import type { UserRow } from "../../../db/queries/people.ts";
import type { UserId } from "../../../domain/ids.ts";
import type {
  PasskeyAssertion,
  PasskeyCreation,
  PasskeyRegistration,
  PasskeyRequest,
} from "../../../protocol/api/factors.ts";
import type { PublicContext } from "../context.ts";
import { challengeMs, newChallenge, openChallenge, type Purpose, refusePasskey } from "./challenges.ts";
import { siteOf } from "./site.ts";

/** ES256, EdDSA, RS256: what authenticators can, as COSE numbers them. */
const algorithms = [-7, -8, -257];
/** Other statements name certificates whose checking would call out of here; we ask for none. */
const attestations = ["none", "packed"];

/** As base64url. Names nobody: an id of ours. */
const handleOf = (userId: UserId): string => isoBase64URL.fromUTF8String(userId);

const descriptors = (rows: readonly PasskeyRow[]) =>
  rows.map((row) => ({ id: row.credentialId, type: "public-key" as const, transports: row.transports }));

export async function passkeyCreation(
  ctx: PublicContext,
  user: UserRow,
  existing: readonly PasskeyRow[],
): Promise<PasskeyCreation> {
  const site = siteOf(ctx);
  return {
    challenge: isoBase64URL.fromUTF8String(await newChallenge(ctx, "add", user.id)),
    rp: { id: site.id, name: "Muster" },
    user: { id: handleOf(user.id), name: user.email, displayName: user.name ?? user.email },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key" as const, alg })),
    timeout: challengeMs,
    attestation: "none",
    excludeCredentials: descriptors(existing),
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  };
}

export type NewPasskey = Pick<
  PasskeyRow,
  "credentialId" | "publicKey" | "counter" | "transports" | "backedUp"
>;

/** Refuses (`token_invalid`, path `passkey`) what does not answer our challenge, from our site, with verification. */
export async function verifyRegistration(
  ctx: PublicContext,
  userId: UserId,
  given: PasskeyRegistration,
): Promise<{ passkey: NewPasskey; use: Statement }> {
  const site = siteOf(ctx);
  const { challenge, use } = await openChallenge(ctx, given.response.clientDataJSON, {
    purpose: "add",
    userId,
  });
  const verified = await quietly(() => {
    const { attestationObject, clientDataJSON } = given.response;
    const format = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get("fmt");
    if (!attestations.includes(format)) throw new Error(`attestation ${format} was not asked for`);
    return verifyRegistrationResponse({
      response: { ...given, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
  });
  if (!verified?.verified) return refuseAnswer();
  const { credential, credentialBackedUp } = verified.registrationInfo;
  return {
    passkey: {
      credentialId: credential.id,
      publicKey: isoBase64URL.fromBuffer(credential.publicKey),
      counter: credential.counter,
      transports: given.response.transports ?? [],
      backedUp: credentialBackedUp,
    },
    use,
  };
}

export async function passkeyRequest(
  ctx: PublicContext,
  purpose: Purpose,
  whose: { userId: UserId; passkeys: readonly PasskeyRow[] } | null,
): Promise<PasskeyRequest> {
  const site = siteOf(ctx);
  return {
    challenge: isoBase64URL.fromUTF8String(await newChallenge(ctx, purpose, whose?.userId ?? null)),
    rpId: site.id,
    timeout: challengeMs,
    userVerification: "required",
    allowCredentials: descriptors(whose?.passkeys ?? []),
  };
}

export interface VerifiedPasskey {
  /** Into the batch of what it allows, with `guards`. */
  statements: Statement[];
  guards: Guard[];
}

/**
 * Whether the passkey of `row` made this answer, to a challenge for this purpose and person. `copied`: everything
 * fits but the counter, which went back; two devices hold the key.
 */
export async function verifyAssertion(
  ctx: PublicContext,
  row: PasskeyRow,
  given: PasskeyAssertion,
  wanted: { purpose: Purpose; userId: UserId | null },
): Promise<VerifiedPasskey | "copied"> {
  const site = siteOf(ctx);
  const { userHandle, ...answer } = given.response;
  const { challenge, use } = await openChallenge(ctx, answer.clientDataJSON, wanted);
  const verified = await quietly(() =>
    verifyAuthenticationResponse({
      response: { ...given, response: answer, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      credential: {
        id: row.credentialId,
        publicKey: isoBase64URL.toBuffer(row.publicKey),
        // The counter is judged below, apart from all else that may be wrong.
        counter: 0,
      },
    }),
  );
  if (!verified?.verified) return refuseAnswer();
  if (userHandle && userHandle !== handleOf(row.userId)) return refuseAnswer();
  const { newCounter, credentialBackedUp } = verified.authenticationInfo;
  const counts = newCounter > 0 || row.counter > 0;
  if (counts && newCounter <= row.counter) return "copied";
  return {
    statements: [
      use,
      takePasskey(ctx.db, row.id, {
        counter: newCounter,
        backedUp: credentialBackedUp,
        lastUsedAt: ctx.clock.now(),
      }),
    ],
    guards: [{ name: "passkey", holds: passkeyStands(row) }],
  };
}

/** The library throws plain errors at whatever does not fit; which part it was helps only who forges. */
async function quietly<T>(verify: () => Promise<T>): Promise<T | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}

function refuseAnswer(): never {
  return refusePasskey(
    "The passkey's answer does not fit: it is for another site or account, or was given without PIN, fingerprint or face. Try again, or use another passkey.",
  );
}
