import { expect, test } from "vitest";
import { maxSeries } from "../../domain/metrics/series.ts";
import { SampleRing } from "./sample-ring.ts";

const read = (ring: SampleRing, tick: number) =>
  ring.since(tick)?.series.map(({ name, values }) => [name, ...values]) ?? null;

test("gives what came after a tick, with gaps where nothing came", () => {
  const ring = new SampleRing();
  ring.put(5, new Map([["a", 1]]));
  ring.put(6, new Map([["b", 2]]));
  ring.put(8, new Map([["a", 3]]));
  expect(read(ring, 4)).toEqual([
    ["a", 1, Number.NaN, Number.NaN, 3],
    ["b", Number.NaN, 2, Number.NaN, Number.NaN],
  ]);
  expect(read(ring, 7)).toEqual([
    ["a", 3],
    ["b", Number.NaN],
  ]);
  expect(read(ring, 8)).toBeNull();
  expect([...ring.newest()]).toEqual([["a", 3]]);
});

test("remembers an hour and no more, also after a long silence", () => {
  const ring = new SampleRing();
  for (let tick = 0; tick < 1_000; tick++) ring.put(tick, new Map([["a", tick]]));
  expect(ring.since(-1)?.count).toBe(360);
  expect(ring.since(-1)?.series[0]?.values[0]).toBe(640);
  ring.put(5_000, new Map([["a", 1]]));
  expect(ring.since(-1)?.series[0]?.values.filter((value) => !Number.isNaN(value))).toEqual(
    Float64Array.of(1),
  );
  ring.clear();
  expect(ring.since(-1)).toBeNull();
});

test("holds a fixed number of series: one that is silent for an hour makes room", () => {
  const ring = new SampleRing();
  for (let n = 0; n < maxSeries + 5; n++) ring.put(1, new Map([[`s${n}`, n]]));
  expect(ring.since(0)?.series).toHaveLength(maxSeries);
  ring.put(2, new Map([["late", 1]]));
  expect(ring.newest().has("late")).toBe(false);
  ring.put(400, new Map([["late", 1]]));
  expect(ring.newest().get("late")).toBe(1);
});
