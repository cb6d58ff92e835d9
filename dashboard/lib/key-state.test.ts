import { expect, test } from "vitest";
import { makeId } from "../../domain/ids.ts";
import { keyState } from "./key-state.ts";

const now = Date.parse("2026-11-21T09:00:00.000Z");
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();
const id = makeId("apiKey", now, new Uint8Array(10));
const successor = { replaces: id };

test.each([
  [{ revokedAt: null, expiresAt: null }, [], "usable"],
  [{ revokedAt: null, expiresAt: inDays(30) }, [], "usable"],
  [{ revokedAt: null, expiresAt: inDays(14) }, [], "expiring"],
  [{ revokedAt: null, expiresAt: inDays(1) }, [successor], "replaced"],
  [{ revokedAt: null, expiresAt: inDays(0) }, [successor], "expired"],
  [{ revokedAt: inDays(-1), expiresAt: inDays(30) }, [successor], "revoked"],
])("%j with %j is %s", (key, keys, state) => {
  expect(keyState({ id, ...key }, keys, now)).toBe(state);
});
