import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue/index.ts";
import { hasErrors } from "./diagnostic.ts";
import { validate } from "./kinds.ts";
import { withStandIns } from "./template-stand-ins.ts";

describe("checking a template before it has values", () => {
  it("leaves every place where it is", () => {
    const part = fc.constantFrom(
      "${param:",
      "$${param:",
      "${secret:${param:",
      "}",
      "}}",
      "a",
      "_b",
      "\n",
      " ",
    );
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join("")),
        (text) => {
          const checked = withStandIns(text);
          expect(checked).toHaveLength(text.length);
          expect([...checked.matchAll(/\n/g)].map(({ index }) => index)).toEqual(
            [...text.matchAll(/\n/g)].map(({ index }) => index),
          );
        },
      ),
    );
  });

  it("keeps what is escaped, and names that a parameter gives", () => {
    expect(withStandIns("a ${param:x} $${param:y} ${secret:${param:z}}")).toBe(
      "a ${agent:p} $${param:y} ${secret:pppppppppp}",
    );
  });

  it("finds the faults of the kind, and none in what is shipped", () => {
    const text = "image: {ref: example.com/app:${param:tag}}\nprocesses:\n  web: {replica: ${param:count}}\n";
    expect(validate("container", withStandIns(text))).toMatchObject([
      { line: 3, column: 9, severity: "error", message: expect.stringContaining("replica") },
    ]);
    for (const { kind, name, versions } of catalogue) {
      for (const { content } of versions) {
        expect([name, hasErrors(validate(kind, withStandIns(content)))]).toEqual([name, false]);
      }
    }
  });
});
