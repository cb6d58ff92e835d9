/** The generated part of `protocol/client`: one type for each schema and each operation of the OpenAPI document. */
import { propertyName, type Schema, typeOf } from "./schema-types.ts";

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

export interface Operation {
  "x-muster-access"?: string;
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Content & { required?: boolean };
  responses?: Record<string, Content>;
}

export interface Document {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

const methods = ["get", "post", "patch", "put", "delete"];

function parameters(operation: Operation, place: "path" | "query"): string {
  const found = (operation.parameters ?? []).filter((one) => one.in === place);
  if (found.length === 0) return "undefined";
  const lines = found.map(({ name, required, schema }) => {
    const plain = typeOf(schema ?? {}, "given", 3);
    const type = plain === "number" ? "number | string" : plain;
    const key = propertyName(name);
    return required ? `${key}: ${type};` : `${key}?: ${type} | null | undefined;`;
  });
  return `{ ${lines.join(" ")} }`;
}

function body({ requestBody }: Operation): string {
  const schema = requestBody?.content?.["application/json"]?.schema;
  if (!schema) return "undefined";
  const type = typeOf(schema, "given", 2);
  return requestBody?.required ? type : `${type} | undefined`;
}

/** Answers that are not JSON are the caller's to read, as a Response. */
function answer(operation: Operation): string {
  const types = Object.entries(operation.responses ?? {})
    .filter(([status]) => status.startsWith("2"))
    .map(([, response]) => {
      if (!response.content) return "undefined";
      const schema = response.content["application/json"]?.schema;
      return schema ? typeOf(schema, "said", 2) : "Response";
    });
  return [...new Set(types)].join(" | ") || "Response";
}

function errorCodes(operation: Operation): string {
  const codes = Object.values(operation.responses ?? {}).flatMap((response) => {
    const schema = response.content?.["application/problem+json"]?.schema;
    return (schema?.allOf ?? []).flatMap((one) => one.properties?.code?.enum ?? []);
  });
  return (
    [...new Set(codes)]
      .map((code) => JSON.stringify(code))
      .toSorted()
      .join(" | ") || "never"
  );
}

export function operationsOf(document: Document): { name: string; operation: Operation }[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      // Agents speak another language than JSON; the gateway answers them.
      const forPrograms = operation && operation["x-muster-access"] !== "agent";
      return forPrograms ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : [];
    }),
  );
}

export function generateOperations(document: Document): string {
  const schemas = Object.entries(document.components?.schemas ?? {})
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, schema]) => `export type ${name} = ${typeOf(schema, "said")};\n`);
  const operations = operationsOf(document)
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, operation }) =>
      [
        `  /** ${operation.summary ?? ""} */`,
        `  ${JSON.stringify(name)}: {`,
        `    id: ${JSON.stringify(operation.operationId)};`,
        `    path: ${parameters(operation, "path")};`,
        `    query: ${parameters(operation, "query")};`,
        `    body: ${body(operation)};`,
        `    answer: ${answer(operation)};`,
        `    errors: ${errorCodes(operation)};`,
        "  };",
      ].join("\n"),
    );
  return [
    "// Made from the OpenAPI document by `node scripts/generate-client.ts`; do not edit it by hand.\n",
    ...schemas,
    `export interface Operations {\n${operations.join("\n")}\n}\n`,
  ].join("\n");
}
