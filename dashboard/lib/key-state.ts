import type { ApiKey } from "../../protocol/api/api-keys.ts";

export type KeyState = "usable" | "expiring" | "replaced" | "expired" | "revoked";

/** So long before its end a key is said to expire soon: time to rotate it. */
const soonMs = 14 * 86_400_000;

/** `replaced`: it goes on until its end, while another key that was rotated from it counts already. */
export function keyState(
  { id, revokedAt, expiresAt }: Pick<ApiKey, "id" | "revokedAt" | "expiresAt">,
  keys: readonly Pick<ApiKey, "replaces">[],
  nowMs: number,
): KeyState {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "usable";
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0) return "expired";
  if (keys.some(({ replaces }) => replaces === id)) return "replaced";
  return leftMs <= soonMs ? "expiring" : "usable";
}
