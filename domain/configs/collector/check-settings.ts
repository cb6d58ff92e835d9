import type { Finding, Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import type { Entry, MapNode, MapReader, Place, ScalarNode, YamlNode } from "../yaml/nodes.ts";
import type { Schema, SchemaType } from "./schema.ts";
import {
  isGoDuration,
  isGrpcTarget,
  isNull,
  isOpen,
  isPromDuration,
  isUrl,
  readAddress,
  shorten,
} from "./values.ts";

/** What settings name of the rest of the config. */
export interface Found {
  references: { role: NonNullable<Schema["x-muster-reference"]>; node: ScalarNode; path: string }[];
  /** Addresses that are listened on. */
  listens: { text: string; at: Place; path: string }[];
}

/** Checks a value by a schema. A node that stands in many places is checked once for each schema. */
export class SettingsCheck {
  readonly found: Found = { references: [], listens: [] };
  readonly #reader: MapReader;
  readonly #findings: Findings;
  readonly #seen = new Map<YamlNode, Set<Schema>>();

  constructor(reader: MapReader, findings: Findings) {
    this.#reader = reader;
    this.#findings = findings;
  }

  check(node: YamlNode, schema: Schema, path: string): void {
    const seen = this.#seen.get(node) ?? new Set();
    if (seen.has(schema)) return;
    seen.add(schema);
    this.#seen.set(node, seen);
    if (isOpen(node)) return;
    if (isNull(node)) {
      // Nothing stands for the defaults, and those lack what is required.
      if (schema.properties) this.#required(null, schema, path, node.at);
      return;
    }
    switch (node.kind) {
      case "map":
        if (accepts(schema, "object")) this.#map(node, schema, path);
        else this.#wrongType(node, schema, path);
        break;
      case "list":
        if (accepts(schema, "array")) this.#list(node.items, node.at, schema, path);
        else this.#wrongType(node, schema, path);
        break;
      case "scalar":
        this.#scalar(node, schema, path);
    }
  }

  #map(node: MapNode, schema: Schema, path: string): void {
    const { properties = {}, additionalProperties } = schema;
    for (const { key, value } of node.entries) {
      if (key.text === "<<") {
        for (const source of value.kind === "list" ? value.items : [value]) {
          if (source.kind === "map") this.check(source, partial(schema), path);
        }
        continue;
      }
      const below = extend(path, `.${key.text}`);
      const known = Object.hasOwn(properties, key.text) ? properties[key.text] : undefined;
      if (known) {
        this.#remark(key, value, known, below);
        this.check(value, known, below);
      } else if (typeof additionalProperties === "object") {
        this.#plainSecret(key.text, value, additionalProperties, below, credentialName.test(key.text));
        this.check(value, additionalProperties, below);
      } else if (additionalProperties === false && !isOpen(key)) {
        this.#unknownKey(key, Object.keys(properties), below);
      }
    }
    this.#required(node, schema, path, node.at);
  }

  #unknownKey(key: ScalarNode, known: readonly string[], path: string): void {
    this.#say({
      code: "unknown_key",
      message: `Unknown setting "${shorten(key.text)}".`,
      at: key.at,
      path,
      hint: () => {
        const meant = nearest(key.text, known);
        return meant ? `Did you mean \`${meant}\`?` : `Use one of: ${listNames(known, 20)}.`;
      },
    });
  }

  #remark(key: ScalarNode, value: YamlNode, schema: Schema, path: string): void {
    if (schema.deprecated) {
      this.#say({
        severity: "warning",
        code: "deprecated_key",
        message: `The setting "${key.text}" is outdated.`,
        at: key.at,
        path,
        hint: `Use ${schema["x-muster-instead"] ?? "its successor"}.`,
      });
    }
    this.#plainSecret(key.text, value, schema, path, true);
  }

  #plainSecret(key: string, value: YamlNode, schema: Schema, path: string, secret: boolean): void {
    if (!schema["x-muster-secret"] || !secret || value.kind !== "scalar") return;
    if (isOpen(value) || isNull(value) || value.text === "") return;
    const name = key.replaceAll(/[^A-Za-z0-9]+/g, "_").toUpperCase();
    this.#say({
      severity: "warning",
      code: "plain_secret",
      message: `The value of "${shorten(key)}" stands in the config for everybody to read.`,
      at: value.at,
      path,
      hint: `Keep it as a secret of the environment and write \${secret:${/^[A-Z_]/.test(name) ? name.slice(0, 40) : "NAME"}}.`,
    });
  }

  #required(node: MapNode | null, schema: Schema, path: string, at: Place): void {
    const entries = node ? this.#reader.entries(node) : new Map<string, Entry>();
    const isThere = (key: string) => {
      const value = entries.get(key)?.value;
      if (!value) return false;
      // `grpc:` alone switches gRPC on; `endpoint:` alone names none.
      const accepted = schema.properties?.[key];
      return !isNull(value) || (accepted !== undefined && accepts(accepted, "object"));
    };
    for (const key of schema.required ?? []) {
      if (!isThere(key)) this.#missing(`"${key}"`, path, at, schema.properties?.[key]?.description);
    }
    const groups = schema.anyOf ?? [];
    if (groups.length > 0 && !groups.some(({ required }) => required.every(isThere))) {
      const names = groups.map(({ required }) => `"${required.join('" and "')}"`);
      this.#missing(names.join(" or "), path, at);
    }
  }

  #missing(what: string, path: string, at: Place, help?: string): void {
    this.#say({
      code: "missing_key",
      message: `${lastOf(path)} needs ${what}.`,
      at,
      path,
      hint: help ? `Add it: ${help}` : `Add ${what}.`,
    });
  }

  #list(items: readonly YamlNode[], at: Place, schema: Schema, path: string): void {
    if (schema.minItems !== undefined && items.length < schema.minItems) {
      this.#say({
        code: "missing_item",
        message: `${lastOf(path)} is empty.`,
        at,
        path,
        hint: `Add at least ${schema.minItems === 1 ? "one item" : `${schema.minItems} items`}.`,
      });
    }
    const { items: itemSchema } = schema;
    if (itemSchema)
      for (const [i, item] of items.entries()) this.check(item, itemSchema, extend(path, `[${i}]`));
  }

  #scalar(node: ScalarNode, schema: Schema, path: string): void {
    const { value } = node;
    const isText = typeof value === "string";
    // Texts with commas stand for lists of texts.
    const list = isText && accepts(schema, "array") && schema.items?.type === "string";
    if (!list && !accepts(schema, typeOf(node))) {
      const durationNumber = schema.format === "go-duration" && typeof value === "number";
      if (!durationNumber) this.#wrongType(node, schema, path);
      else if (value !== 0) this.#noUnit(node, path);
      return;
    }
    const { enum: allowed } = schema;
    if (allowed && !allowed.includes(isText || typeof value === "number" ? value : node.text)) {
      const known = allowed.filter((one) => one !== "").map(String);
      this.#say({
        code: "unknown_value",
        message: `${lastOf(path)} cannot be "${shorten(node.text)}".`,
        at: node.at,
        path,
        hint: () => {
          const meant = nearest(node.text, known);
          return meant ? `Did you mean \`${meant}\`?` : `Use one of: ${listNames(known, 20)}.`;
        },
      });
    }
    if (typeof value === "number" || typeof value === "bigint")
      this.#range(node, Number(value), schema, path);
    if (isText) this.#format(node, value, schema, path);
    const role = schema["x-muster-reference"];
    if (role && isText && value !== "") this.found.references.push({ role, node, path });
  }

  #range(node: ScalarNode, value: number, { minimum, maximum }: Schema, path: string): void {
    const low = minimum !== undefined && value < minimum;
    const high = maximum !== undefined && value > maximum;
    if (!low && !high) return;
    this.#say({
      code: "out_of_range",
      message: `${lastOf(path)} cannot be ${shorten(node.text)}.`,
      at: node.at,
      path,
      hint: low ? `Use ${minimum} or more.` : `Use ${maximum} or less.`,
    });
  }

  #noUnit(node: ScalarNode, path: string): void {
    this.#say({
      severity: "warning",
      code: "duration_without_unit",
      message: `${lastOf(path)} is ${shorten(node.text)} nanoseconds: a number without a unit counts in them.`,
      at: node.at,
      path,
      hint: `Write ${shorten(node.text)}s for seconds.`,
    });
  }

  #format(node: ScalarNode, value: string, { format }: Schema, path: string): void {
    const bad = (code: string, what: string, hint: string) =>
      this.#say({
        code,
        message: `${lastOf(path)} is "${shorten(value)}", which is no ${what}.`,
        at: node.at,
        path,
        hint,
      });
    switch (format) {
      case "go-duration":
        if (!isGoDuration(value))
          bad(
            "bad_duration",
            "duration",
            "Write numbers with units, such as 30s or 1m30s: ns, us, ms, s, m, h.",
          );
        return;
      case "prom-duration":
        if (!isPromDuration(value))
          bad(
            "bad_duration",
            "duration of Prometheus",
            "Write whole numbers with units, such as 30s or 1d: y, w, d, h, m, s, ms.",
          );
        return;
      case "url":
        if (value !== "" && !isUrl(value)) bad("bad_url", "URL", "Begin with http:// or https://.");
        return;
      case "grpc-target":
        if (value !== "" && !isGrpcTarget(value))
          bad("bad_address", "address", "Write HOST:PORT, such as collector.example:4317.");
        return;
      case "host-port":
        if (value.includes("/")) return;
        if (readAddress(value)) this.found.listens.push({ text: value, at: node.at, path });
        else bad("bad_address", "address", "Write HOST:PORT, such as 0.0.0.0:4317, with a port up to 65535.");
    }
  }

  #wrongType(node: YamlNode, schema: Schema, path: string): void {
    const wanted = typesOf(schema).filter((type) => type !== "null");
    const quotable = wanted.includes("string") && node.kind === "scalar";
    this.#say({
      code: "wrong_type",
      message: `${lastOf(path)} must be ${wanted.map((type) => words[type]).join(" or ")}, and is ${words[typeOf(node)]}.`,
      at: node.at,
      path,
      hint: quotable ? `Put it in quotes: "${shorten(node.text)}".` : hints[wanted[0] ?? "string"],
    });
  }

  #say(finding: Finding): void {
    this.#findings.add(finding);
  }
}

const credentialName = /auth|token|key|secret|passw|cookie|credential/i;

const typesOf = ({ type }: Schema): readonly SchemaType[] => (type === undefined ? [] : [type].flat());

function accepts(schema: Schema, type: SchemaType): boolean {
  const types = typesOf(schema);
  if (types.length === 0 || types.includes(type)) return true;
  return type === "integer" && types.includes("number");
}

function typeOf(node: YamlNode): SchemaType {
  if (node.kind !== "scalar") return node.kind === "map" ? "object" : "array";
  switch (typeof node.value) {
    case "boolean":
      return "boolean";
    case "bigint":
      return "integer";
    case "number":
      return Number.isInteger(node.value) ? "integer" : "number";
    default:
      return node.value === null ? "null" : "string";
  }
}

const words: Record<SchemaType, string> = {
  object: "a map",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "empty",
};
const hints: Record<SchemaType, string> = {
  object: "Write keys and values below it, indented.",
  array: "Write a list: [a, b], or a line for each item that begins with `- `.",
  string: "Write text.",
  integer: "Write a whole number, without quotes.",
  number: "Write a number, without quotes.",
  boolean: "Write true or false, without quotes.",
  null: "Remove it.",
};

const partials = new WeakMap<Schema, Schema>();
/** For a map that is merged into another one: the rest may stand there. */
function partial(schema: Schema): Schema {
  const known = partials.get(schema);
  if (known) return known;
  const { required: _, anyOf: __, ...rest } = schema;
  partials.set(schema, rest);
  return rest;
}

/** A path that grows with each level would cost more than the text has. */
const maxPathChars = 500;
const extend = (path: string, part: string): string =>
  path.length + part.length > maxPathChars ? path : path + part;

/** The last name of a path, for a sentence. */
function lastOf(path: string): string {
  return `"${shorten(path.slice(path.lastIndexOf(".") + 1))}"`;
}
