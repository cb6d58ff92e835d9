import { jwtVerify, SignJWT } from "jose";
import { type Id, isId, type UserId } from "../../domain/ids.ts";
import type { Clock } from "./clock.ts";
import type { SigningKey } from "./signing-key.ts";

export const accessTokenSeconds = 900;
const issuer = "muster";
const audience = "muster-api";

export interface AccessClaims {
  userId: UserId;
  sessionId: Id<"session">;
  expiresAtMs: number;
}

export interface AccessTokens {
  sign(userId: UserId, sessionId: Id<"session">): Promise<string>;
  /** null for anything that is not a token of ours that still counts. */
  verify(token: string): Promise<AccessClaims | null>;
}

/** Tokens whose signature an isolate has checked. That their sessions stand is asked anew each time. */
const maxChecked = 1_000;

export function accessTokens(key: Promise<SigningKey>, clock: Clock): AccessTokens {
  const checked = new Map<string, AccessClaims>();
  return {
    async sign(userId, sessionId) {
      const nowSeconds = Math.floor(clock.now() / 1000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + accessTokenSeconds)
        .sign((await key).privateKey);
    },
    async verify(token) {
      const known = checked.get(token);
      if (known && known.expiresAtMs > clock.now()) return known;
      checked.delete(token);
      const { publicKey } = await key;
      const verified = await jwtVerify(token, publicKey, {
        algorithms: ["EdDSA"],
        typ: "at+jwt",
        issuer,
        audience,
        currentDate: new Date(clock.now()),
      }).catch(() => null);
      if (!verified) return null;
      const { sub, sid, exp } = verified.payload;
      if (typeof sub !== "string" || !isId("user", sub)) return null;
      if (typeof sid !== "string" || !isId("session", sid) || exp === undefined) return null;
      if (checked.size >= maxChecked) checked.clear();
      const claims = { userId: sub, sessionId: sid, expiresAtMs: exp * 1000 };
      checked.set(token, claims);
      return claims;
    },
  };
}
