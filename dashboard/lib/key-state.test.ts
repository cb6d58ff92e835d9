import { expect, test } from "vitest";
import { keyState } from "./key-state.ts";

const now = Date.parse("2026-11-21T09:00:00.000Z");
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();

test.each([
  [{ revokedAt: null, expiresAt: null }, "usable"],
  [{ revokedAt: null, expiresAt: inDays(30) }, "usable"],
  [{ revokedAt: null, expiresAt: inDays(14) }, "expiring"],
  [{ revokedAt: null, expiresAt: inDays(0) }, "expired"],
  [{ revokedAt: inDays(-1), expiresAt: inDays(30) }, "revoked"],
])("%j is %s", (key, state) => {
  expect(keyState(key, now)).toBe(state);
});
