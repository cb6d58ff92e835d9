import { createHmac, timingSafeEqual } from "node:crypto";
import { type Id, isId } from "../../domain/ids.ts";

export interface RefreshTokens {
  make(sessionId: Id<"session">, generation: number): string;
  /** null unless the token was made here. */
  read(token: string): { sessionId: Id<"session">; generation: number } | null;
}

/**
 * `rt.<session>.<generation>.<hmac>`: the store keeps only the generation that counts, so a copy of the store makes
 * no token, and the same rotation asked twice gives the same next token.
 */
export function refreshTokens(secret: Uint8Array): RefreshTokens {
  const sign = (body: string) => createHmac("sha256", secret).update(body).digest();
  return {
    make(sessionId, generation) {
      const body = `rt.${sessionId}.${generation}`;
      return `${body}.${sign(body).toString("base64url")}`;
    },
    read(token) {
      const [kind, sessionId, generation, signature, ...rest] = token.split(".");
      if (kind !== "rt" || !sessionId || !generation || !signature || rest.length > 0) return null;
      const expected = sign(`rt.${sessionId}.${generation}`);
      const given = Buffer.from(signature, "base64url");
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      return isId("session", sessionId) ? { sessionId, generation: Number(generation) } : null;
    },
  };
}
