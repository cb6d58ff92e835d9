import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareFiles,
  driftSeverities,
  maxRepairs,
  nextRepairMs,
  type Repairs,
  repairsLeft,
  worstSeverity,
} from "./drift.ts";

const minute = 60_000;
const file = (name: string, content: string) => ({
  name,
  kind: "haproxy",
  contentType: "text/plain",
  content,
});
const shown = (name: string, content: string) => ({ name, content, encoding: "utf8" as const });

describe("what differs", () => {
  it("says of each file how much it matters", () => {
    const expected = [file("a", "x 1\n"), file("b", "y 1\n"), file("c", "z 1\n"), file("d", "w 1\n")];
    const reported = [
      shown("a", "x 1\n"),
      shown("b", "y   1 # more\n"),
      shown("c", "z 2\n"),
      shown("unmanaged", "?"),
    ];
    expect(compareFiles(expected, reported)).toEqual([
      { name: "b", change: "changed", severity: "minor" },
      { name: "c", change: "changed", severity: "major" },
      { name: "d", change: "missing", severity: "critical" },
    ]);
  });

  it("takes bytes that are no text for a change", () => {
    const bytes = { name: "a", content: "eCAxCg==", encoding: "base64" as const };
    expect(compareFiles([file("a", "x 1\n")], [bytes])).toMatchObject([{ severity: "major" }]);
  });

  it("is as bad as the worst of them", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...driftSeverities), { minLength: 1 }), (severities) => {
        const files = severities.map((severity) => ({ name: "a", change: "changed" as const, severity }));
        const worst = worstSeverity(files);
        expect(severities).toContain(worst);
        for (const one of severities) {
          expect(driftSeverities.indexOf(one)).toBeLessThanOrEqual(driftSeverities.indexOf(worst));
        }
      }),
    );
  });
});

describe("when the policy repairs", () => {
  const waits = (count: number) => (nextRepairMs(0, { count, lastAt: 0 }) ?? Number.NaN) / minute;

  it("is soon at first, then after 5 minutes, doubling to an hour, and never once it has tried enough", () => {
    expect(nextRepairMs(1_000, null)).toBeLessThan(1_000 + minute);
    expect([1, 2, 3, 4, 5].map(waits)).toEqual([5, 10, 20, 40, 60]);
    expect(nextRepairMs(0, { count: maxRepairs, lastAt: 0 })).toBeNull();
  });

  it("never comes before the agent drifted, nor earlier for more repairs", () => {
    const repairs = fc.record({ count: fc.nat(maxRepairs - 2), lastAt: fc.nat(1e9) });
    fc.assert(
      fc.property(fc.nat(1e9), repairs, (since, known: Repairs) => {
        const at = nextRepairMs(since, known) ?? 0;
        expect(at).toBeGreaterThan(since);
        expect(nextRepairMs(since, { ...known, count: known.count + 1 })).toBeGreaterThanOrEqual(at);
      }),
    );
  });

  it("begins anew after a quiet day", () => {
    const known = { count: 6, lastAt: 0 };
    expect(repairsLeft(known, 23 * 60 * minute)).toEqual(known);
    expect(repairsLeft(known, 25 * 60 * minute)).toBeNull();
  });
});
