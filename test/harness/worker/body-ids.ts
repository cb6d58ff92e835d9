/** Where the bodies of the OpenAPI document hold ids: found by the ids' patterns, so that none can be forgotten. */
import { document } from "./surface.ts";

interface Schema {
  $ref?: string;
  pattern?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export interface BodyId {
  operationId: string;
  /** `assignments[].config` */
  path: string;
  /** `cfg` */
  prefix: string;
}

const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;

function* idsIn(schema: Schema, path: string, seen: readonly string[]): Generator<[string, string]> {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const found = schemas[name];
    if (found && !seen.includes(name)) yield* idsIn(found, path, [...seen, name]);
    return;
  }
  const prefix = /^\^([a-z]{2,4})_\[0-7\]/.exec(schema.pattern ?? "")?.[1];
  if (prefix) yield [path, prefix];
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
    yield* idsIn(branch, path, seen);
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* idsIn(property, path === "" ? name : `${path}.${name}`, seen);
  }
  if (schema.items) yield* idsIn(schema.items, `${path}[]`, seen);
  if (typeof schema.additionalProperties === "object") {
    yield* idsIn(schema.additionalProperties, `${path}.*`, seen);
  }
}

/** Each place once. */
export const bodyIds: BodyId[] = Object.values(document.paths ?? {}).flatMap((item) =>
  (["post", "put", "patch"] as const).flatMap((method) => {
    const operation = item[method];
    const body = operation?.requestBody;
    const content = body && "content" in body ? body.content["application/json"] : undefined;
    if (!operation?.operationId || !content || !("schema" in content)) return [];
    const found = new Map(
      [...idsIn(content.schema as Schema, "", [])].map(([path, prefix]) => [
        `${path} ${prefix}`,
        { path, prefix },
      ]),
    );
    return [...found.values()].map((one) => ({ operationId: operation.operationId ?? "", ...one }));
  }),
);

/** The body with an id put at a place; lists get one element. */
export function withId(body: unknown, path: string, id: string): unknown {
  if (path === "") return id;
  const [, name = "", list, , rest = ""] = /^([^.[]+)(\[\])?(\.)?(.*)$/.exec(path) ?? [];
  const of = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const held = of[name];
  if (!list) return { ...of, [name]: withId(held, rest, id) };
  const first: unknown = Array.isArray(held) ? held[0] : undefined;
  return { ...of, [name]: [withId(first, rest, id)] };
}
