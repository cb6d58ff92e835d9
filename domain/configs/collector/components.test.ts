import Ajv from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Findings } from "../findings.ts";
import { withUnknowns } from "../inputs/placeholders.ts";
import { MapReader } from "../yaml/nodes.ts";
import { readYaml } from "../yaml/read.ts";
import { SettingsCheck } from "./check-settings.ts";
import { collectorComponents, findComponent } from "./components.ts";
import { knownTypes } from "./known-types.ts";
import type { Schema } from "./schema.ts";

/** An independent reader of the same schemas. */
const ajv = new Ajv({
  strict: false,
  formats: { "go-duration": true, "prom-duration": true, url: true, "host-port": true, "grpc-target": true },
});

function errorsOf(schema: Schema, yaml: string): string[] {
  const { root, problems } = readYaml(withUnknowns(yaml));
  expect(problems).toEqual([]);
  const findings = new Findings();
  if (root) new SettingsCheck(new MapReader(), findings).check(root, schema, "it");
  return findings
    .toDiagnostics()
    .filter(({ severity }) => severity === "error")
    .map(({ code }) => code);
}

function agree(schema: Schema, yaml: string): boolean {
  const ours = errorsOf(schema, yaml).length === 0;
  expect(ajv.validate(schema, parse(yaml)), yaml).toBe(ours);
  return ours;
}

it("describes the components that the product names, each once", () => {
  const names = collectorComponents.map(({ role, type }) => `${role} ${type}`);
  expect(new Set(names).size).toBe(names.length);
  const expected = {
    receiver: ["otlp", "hostmetrics", "filelog", "prometheus", "kafka", "syslog"],
    processor: [
      "memory_limiter",
      "batch",
      "attributes",
      "filter",
      "resource",
      "transform",
      "probabilistic_sampler",
      "tail_sampling",
    ],
    exporter: ["otlp", "otlphttp", "debug", "kafka", "prometheus", "prometheusremotewrite", "file"],
    connector: ["spanmetrics", "routing"],
    extension: ["health_check", "file_storage"],
  } as const;
  for (const role of Object.keys(expected) as (keyof typeof expected)[]) {
    for (const type of expected[role]) expect(findComponent(role, type)?.type).toBe(type);
  }
});

describe.each(collectorComponents)("$role $type", ({ role, type, schema, example }) => {
  it("takes its own example, as another reader of the schema does", () => {
    expect(agree(schema, example)).toBe(true);
  });

  it("refuses what is unknown or of another type, as another reader does", () => {
    expect(agree(schema, `${example}no_such_setting: 1\n`)).toBe(false);
    for (const key of Object.keys(parse(example) as object)) {
      const lines = parse(example) as Record<string, unknown>;
      const property = schema.properties?.[key];
      if (!property) continue;
      const types = [property.type ?? []].flat();
      const wrong = types.includes("object") ? "true" : types.includes("boolean") ? '"x"' : "{a: {}}";
      lines[key] = parse(wrong);
      if (types.length > 0) expect(agree(schema, JSON.stringify(lines)), key).toBe(false);
    }
  });

  it("gives a form a title and a help for every setting, and defaults that its own schema takes", () => {
    const walk = (one: Schema, path: string): void => {
      for (const [key, property] of Object.entries(one.properties ?? {})) {
        const place = `${path}.${key}`;
        expect(property.title, place).toMatch(/\S/);
        expect(property.description, place).toMatch(/\S/);
        if (property.default !== undefined) {
          const { required: _, anyOf: __, ...rest } = property;
          expect(ajv.validate(rest, property.default), place).toBe(true);
        }
        walk(property, place);
        if (property.items) walk(property.items, place);
        if (typeof property.additionalProperties === "object") walk(property.additionalProperties, place);
      }
    };
    walk(schema, `${role}.${type}`);
    expect(knownTypes[role].has(type)).toBe(true);
  });
});
