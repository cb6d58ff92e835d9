import { expect, test } from "vitest";
import type { MetricQuery } from "../../protocol/custom/metrics.ts";
import { Readings } from "./readings.ts";

const value = (metric: string, per: string | null = null): MetricQuery => ({ metric, as: "value", per });
const rate = (metric: string, per: string | null = null): MetricQuery => ({ metric, as: "rate", per });

/** What each text gives, one second after another. */
const each = (queries: MetricQuery[], ...texts: string[]) => {
  const readings = new Readings(queries);
  return texts.map((text, second) => readings.read(text, second * 1000));
};

test("sums what a selector matches", () => {
  const text = 'q{shard="1"} 2\nq{shard="2"} 3\nq{shard="x"} 100';
  expect(
    each([value('q{shard=~"[0-9]"}'), value("q"), value('q{shard="9"}'), value("absent")], text),
  ).toEqual([{ 0: 5, 1: 105 }]);
});

test("a rate needs two readings, and is an increase per second", () => {
  expect(each([rate("n")], "n 10", "n 14", "n 14")).toEqual([{}, { 0: 4 }, { 0: 0 }]);
  const readings = new Readings([rate("n")]);
  readings.read("n 10", 1_000);
  expect(readings.read("n 20", 6_000)).toEqual({ 0: 2 });
});

test("a counter that fell was reset and counts from zero, each series for itself", () => {
  expect(each([rate("n")], 'n{a="1"} 10\nn{a="2"} 10', 'n{a="1"} 12\nn{a="2"} 3')).toEqual([{}, { 0: 5 }]);
});

test("a series that was not there before counts from zero; one that vanished counts no more", () => {
  expect(each([rate("n")], 'n{a="1"} 10', 'n{a="2"} 3', 'n{a="2"} 4')).toEqual([{}, { 0: 3 }, { 0: 1 }]);
});

test("a family without matching series has not increased, one that is not there says nothing", () => {
  const text = '# TYPE errors counter\nn{code="200"} 5';
  expect(each([rate("errors"), rate('n{code="500"}'), rate("absent")], text, text)).toEqual([
    {},
    { 0: 0, 1: 0 },
  ]);
});

test("divides one series by another, read the same way; nothing comes of nothing", () => {
  const queries = [rate('n{code="500"}', "n"), value("used", "total")];
  const text = (good: number, bad: number) => `n{code="200"} ${good}\nn{code="500"} ${bad}\nused 3\ntotal 4`;
  expect(each(queries, text(0, 0), text(15, 5), text(15, 5))).toEqual([
    { 1: 0.75 },
    { 0: 0.25, 1: 0.75 },
    { 1: 0.75 },
  ]);
});

test("gives no number that JSON could not carry", () => {
  expect(each([value("m"), value("k")], "m +Inf\nk 1")).toEqual([{ 1: 1 }]);
});

test("a query that cannot be read is named and leaves the others alone", () => {
  const readings = new Readings([value("{"), value("k")]);
  expect(readings.problems).toHaveLength(1);
  expect(readings.read("k 1", 0)).toEqual({ 1: 1 });
});
