import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Pacer } from "./pacer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("never lets more begin in a second than it says, however many ask at once", async () => {
  const pacer = new Pacer({ perSecond: 100, atOnce: 1_000 }, () => 0);
  const begun: number[] = [];
  for (let i = 0; i < 2_500; i++) pacer.add(() => void begun.push(Date.now()));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(begun).toHaveLength(2_500);
  const most = Math.max(
    ...begun.map((at) => begun.filter((other) => other >= at && other < at + 1_000).length),
  );
  expect(most).toBe(100);
});

it("jitters, and only to be slower", async () => {
  const draws = [0, 0.99, 0.5];
  const pacer = new Pacer({ perSecond: 10, atOnce: 10 }, () => draws.shift() ?? 0);
  const startedMs = Date.now();
  const begun: number[] = [];
  for (let i = 0; i < 3; i++) pacer.add(() => void begun.push(Date.now() - startedMs));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toEqual([100, 250, 375]);
});

it("holds back while as many are under way as it says, and goes on when one has ended", async () => {
  const pacer = new Pacer({ perSecond: 200, atOnce: 2 });
  const ends: (() => void)[] = [];
  for (let i = 0; i < 3; i++) pacer.add(() => new Promise<void>((resolve) => void ends.push(resolve)));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ends).toHaveLength(3);
});

it("begins nothing that waits once it is cleared, and what is added later", async () => {
  const pacer = new Pacer({ perSecond: 200, atOnce: 2 });
  const begun: string[] = [];
  pacer.add(() => void begun.push("before"));
  pacer.clear();
  await vi.advanceTimersByTimeAsync(1_000);
  pacer.add(() => void begun.push("after"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toEqual(["after"]);
});
