/** The `muster` Worker as it is, whose rows written in D1 are counted, and asked for over HTTP. All writes are batches. */
import type { Env } from "../../../workers/env.ts";
import muster from "../../../workers/main.ts";
import { metadataRowsPath } from "../fleet-counters.ts";

let rowsWritten = 0;
const counted = new WeakMap<Env, Env>();

function countingBatches(db: D1Database): D1Database {
  return new Proxy(db, {
    get(target, property) {
      if (property !== "batch") {
        const value: unknown = Reflect.get(target, property);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        for (const { meta } of results) rowsWritten += meta.rows_written;
        return results;
      };
    },
  });
}

function counting(env: Env): Env {
  const known = counted.get(env);
  if (known || !env.DB) return known ?? env;
  const made = { ...env, DB: countingBatches(env.DB) };
  counted.set(env, made);
  return made;
}

export default {
  fetch: async (request, env, execution) =>
    new URL(request.url).pathname === metadataRowsPath
      ? new Response(String(rowsWritten))
      : muster.fetch(request, counting(env), execution),
  queue: (batch, env, execution) => muster.queue(batch, counting(env), execution),
  scheduled: (controller, env, execution) => muster.scheduled(controller, counting(env), execution),
} satisfies ExportedHandler<Env, Parameters<typeof muster.queue>[0]["messages"][number]["body"]>;
