import { describe, expect, test } from "vitest";
import { sha256Hex } from "./hash.ts";
import { compileTemplate } from "./inputs/template.ts";
import { type FrozenInputs, InputConflictError } from "./inputs/values.ts";
import {
  emptyConfigHash,
  FileConflictError,
  FileInputError,
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

describe("render with inputs", () => {
  const text = (content: string, selector = ""): RenderableAssignment => ({
    ...assignment("f", selector, content),
    template: compileTemplate("line", content),
  });
  const variable = (name: string, value: string, selector = "") =>
    ({ id: `var_${name}`, name, type: "string", value, fleet: null, selector }) as const;
  const secret = (versionId: string, version: number) => ({
    id: "sec_1",
    name: "KEY",
    fleet: null,
    selector: "",
    versionId,
    version,
  });
  const inputs: FrozenInputs = {
    variables: [variable("ZONE", "eu"), variable("ZONE", "us", "region=us")],
    secrets: [secret("sev_1", 1)],
  };

  test("a filled in text has the hash of the same text without placeholders", () => {
    const filled = render([text("zone ${var:ZONE} of ${agent:host}")], { host: "a" }, inputs);
    expect(filled.hash).toBe(render([assignment("f", "", "zone eu of a")], {}).hash);
    expect(render([text("zone ${var:ZONE}")], { region: "us" }, inputs).files[0]?.sha256).toBe(
      sha256Hex("zone us"),
    );
  });

  test("the hash names a secret's version, and no value is needed for it", () => {
    const template = [text("key ${secret:KEY}")];
    const first = render(template, {}, inputs);
    const [file] = first.files;
    expect(file?.filled?.values).toEqual({ "secret:KEY": { secret: "KEY", versionId: "sev_1", version: 1 } });
    expect(render(template, {}, inputs).hash).toBe(first.hash);
    expect(render(template, {}, { ...inputs, secrets: [secret("sev_2", 2)] }).hash).not.toBe(first.hash);
  });

  test("agents with equal values share one result", () => {
    const renderFor = renderer([text("zone ${var:ZONE}")], inputs);
    expect(renderFor({ host: "1" })).toBe(renderFor({ host: "2" }));
    expect(renderFor({ region: "us" })).not.toBe(renderFor({}));
  });

  test("what has no value is refused by config, line and name", () => {
    const refusal = () => render([text("\nhost ${agent:host}")], {}, inputs);
    expect(refusal).toThrow(FileInputError);
    expect(refusal).toThrow(/f v1 \(every agent\), line 2: \$\{agent:host\} has no value/);
    expect(() => render([text("${var:NOPE}")], {}, inputs)).toThrow(/Set NOPE in the environment/);
    expect(() =>
      render(
        [text("${var:ZONE}")],
        { region: "us", role: "db" },
        {
          ...inputs,
          variables: [...inputs.variables, variable("ZONE", "x", "role=db")],
        },
      ),
    ).toThrow(InputConflictError);
  });
});
