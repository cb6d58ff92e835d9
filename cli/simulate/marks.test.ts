import { expect, it } from "vitest";
import { nowMs } from "../testing/clock.ts";
import { fixtures } from "../testing/fixtures.ts";
import { isMark } from "./marks.ts";

const at = (ms: number) => new Date(nowMs + ms).toISOString();
const mark = {
  ...fixtures.token,
  labels: { "muster.io/simulation": "allowed" },
  expiresAt: at(1),
  revokedAt: null,
};

it.each([
  ["a usable token with the label", mark, true],
  ["one that does not expire", { ...mark, expiresAt: null }, true],
  ["one that has expired", { ...mark, expiresAt: at(0) }, false],
  ["one that was revoked", { ...mark, revokedAt: at(-1) }, false],
  ["another value of the label", { ...mark, labels: { "muster.io/simulation": "no" } }, false],
  ["a run's token", { ...mark, labels: { "muster.io/simulated": "ab12" } }, false],
])("%s: marks the fleet or does not", (_, token, expected) => {
  expect(isMark(token, nowMs)).toBe(expected);
});
