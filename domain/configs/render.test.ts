import { describe, expect, test } from "vitest";
import { sha256Hex } from "./hash.ts";
import {
  emptyConfigHash,
  FileConflictError,
  type RenderableAssignment,
  refuseCertainConflicts,
  render,
  renderer,
} from "./render.ts";

const assignment = (fileName: string, selector: string, content = fileName): RenderableAssignment => ({
  configName: fileName,
  version: 1,
  selector,
  fileName,
  contentType: "text/plain",
  sha256: sha256Hex(content),
});

describe("render", () => {
  test("sha256 of known texts", () => {
    expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256Hex("grün")).toBe(sha256Hex(new TextEncoder().encode("grün")));
  });

  test("gives the files of the matching assignments, sorted, and one hash", () => {
    const result = render([assignment("b.cfg", ""), assignment("a.cfg", "role=web")], { role: "web" });
    expect(result.files.map((file) => file.name)).toEqual(["a.cfg", "b.cfg"]);
    expect(result.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(result.matched.map((one) => one.fileName)).toEqual(["b.cfg", "a.cfg"]);
  });

  test("the hash depends on names, types and contents, not on order or selectors", () => {
    const base = render([assignment("a", ""), assignment("b", "")], {}).hash;
    expect(render([assignment("b", "!x"), assignment("a", "")], {}).hash).toBe(base);
    expect(render([assignment("a", ""), assignment("b", "", "other")], {}).hash).not.toBe(base);
    expect(render([assignment("a", ""), assignment("c", "", "b")], {}).hash).not.toBe(base);
    expect(
      render([assignment("a", ""), { ...assignment("b", ""), contentType: "text/yaml" }], {}).hash,
    ).not.toBe(base);
  });

  test("nothing matches: no files and no hash", () => {
    expect(render([assignment("a", "role=web")], { role: "db" })).toEqual({
      files: [],
      hash: null,
      matched: [],
    });
    expect(emptyConfigHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a conflict is certain for equal selectors and for every agent, not where labels decide", () => {
    const place = (selector: string) => assignment("f", selector);
    for (const [a, b] of [
      ["", ""],
      ["", "role=web"],
      ["role=web,!x", ""],
      ["role = web", "role==web"],
    ] as const) {
      expect(() => refuseCertainConflicts([assignment("other", ""), place(a), place(b)])).toThrow(
        expect.objectContaining({
          refusal: expect.objectContaining({
            code: "plan_impossible",
            errors: [
              expect.objectContaining({ path: "assignments[1].fileName" }),
              expect.objectContaining({ path: "assignments[2].fileName" }),
            ],
          }),
        }),
      );
    }
    refuseCertainConflicts([place("role=web"), place("region=eu"), place("role=db"), assignment("g", "")]);
  });

  test("two assignments with one file name are a conflict, only where both match", () => {
    const assignments = [
      assignment("a", "role=web"),
      { ...assignment("a", "region=eu"), configName: "other" },
    ];
    expect(render(assignments, { role: "web" }).files).toHaveLength(1);
    expect(() => render(assignments, { role: "web", region: "eu" })).toThrow(FileConflictError);
    expect(() => render(assignments, { role: "web", region: "eu" })).toThrow(/other v1 \(region=eu\)/);
  });

  test("agents that match the same assignments share one result", () => {
    const renderFor = renderer([assignment("a", "role=web"), assignment("b", "")]);
    expect(renderFor({ role: "web", host: "1" })).toBe(renderFor({ role: "web", host: "2" }));
    expect(renderFor({ role: "web" })).not.toBe(renderFor({}));
  });
});
