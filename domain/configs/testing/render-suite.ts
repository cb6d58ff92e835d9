/** What must hold of rendering wherever it runs: the suites of Node and of Workers run the same. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256Hex } from "../hash.ts";
import { FileInputError, renderer } from "../render.ts";
import { type Case, cases, golden, goldenOutcomes, outcome, word } from "./render-cases.ts";

const shuffled = <T>(all: readonly T[]): T[] => [...all].reverse();

export function renderSuite(): void {
  it("is a function: equal inputs give an equal hash, in any order", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { assignments, inputs, labels } = one;
        const twin: Case = {
          assignments: shuffled(assignments),
          inputs: { variables: shuffled(inputs.variables), secrets: shuffled(inputs.secrets) },
          labels: Object.fromEntries(shuffled(Object.entries({ ...labels, other: "x" }))),
        };
        const [a, b] = [outcome(one), outcome(twin)];
        // Which file is refused first depends on their order.
        expect(/^[0-9a-f]{64}$/.test(a)).toBe(/^[0-9a-f]{64}$/.test(b));
        if (/^[0-9a-f]{64}$/.test(a)) expect(b).toBe(a);
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on what was rendered before", () => {
    fc.assert(
      fc.property(cases, word, (one, zone) => {
        const warm = renderer(one.assignments, one.inputs);
        const hashOf = (labels: Record<string, string>) => {
          try {
            return warm(labels).hash;
          } catch (error) {
            if (error instanceof FileInputError) return error.refusal.detail;
            throw error;
          }
        };
        hashOf({ zone });
        expect(hashOf(one.labels)).toBe(outcome(one));
      }),
      { numRuns: 200 },
    );
  });

  it("gives another hash for another version of a secret, and the same for the same", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const names = one.assignments.some(({ template }) =>
          template?.slots.some(({ namespace }) => namespace === "secret"),
        );
        const [first] = one.inputs.secrets;
        if (!first) throw new Error("each case has a secret");
        const rotated = { ...one.inputs, secrets: [{ ...first, versionId: "sev_3" }] };
        const [a, b] = [outcome(one), outcome({ ...one, inputs: rotated })];
        if (/^[0-9a-f]{64}$/.test(a)) expect(a === b).toBe(!names);
      }),
      { numRuns: 200 },
    );
  });

  it("is the same function on every runtime, and in every release of ours", () => {
    const outcomes = goldenOutcomes();
    expect(outcomes.filter((one) => /^[0-9a-f]{64}$/.test(one)).length).toBeGreaterThan(250);
    expect(sha256Hex(outcomes.join("\n"))).toBe(golden);
  });
}
