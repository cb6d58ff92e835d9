/** What every read asks of the store: each statement finds its rows by an index, and scans no table that grows. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../workers/app.ts";
import type { Env } from "../../workers/env.ts";
import { createPlatform } from "../../workers/platform.ts";
import { document, type Operation, ofTenant, operations } from "../harness/worker/surface.ts";
import { pathOf } from "../harness/worker/surface-examples.ts";
import { type Things, things } from "../harness/worker/surface-things.ts";

interface Asked {
  sql: string;
  values: unknown[];
}

const { DB: store } = env as unknown as { DB: D1Database };

/** The same store, which also writes down what it is asked. */
function recording(asked: Asked[]): D1Database {
  return new Proxy(store, {
    get(target, name) {
      if (name === "prepare") {
        return (sql: string) => {
          const statement = target.prepare(sql);
          const entry: Asked = { sql, values: [] };
          asked.push(entry);
          const bind = statement.bind.bind(statement);
          statement.bind = (...values: unknown[]) => {
            entry.values = values;
            return bind(...values);
          };
          return statement;
        };
      }
      const held: unknown = Reflect.get(target, name);
      return typeof held === "function" ? held.bind(target) : held;
    },
  });
}

/** Steps of the plan that read a whole table, or a whole index. */
async function scansOf({ sql, values }: Asked): Promise<string[]> {
  const plan = await store
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  return plan.results
    .map(({ detail }) => detail)
    .filter((detail) => /^SCAN (?!CONSTANT ROW|\(|json_each)/.test(detail))
    .filter((detail) => !tiny.some((table) => detail.startsWith(`SCAN ${table}`)));
}

/** Tables that do not grow with customers. */
const tiny: string[] = [];

let mine: Things;
beforeAll(async () => {
  mine = await things();
}, 60_000);

interface Parameter {
  name: string;
  in: string;
  schema: {
    enum?: unknown[];
    anyOf?: Parameter["schema"][];
    pattern?: string;
    type?: string;
    example?: unknown;
  };
}

/** A value that the parameter takes: one of ours where it is an id. */
function exampleOf({ schema, name }: Parameter): string {
  const shape = schema.anyOf?.[0] ?? schema;
  const prefix = /^\^([a-z]{2,4}_)\[0-7\]/.exec(shape.pattern ?? "")?.[1];
  if (prefix)
    return (
      Object.values(mine.ids).find((id) => id.startsWith(prefix)) ?? `${prefix}01JD0000000000000000000000`
    );
  if (shape.enum) return String(shape.enum[0]);
  if (shape.type === "boolean") return "true";
  if (/^(from|to)$/.test(name))
    return name === "from" ? "2020-01-01T00:00:00.000Z" : "2030-01-01T00:00:00.000Z";
  return String(shape.example ?? "x");
}

/** The plain question, each filter by itself, and the page after the first. */
async function askedBy(operation: Operation): Promise<Asked[]> {
  const asked: Asked[] = [];
  const { platform } = createPlatform({ ...(env as unknown as Env), DB: recording(asked) });
  const app = createApp({ platform });
  const always: Record<string, string> =
    operation.id === "getMyPermissions" ? { org: mine.world.organization } : {};
  const ask = async (query: Record<string, string>) => {
    const search = new URLSearchParams({ ...always, ...query });
    const answer = await app(
      new Request(`http://muster.test${pathOf(operation, mine.ids)}?${search}`, {
        headers: { authorization: `Bearer ${mine.world.token}` },
      }),
      { waitUntil: () => undefined },
    );
    return { status: answer.status, text: await answer.text() };
  };
  const plain = await ask({});
  if (plain.status >= 300) throw new Error(`${operation.id} answered ${plain.status}: ${plain.text}`);
  const parameters = parametersOf(operation);
  for (const parameter of parameters) {
    // A filter that this place refuses asks nothing.
    if (parameter.name !== "limit" && parameter.name !== "cursor")
      await ask({ [parameter.name]: exampleOf(parameter) });
  }
  if (parameters.some(({ name }) => name === "cursor")) {
    const { nextCursor } = JSON.parse((await ask({ limit: "1" })).text) as { nextCursor?: string | null };
    if (nextCursor) await ask({ limit: "1", cursor: nextCursor });
  }
  return asked.filter(({ sql }) => /^\s*(select|with)\b/i.test(sql));
}

function parametersOf({ path }: Operation): Parameter[] {
  const { parameters = [] } = (document.paths?.[path]?.get ?? {}) as { parameters?: Parameter[] };
  return parameters.filter((one) => one.in === "query");
}

/** A page that never ends is read by its own tests. */
const reads = operations.filter(
  ({ method, access, path }) => method === "GET" && access !== "public" && !path.endsWith("/live"),
);

it("covers every read of a tenant", () => {
  expect(reads.length).toBeGreaterThan(30);
  const left = ofTenant.filter((one) => one.method === "GET" && !reads.includes(one)).map(({ path }) => path);
  expect(left.toSorted()).toEqual(["/v1/fleets/{fleet}/live", "/v1/orgs/{org}/audit-events/live"]);
});

describe("no read scans a table", () => {
  it.each(reads.map((one) => [`${one.method} ${one.path}`, one] as const))("%s", async (_, operation) => {
    const asked = await askedBy(operation);
    expect(asked.length).toBeGreaterThan(0);
    const found: string[] = [];
    for (const one of asked) {
      for (const scan of await scansOf(one)) found.push(`${scan}: ${one.sql}`);
    }
    expect(found).toEqual([]);
  });
});
