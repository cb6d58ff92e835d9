import type { ComponentRole } from "../facts.ts";

export type SchemaType = "object" | "array" | "string" | "integer" | "number" | "boolean" | "null";

/** The part of JSON Schema that describes a component's settings, with hints for a form. */
export interface Schema {
  type?: SchemaType | SchemaType[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly (string | number)[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: readonly string[];
  /** One of these groups of keys must be there. */
  anyOf?: readonly { required: readonly string[] }[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  /** `go-duration`: `1m30s`; `prom-duration`: `1d`; `host-port`: `0.0.0.0:4317`; `grpc-target`: the same
   * of another host, or with a scheme before it; `url`: with a scheme. */
  format?: "go-duration" | "prom-duration" | "host-port" | "grpc-target" | "url";
  deprecated?: boolean;
  /** A value that nobody should read: it belongs into a secret. */
  "x-muster-secret"?: boolean;
  /** The id of another component of the config. */
  "x-muster-reference"?: ComponentRole | "pipeline";
  /** Seldom needed: a form may hide it at first. */
  "x-muster-advanced"?: boolean;
  /** What takes the place of a deprecated key. */
  "x-muster-instead"?: string;
}

type Hints = Omit<Schema, "type" | "title" | "description">;

const make = (type: SchemaType | SchemaType[], title: string, description: string, hints: Hints): Schema => ({
  type,
  title,
  description,
  ...hints,
});

export const text = (title: string, help: string, hints: Hints = {}) => make("string", title, help, hints);
export const integer = (title: string, help: string, hints: Hints = {}) =>
  make("integer", title, help, hints);
export const number = (title: string, help: string, hints: Hints = {}) => make("number", title, help, hints);
export const flag = (title: string, help: string, byDefault?: boolean) =>
  make("boolean", title, help, byDefault === undefined ? {} : { default: byDefault });
export const duration = (title: string, help: string, byDefault?: string) =>
  make("string", title, help, {
    format: "go-duration",
    ...(byDefault !== undefined && { default: byDefault }),
  });
export const choice = (
  title: string,
  help: string,
  values: readonly string[],
  byDefault?: string,
  hints: Hints = {},
) =>
  make("string", title, help, {
    enum: values,
    ...(byDefault !== undefined && { default: byDefault }),
    ...hints,
  });
export const secret = (title: string, help: string, hints: Hints = {}) =>
  make("string", title, help, { "x-muster-secret": true, ...hints });
export const extension = (title: string, help: string, hints: Hints = {}) =>
  make("string", title, help, { "x-muster-reference": "extension", ...hints });
export const list = (title: string, help: string, items: Schema, hints: Hints = {}) =>
  make("array", title, help, { items, ...hints });
export const texts = (title: string, help: string, hints: Hints = {}) =>
  list(title, help, { type: "string" }, hints);
/** Keys that people choose. */
export const map = (title: string, help: string, values: Schema, hints: Hints = {}) =>
  make(["object", "null"], title, help, { additionalProperties: values, ...hints });

export type Properties = Record<string, Schema>;

/** Exactly these keys. Without any of them it may be empty, which means the defaults. */
export const group = (title: string, help: string, properties: Properties, hints: Hints = {}) =>
  make(hints.required || hints.anyOf ? "object" : ["object", "null"], title, help, {
    properties,
    additionalProperties: false,
    ...hints,
  });

/** What an element of a list holds. */
export const record = (properties: Properties, hints: Hints = {}): Schema => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...hints,
});

/** A record, or a value of any type, that stands below a key of its own. */
export const titled = (title: string, help: string, schema: Schema): Schema => ({
  ...schema,
  title,
  description: help,
});

export const advanced = (schema: Schema): Schema => ({ ...schema, "x-muster-advanced": true });
/** Still understood, and better written otherwise. */
export const deprecated = (schema: Schema, instead: string): Schema => ({
  ...schema,
  deprecated: true,
  "x-muster-advanced": true,
  "x-muster-instead": instead,
});
