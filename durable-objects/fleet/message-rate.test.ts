import { expect, test } from "vitest";
import { MessageRate, messageBurst, messagesPerSecond } from "./message-rate.ts";

const times = (count: number, rate: MessageRate, uid: string, nowMs: number) =>
  Array.from({ length: count }, () => rate.hear(null, uid, nowMs).kind);

test("hears a burst, tells once to wait, and then hears nothing until enough is free", () => {
  const rate = new MessageRate();
  expect(new Set(times(messageBurst, rate, "a", 0))).toEqual(new Set(["heard"]));
  expect(rate.hear(null, "a", 0)).toEqual({ kind: "told", retryAfterMs: 5_000 });
  expect(times(3, rate, "a", 4_900)).toEqual(["ignored", "ignored", "ignored"]);
  expect(rate.hear(null, "a", 5_000)).toEqual({ kind: "heard" });
});

test("one agent's flood costs another nothing", () => {
  const rate = new MessageRate();
  times(10 * messageBurst, rate, "a", 0);
  expect(rate.hear(null, "b", 0).kind).toBe("heard");
});

test("a steady stream at the rate is heard for ever", () => {
  const rate = new MessageRate();
  const stepMs = 1000 / messagesPerSecond;
  const heard = Array.from({ length: 5_000 }, (_, at) => rate.hear(null, "a", at * stepMs).kind);
  expect(new Set(heard)).toEqual(new Set(["heard"]));
});

test("a clock that steps back gives nothing away and takes nothing", () => {
  const rate = new MessageRate();
  times(messageBurst, rate, "a", 60_000);
  expect(rate.hear(null, "a", 0).kind).toBe("told");
  expect(rate.hear(null, "a", 6_000).kind).toBe("heard");
});

test("uids without end share one allowance, so that memory is bounded", () => {
  const rate = new MessageRate();
  for (let at = 0; at < 10_000; at++) rate.hear(null, `uid-${at}`, 0);
  const beyond = Array.from({ length: messageBurst + 1 }, (_, at) => rate.hear(null, `other-${at}`, 0).kind);
  expect(beyond.at(-1)).toBe("told");
  expect(rate.hear(null, "uid-1", 0).kind).toBe("heard");
  expect(rate.hear(null, "late", 60_000).kind).toBe("heard");
});
