import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSamples, encodeSamples, maxPoints, SamplesError } from "./samples.ts";

const columns = (series: Record<string, number[]>) =>
  Object.entries(series).map(([name, values]) => ({ name, values: Float64Array.from(values) }));

test("carries points, gaps and names", () => {
  const series = columns({
    "host.cpu.utilization": [0.125, Number.NaN, 1],
    "host.memory.used": [16_424_960_000, 16_424_960_000, 16_400_000_000],
    'container.memory.usage{name="wéb-1"}': [-1.5, 0, 12],
  });
  const told = decodeSamples(encodeSamples({ ageMs: 1_234, count: 3, series }));
  expect({ ageMs: told.ageMs, count: told.count }).toEqual({ ageMs: 1_234, count: 3 });
  expect(told.series.map(({ name, values }) => [name, [...values]])).toEqual([
    ["host.cpu.utilization", [0.125, Number.NaN, 1]],
    ["host.memory.used", [16_425_000_000, 16_425_000_000, 16_400_000_000]],
    ['container.memory.usage{name="wéb-1"}', [-1.5, 0, 12]],
  ]);
});

test("leaves out what has no value at all", () => {
  const bytes = encodeSamples({
    ageMs: 0,
    count: 2,
    series: columns({ a: [Number.NaN, Number.NaN], b: [1, 2] }),
  });
  expect(decodeSamples(bytes).series.map(({ name }) => name)).toEqual(["b"]);
});

test("keeps five digits of whatever comes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noDefaultInfinity: true, noNaN: true }), { maxLength: maxPoints }),
      (values) => {
        const usual = values.map(
          (value) => Math.sign(value) * Math.min(1e90, Math.max(1e-90, Math.abs(value))),
        );
        const largest = Math.max(0, ...usual.map(Math.abs));
        const { series } = decodeSamples(
          encodeSamples({ ageMs: 0, count: usual.length, series: columns({ a: usual }) }),
        );
        for (const [i, value] of usual.entries()) {
          expect(Math.abs((series[0]?.values[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(largest * 1e-4);
        }
      },
    ),
  );
});

test("a minute of all that a host has takes less than 300 bytes", () => {
  const wave = (i: number) => 0.3 + 0.1 * Math.sin(i);
  const names = ["host.cpu.utilization", "host.cpu.load_1m", "host.memory.utilization", "host.memory.used"];
  names.push("host.filesystem.utilization", "host.disk.read", "host.disk.write", "host.network.receive");
  names.push(
    "host.network.transmit",
    "process.cpu.utilization",
    "process.memory.rss",
    "process.thread.count",
  );
  names.push("process.file_descriptor.count", "agent.cpu.utilization", "agent.memory.rss");
  const series = names.map((name, n) => ({
    name,
    values: Float64Array.from({ length: 6 }, (_, i) => wave(i + n) * 10 ** (n % 10)),
  }));
  expect(encodeSamples({ ageMs: 900, count: 6, series }).byteLength).toBeLessThan(300);
});

test.each([
  ["nothing", []],
  ["another version", [9, 0, 0, 0]],
  ["too many points", [1, 0, 0xff, 0x7f, 0]],
  ["too many series", [1, 0, 1, 200]],
  ["an end in the middle", [1, 0, 1, 1, 0, 128]],
  ["a name that is cut off", [1, 0, 1, 1, 255, 10, 65]],
  ["a number without an end", [1, 255, 255, 255, 255, 255, 255, 255, 255]],
])("refuses %s", (_, bytes) => {
  expect(() => decodeSamples(Uint8Array.from(bytes))).toThrow(SamplesError);
});

test("random bytes are refused or read, and nothing else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeSamples(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(SamplesError);
      }
    }),
  );
});
