import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adoptEdit } from "./adopt.ts";
import { compileTemplate, fillTemplate } from "./inputs/template.ts";

const template = "a: 1\nport: ${var:PORT}\nb: 2\ntoken: ${secret:T}\nc: 3\n";
const rendered = "a: 1\nport: 80\nb: 2\ntoken: ••••••(T v1)\nc: 3\n";

describe("taking over what somebody changed on a host", () => {
  it("keeps the placeholders of lines that nobody touched", () => {
    const edited = "# mine\na: 1\nport: 80\nb: 22\ntoken: ••••••(T v1)\nc: 3\nd: 4\n";
    expect(adoptEdit(template, rendered, edited)).toEqual({
      content: "# mine\na: 1\nport: ${var:PORT}\nb: 22\ntoken: ${secret:T}\nc: 3\nd: 4\n",
      conflicts: [],
    });
  });

  it("takes lines away", () => {
    const edited = "port: 80\ntoken: ••••••(T v1)\n";
    expect(adoptEdit(template, rendered, edited).content).toBe("port: ${var:PORT}\ntoken: ${secret:T}\n");
  });

  it("refuses to touch a line that is filled in, and says which", () => {
    const { conflicts } = adoptEdit(template, rendered, rendered.replace("80", "81"));
    expect(conflicts).toEqual([{ line: 2, message: expect.stringContaining("line 2") }]);
  });

  it("refuses a masked secret in a new place", () => {
    const { conflicts } = adoptEdit(template, rendered, `${rendered}again: ••••••(T v1)\n`);
    expect(conflicts).toHaveLength(1);
  });

  it("finds its way past values of several lines", () => {
    const long = "x\n${var:BLOCK}\ny\nz\n";
    const filled = "x\none\ntwo\nthree\ny\nz\n";
    expect(adoptEdit(long, filled, "x\none\ntwo\nthree\ny\nZ\n").content).toBe("x\n${var:BLOCK}\ny\nZ\n");
    expect(adoptEdit(long, filled, "x\none\n2\nthree\ny\nz\n").conflicts).toHaveLength(1);
  });

  it("does not make a placeholder of what only looks like one", () => {
    expect(adoptEdit("a\n", "a\n", "a\nb ${var:X}\n").content).toBe("a\nb $${var:X}\n");
  });

  it("without placeholders gives just what was edited", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 })
      .map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(adoptEdit(before, before, after)).toEqual({ content: after, conflicts: [] });
      }),
    );
  });

  it("gives what is filled in again as it was edited, or is refused", () => {
    const line = fc.constantFrom("a", "b", "", "c ${var:X}", "${var:Y}", "$${var:Z}", "d ${secret:S}");
    const lines = fc.array(line, { minLength: 1, maxLength: 8 });
    const values = fc.record({
      X: fc.constantFrom("1", "a", "b\nq", ""),
      Y: fc.constantFrom("y", "a", "m\nn\no", ""),
      S: fc.constant("••••••(S v1)"),
    });
    const edit = fc.record({
      at: fc.nat(20),
      take: fc.nat(1),
      add: fc.constantFrom(null, "new", "a", "${var:X}", "$${var:Q}"),
    });
    const isTaken = fc.property(lines, values, fc.array(edit, { maxLength: 3 }), (texts, known, edits) => {
      const fill = (content: string) =>
        fillTemplate(compileTemplate("raw", content), ({ name }) => {
          const text = Object.entries(known).find(([key]) => key === name)?.[1];
          return text === undefined ? null : { type: "string", text };
        });
      const source = texts.join("\n");
      const before = fill(source);
      const after = before.split("\n");
      for (const { at, take, add } of edits) after.splice(at, take, ...(add === null ? [] : [add]));
      const { content, conflicts } = adoptEdit(source, before, after.join("\n"));
      if (conflicts.length === 0) expect(fill(content)).toBe(after.join("\n"));
    });
    fc.assert(isTaken, { numRuns: 2_000 });
  });
});
