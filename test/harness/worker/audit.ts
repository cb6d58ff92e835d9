/** For tests of the audit log: raw answers, the store behind it, and a platform whose clock runs ahead. */
import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { AuditEvent, AuditVerification, ExportedAuditEvent } from "../../../protocol/api/audit.ts";
import type { Env } from "../../../workers/env.ts";
import { createPlatform } from "../../../workers/platform.ts";
import type { Platform } from "../../../workers/services/context.ts";
import { expectCall, type World } from "../world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as Env & { DB: D1Database };

export const store = testEnv.DB;

export const run = (sql: string, ...params: unknown[]) =>
  store
    .prepare(sql)
    .bind(...params)
    .run();

export async function rows<T>(sql: string, ...params: unknown[]): Promise<T[]> {
  const { results } = await store
    .prepare(sql)
    .bind(...params)
    .all<T>();
  return results;
}

export const platformAt = (laterMs: number): Platform => ({
  ...createPlatform(testEnv, { now: () => Date.now() + laterMs }).platform,
});

/** The answer as it is, for what is no JSON. */
export function fetchRaw(
  path: string,
  token: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  // The combined entry's default export is the API Worker.
  const worker = (exports as unknown as { default: Fetcher }).default;
  return worker.fetch(`http://muster.test${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
}

export const auditPath = (w: World, rest = ""): string => `/v1/orgs/${w.organization}/audit-events${rest}`;

export async function auditEvents(w: World, query = ""): Promise<AuditEvent[]> {
  const page = await expectCall<{ items: AuditEvent[] }>(200, "GET", auditPath(w, query), { token: w.token });
  return page.items;
}

export const createProject = (w: World, name: string) =>
  expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/projects`, {
    token: w.token,
    body: { name },
  });

export const verifyAudit = (w: World, query = "") =>
  expectCall<AuditVerification>(200, "GET", auditPath(w, `/verify${query}`), { token: w.token });

export const auditSeqs = async (w: World): Promise<number[]> =>
  (
    await rows<{ seq: number }>(
      "select seq from audit_events where organization_id = ? order by seq",
      w.organization,
    )
  ).map(({ seq }) => seq);

export async function exportAudit(w: World, query = ""): Promise<ExportedAuditEvent[]> {
  const answer = await fetchRaw(auditPath(w, `/export${query}`), w.token);
  expect(answer.status).toBe(200);
  return new TextDecoder()
    .decode(await answer.arrayBuffer())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ExportedAuditEvent);
}

/** Takes a trigger away for the time of `work`, as one would who has the whole store in hand. */
export async function withoutTriggers(work: () => Promise<unknown>): Promise<void> {
  const triggers = await rows<{ name: string; sql: string }>(
    "select name, sql from sqlite_master where type = 'trigger' and tbl_name like 'audit_%'",
  );
  for (const { name } of triggers) await run(`drop trigger ${name}`);
  try {
    await work();
  } finally {
    for (const { sql } of triggers) await run(sql);
  }
}
