/** Releases to render, and what one of them comes to: free of any runner of tests, so that a browser can have it. */
import fc from "fast-check";
import { sha256Hex } from "../hash.ts";
import { compileTemplate, type Quoting } from "../inputs/template.ts";
import type { FrozenInputs, FrozenVariable } from "../inputs/values.ts";
import { FileInputError, type RenderableAssignment, render } from "../render.ts";

export interface Case {
  assignments: RenderableAssignment[];
  inputs: FrozenInputs;
  labels: Record<string, string>;
}

export const word = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => text.isWellFormed());
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

export const cases: fc.Arbitrary<Case> = fc
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
export function outcome({ assignments, inputs, labels }: Case): string {
  try {
    return render(assignments, labels, inputs).hash ?? "nothing";
  } catch (error) {
    if (error instanceof FileInputError) return error.refusal.detail;
    throw error;
  }
}

/** Of 500 cases of a fixed seed. It changes only with the meaning of a render, which every deployed hash depends on. */
export const golden = "9bb2e5cdc1627e0f174f534e87af668c304b9c70d8759e78c227ff96aae06a81";

export const goldenOutcomes = (): string[] =>
  fc.sample(cases, { seed: 20_261_121, numRuns: 500 }).map(outcome);
