import { createClient } from "@libsql/client";
import { expect, it } from "vitest";
import { openLibsql, ping } from "./client.ts";
import { isUnreachable } from "./unreachable.ts";

async function thrown(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

it("knows a libSQL server that nobody runs", async () => {
  const client = createClient({ url: "http://127.0.0.1:1" });
  expect(isUnreachable(await thrown(ping(openLibsql(client))))).toBe(true);
});

it("takes an error in what was asked for no outage", async () => {
  const db = openLibsql(createClient({ url: ":memory:" }));
  const error = await thrown(db.batch([{ sql: "select * from nowhere", params: [] }]));
  expect(isUnreachable(error)).toBe(false);
  expect(isUnreachable(new Error("D1_ERROR: no such table: nowhere: SQLITE_ERROR"))).toBe(false);
  expect(isUnreachable(new Error("UNIQUE constraint failed: environments.slug"))).toBe(false);
});

it.each([
  "D1_ERROR: Network connection lost.",
  "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
  "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
  "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
])("knows %s", (message) => {
  expect(isUnreachable(new Error("Failed query", { cause: new Error(message) }))).toBe(true);
});
