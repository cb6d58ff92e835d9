/** What must hold of rendering wherever it runs: the suites of Node and of Workers run the same. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256Hex } from "../hash.ts";
import { compileTemplate, type Quoting } from "../inputs/template.ts";
import type { FrozenInputs, FrozenVariable } from "../inputs/values.ts";
import { FileInputError, type RenderableAssignment, render, renderer } from "../render.ts";

interface Case {
  assignments: RenderableAssignment[];
  inputs: FrozenInputs;
  labels: Record<string, string>;
}

const word = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => text.isWellFormed());
const names = ["A", "B", "C"] as const;

const content = fc
  .array(
    fc.oneof(
      word,
      fc.constantFrom("${agent:zone:-none}", "${secret:KEY}", "key: ", "\n", '"', "'", "# ", "$${var:A}"),
      fc.constantFrom(...names.map((name) => `\${var:${name}}`)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const variable = (name: string): fc.Arbitrary<FrozenVariable> =>
  fc
    .oneof(
      word.map((value) => ({ type: "string" as const, value })),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({
        type: "number" as const,
        value: JSON.stringify(value),
      })),
      fc.boolean().map((value) => ({ type: "boolean" as const, value: JSON.stringify(value) })),
    )
    .map((value) => ({ id: `var_${name}`, name, fleet: null, selector: "", ...value }));

const cases: fc.Arbitrary<Case> = fc
  .record({
    contents: fc.array(fc.record({ content, quoting: fc.constantFrom<Quoting>("yaml", "line", "raw") }), {
      minLength: 1,
      maxLength: 4,
    }),
    variables: fc.tuple(...names.map(variable)),
    zone: fc.option(word, { nil: undefined }),
    secretVersion: fc.constantFrom("sev_1", "sev_2"),
  })
  .map(({ contents, variables, zone, secretVersion }) => ({
    assignments: contents.map(({ content: text, quoting }, i) => ({
      configName: `config-${i}`,
      version: 1,
      selector: "",
      fileName: `file-${i}`,
      contentType: "text/plain",
      sha256: sha256Hex(text),
      template: compileTemplate(quoting, text),
    })),
    inputs: {
      variables,
      secrets: [
        { id: "sec_1", name: "KEY", versionId: secretVersion, version: 1, fleet: null, selector: "" },
      ],
    },
    labels: zone === undefined ? {} : { zone },
  }));

/** The hash, or that a value does not fit: never anything else. */
function outcome({ assignments, inputs, labels }: Case): string {
  try {
    return render(assignments, labels, inputs).hash ?? "nothing";
  } catch (error) {
    if (error instanceof FileInputError) return error.refusal.detail;
    throw error;
  }
}

const shuffled = <T>(all: readonly T[]): T[] => [...all].reverse();

/** Of 500 cases of a fixed seed. It changes only with the meaning of a render, which every deployed hash depends on. */
const golden = "9bb2e5cdc1627e0f174f534e87af668c304b9c70d8759e78c227ff96aae06a81";

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
    const outcomes = fc.sample(cases, { seed: 20_261_121, numRuns: 500 }).map(outcome);
    expect(outcomes.filter((one) => /^[0-9a-f]{64}$/.test(one)).length).toBeGreaterThan(250);
    expect(sha256Hex(outcomes.join("\n"))).toBe(golden);
  });
}
