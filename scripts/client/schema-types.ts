/** JSON Schema, as the OpenAPI document holds it, to TypeScript types. Throws on a keyword that it does not know. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  pattern?: string;
}

/** How ids are typed: with their prefix where the API says them, any string where a caller does. */
type Ids = "said" | "given";

const indentOf = (depth: number) => "  ".repeat(depth);
const literal = (value: unknown) => JSON.stringify(value);
const unique = (types: string[]) => [...new Set(types)];

export const propertyName = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

export function refName(ref: string): string {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(ref)?.[1];
  if (!name) throw new Error(`${ref} is not a reference to a schema of this document`);
  return name;
}

const idPrefix = (pattern = "") => /^\^([a-z]{2,4}_)\[0-7\]/.exec(pattern)?.[1];

function objectType(schema: Schema, ids: Ids, depth: number): string {
  const properties = Object.entries(schema.properties ?? {});
  const rest = schema.additionalProperties;
  if (properties.length === 0) {
    if (typeof rest === "object") return `Record<string, ${typeOf(rest, ids, depth)}>`;
    return rest === false ? "Record<string, never>" : "Record<string, unknown>";
  }
  const required = new Set(schema.required);
  const lines = properties.map(([name, property]) => {
    const type = typeOf(property, ids, depth + 1);
    return required.has(name)
      ? `${propertyName(name)}: ${type};`
      : `${propertyName(name)}?: ${type} | undefined;`;
  });
  const inner = indentOf(depth + 1);
  return `{\n${lines.map((line) => inner + line).join("\n")}\n${indentOf(depth)}}`;
}

const arrayOf = (item: string) => (/^\w+$/.test(item) ? `${item}[]` : `Array<${item}>`);

/** The TypeScript type of a schema; `depth` is the indentation of its first line. */
export function typeOf(schema: Schema, ids: Ids, depth = 0): string {
  if (schema.$ref) return refName(schema.$ref);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return unique(schema.enum.map(literal)).join(" | ");
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return unique(branches.map((one) => typeOf(one, ids, depth))).join(" | ");
  if (schema.allOf) return unique(schema.allOf.map((one) => `(${typeOf(one, ids, depth)})`)).join(" & ");
  if (Array.isArray(schema.type)) {
    return unique(schema.type.map((type) => typeOf({ ...schema, type }, ids, depth))).join(" | ");
  }
  switch (schema.type) {
    case "string": {
      const prefix = ids === "said" ? idPrefix(schema.pattern) : undefined;
      return prefix ? `\`${prefix}\${string}\`` : "string";
    }
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      if (schema.prefixItems)
        return `[${schema.prefixItems.map((one) => typeOf(one, ids, depth)).join(", ")}]`;
      return arrayOf(typeOf(schema.items ?? {}, ids, depth));
    case "object":
      return objectType(schema, ids, depth);
    case undefined:
      return "unknown";
    default:
      throw new Error(`no TypeScript type is known for the schema type ${schema.type}`);
  }
}
