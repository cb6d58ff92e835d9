import { expect, it } from "vitest";
import { getKind, kinds, validate } from "../kinds.ts";
import { checkTemplate, chooseParameters, fillParameters } from "../parameters.ts";
import { catalogue } from "./index.ts";

const examples: Record<string, string> = {
  backend: "collector.example.com:4317",
  service: "shop",
  job: "nodes",
  image: "docker.io/library/nginx:1.27",
};

it("has templates for every kind, eight at least, each with a name of its own", () => {
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  expect(catalogue.length).toBeGreaterThanOrEqual(8);
  expect([...new Set(catalogue.map(({ kind }) => kind))].sort()).toEqual(
    kinds.map(({ kind }) => kind).sort(),
  );
});

it.each(
  catalogue.flatMap((one) => one.versions.map((version, index) => ({ ...one, version, number: index + 1 }))),
)(
  "$name version $number is whole, and what is made of it is valid",
  ({ kind, version: { content, parameters } }) => {
    expect(checkTemplate(content, parameters)).toEqual([]);
    for (const { name, title, help } of parameters) {
      expect(content).toContain(`\${param:${name}}`);
      expect(title && help).toBeTruthy();
    }
    const needed = parameters
      .filter((one) => one.default === null)
      .map(({ name }) => [name, examples[name] ?? ""]);
    const values = chooseParameters(parameters, Object.fromEntries(needed));
    const filled = fillParameters(getKind(kind).quoting, content, parameters, values);
    expect(filled).not.toContain("${param:");
    expect(validate(kind, filled)).toEqual([]);
  },
);
