import type { ApiKey } from "../../protocol/api/api-keys.ts";

export type KeyState = "usable" | "expiring" | "expired" | "revoked";

/** So long before its end a key is said to expire soon: time to rotate it. */
const soonMs = 14 * 86_400_000;

export function keyState(
  { revokedAt, expiresAt }: Pick<ApiKey, "revokedAt" | "expiresAt">,
  nowMs: number,
): KeyState {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "usable";
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0) return "expired";
  return leftMs <= soonMs ? "expiring" : "usable";
}
