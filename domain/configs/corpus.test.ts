import { describe, expect, it } from "vitest";
import { corpus } from "../../test/fixtures/configs/corpus.ts";
import { unfit } from "../../test/fixtures/configs/unfit.ts";
import { warned } from "../../test/fixtures/configs/warned.ts";
import { kinds, validate } from "./kinds.ts";

it("has configs of every kind", () => {
  expect(Object.keys(corpus).sort()).toEqual(kinds.map(({ kind }) => kind).sort());
});

describe.each(Object.entries(corpus))("%s", (kind, { good, bad }) => {
  it("has enough of either", () => {
    expect(Object.keys(good).length).toBeGreaterThanOrEqual(15);
    expect(Object.keys(bad).length).toBeGreaterThanOrEqual(15);
  });
  it.each(Object.entries(good))("has no error in: %s", (_name, content) => {
    expect(validate(kind, content).filter(({ severity }) => severity === "error")).toEqual([]);
  });
  it.each(Object.entries(bad))("finds: %s", (_name, { content, code, line, column }) => {
    const found = validate(kind, content).filter(({ severity }) => severity === "error");
    expect(found.map((error) => [error.code, error.line, error.column])).toContainEqual([code, line, column]);
    for (const error of found) {
      expect(error.message).not.toBe("");
      expect(error.hint).toMatch(/\S/);
    }
  });
});

describe.each(Object.entries(warned))("%s", (kind, configs) => {
  it.each(Object.entries(configs))("warns of: %s", (_name, { content, code, line, column }) => {
    const found = validate(kind, content);
    expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(found.map((one) => [one.code, one.line, one.column])).toContainEqual([code, line, column]);
    for (const { hint } of found) expect(hint).toMatch(/\S/);
  });
});

it("knows what each kind that looks at agents finds there", () => {
  expect(Object.keys(unfit).sort()).toEqual(
    kinds
      .filter(({ looksAt }) => looksAt)
      .map(({ kind }) => kind)
      .sort(),
  );
});

describe.each(Object.entries(unfit))("%s, against what agents report", (kind, configs) => {
  it.each(Object.entries(configs))("finds: %s", (_name, { content, code, line, column, facts, severity }) => {
    expect(validate(kind, content).map((one) => one.code)).not.toContain(code);
    const found = validate(kind, content, facts).filter((one) => one.code === code);
    expect(found.map((one) => [one.severity, one.line, one.column])).toEqual([[severity, line, column]]);
    expect(found[0]?.hint).toMatch(/\S/);
  });
});

it.each([
  [
    "sentinel-kdl",
    "unknown_upstream",
    'routes { route "a" { matches { path "/" }; upstream "x" } }\nupstreams { upstream "first" { target "a:1" } }\n',
  ],
  ["haproxy", "unknown_backend", "frontend a\n    bind :80\n    default_backend x\nbackend first\n"],
  [
    "otel-collector",
    "undefined_receiver",
    "receivers:\n  otlp/first: {protocols: {grpc: }}\nservice: {pipelines: {traces: {receivers: [x], exporters: []}}}\n",
  ],
])("names what there is where a reference of %s leads nowhere", (kind, code, content) => {
  const found = validate(kind, content).find((one) => one.code === code);
  expect(found?.hint).toContain("first");
});
