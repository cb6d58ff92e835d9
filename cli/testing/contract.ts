import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { at, hash } from "./bodies.ts";
import type { Answer, Seen } from "./server.ts";

/** As much of a JSON schema as samples are made from. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  example?: unknown;
  examples?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  minItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

interface Contract {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

// By address, so that the CLI's types do not take in those of Workers. The document is plain JSON, of which `Contract`
// names the parts that are read here.
const server = (file: string) => import(new URL(`../../workers/http/${file}`, import.meta.url).href);
const { routes, apiVersion } = await server("routes/index.ts");
const contract: Contract = (await server("openapi.ts")).openApiDocument(routes, apiVersion);

/** Every operation by `METHOD /path`. */
export const operations = new Map(
  Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
  ),
);

/** The operation that a request is one of. */
export function operationNamed(method: string, path: string): string | undefined {
  const parts = path.split("/");
  const fits = (template: string) => {
    const wanted = template.split("/");
    return (
      wanted.length === parts.length && wanted.every((part, i) => part === parts[i] || /^\{\w+\}$/.test(part))
    );
  };
  const names = [...operations.keys()].filter((name) => {
    const [ofMethod, template = ""] = name.split(" ");
    return ofMethod === method && fits(template);
  });
  // `/v1/me/passkeys/options` before `/v1/me/passkeys/{passkey}`.
  return names.toSorted((a, b) => a.split("{").length - b.split("{").length)[0];
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(contract as object, "contract");
const compiled = new Map<string, ValidateFunction>();

/** The document's own references, seen from outside of it. */
const fromOutside = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/'));

function problemsOf(key: string, schema: Schema, value: unknown): string[] {
  let validate = compiled.get(key);
  if (validate === undefined) {
    validate = ajv.compile(fromOutside(schema));
    compiled.set(key, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What is wrong with a request by the document: unknown operation, unknown query, a body that does not fit. */
export function requestProblems(seen: Seen): string[] {
  const name = operationNamed(seen.method, seen.path);
  const operation = name === undefined ? undefined : operations.get(name);
  if (name === undefined || operation === undefined) return [`There is no ${seen.method} ${seen.path}.`];
  const known = (operation.parameters ?? []).filter((one) => one.in === "query");
  const unknown = Object.keys(seen.query).filter((key) => !known.some((one) => one.name === key));
  const missing = known.filter((one) => one.required && seen.query[one.name] === undefined);
  const body = operation.requestBody?.content["application/json"]?.schema;
  const bodyProblems =
    body === undefined
      ? seen.body === undefined
        ? []
        : ["takes no body"]
      : seen.body === undefined
        ? operation.requestBody?.required
          ? ["needs a body"]
          : []
        : problemsOf(name, body, seen.body);
  return [
    ...unknown.map((key) => `knows no query ${key}`),
    ...missing.map((one) => `needs the query ${one.name}`),
    ...bodyProblems,
  ].map((text) => `${name}: ${text}`);
}

/** What samples of a schema must have, so that commands find by name what they look for. */
const named: Record<string, Record<string, unknown>> = {
  Team: { name: "Payments", slug: "payments" },
  Role: { name: "deployer" },
  ServiceAccount: { name: "ci" },
  ApiKey: { name: "ci", revokedAt: null },
  Member: { email: "ada@example.com", name: "Ada" },
  Invitation: { email: "grace@example.com", status: "open" },
  SsoConnection: { name: "okta" },
  SsoDomain: { domain: "example.com" },
  Passkey: { name: "phone" },
  AuditVerification: { valid: true, complete: true, firstBroken: null },
  SsoTest: { ok: true },
  Page: { nextCursor: null },
};

const isNull = (schema: Schema) => schema.type === "null" || schema.const === null;

/** A value that fits: every member, one item in each list, the first of what may be chosen. */
export function sample(schema: Schema, key = "text"): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const found = contract.components?.schemas?.[name];
    if (found === undefined) throw new Error(`no schema ${name}`);
    const made = sample(found, key);
    const more = named[name.replace(/Output$/, "")];
    return more === undefined ? made : Object.assign(made as object, more);
  }
  const given = schema.example ?? schema.examples?.[0];
  if (given !== undefined) return given;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return sample(choices.find((one) => !isNull(one)) ?? {}, key);
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((one) => sample(one, key) as object));
  }
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  switch (type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, one]) => [
          name,
          name === "nextCursor" ? null : sample(one, name),
        ]),
      );
    case "array":
      return [sample(schema.items ?? {}, key)];
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 1, 1);
    case "boolean":
      return false;
    case "string":
      return sampleText(schema, key);
    default:
      return null;
  }
}

function sampleText({ format, pattern }: Schema, key: string): string {
  if (format === "date-time") return at;
  if (format === "email") return "ada@example.com";
  if (format === "uri") return "https://muster.example/x";
  if (pattern?.includes("[0-9a-f]{64}")) return hash;
  return key;
}

/** Answers a request with a sample of what the document says comes back: of a dry run, where one is asked for. */
export function answerByContract(seen: Seen): Answer {
  const operation = operations.get(operationNamed(seen.method, seen.path) ?? "");
  const good = Object.entries(operation?.responses ?? {}).filter(([code]) => Number(code) < 300);
  const [status = "200", response] = good.at(seen.query.dryRun === "true" ? 0 : -1) ?? [];
  const schema = response?.content?.["application/json"]?.schema;
  return { status: Number(status), body: schema === undefined ? null : sample(schema) };
}
