/**
 * The `muster` Worker as it is, and beside it, in the same isolate: the floor that its routes are measured against (a
 * bare hono route with one D1 select), and the ways to fill the store that would take hours through the API.
 */
import { Hono } from "hono";
import { openD1 } from "../../../db/client.ts";
import { insertAuditEvent } from "../../../db/queries/audit.ts";
import { insertMembership } from "../../../db/queries/organizations.ts";
import { insertSession, insertUser } from "../../../db/queries/people.ts";
import { write } from "../../../db/write.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Env } from "../../../workers/env.ts";
import muster from "../../../workers/main.ts";
import { createPlatform } from "../../../workers/platform.ts";
import { seal } from "../../../workers/services/audit/seal.ts";
import {
  countedPath,
  floorPath,
  type SeedAudit,
  type SeedPeople,
  seedAuditPath,
  seedPeoplePath,
  storeCallsHeader,
} from "../api-seed.ts";
import { type CountedStore, countStoreCalls } from "./count-store-calls.ts";

type Bound = Env & { DB: D1Database };
const dayMs = 86_400_000;
const actions = ["config.create", "config.write", "rollout.start", "rollout.pause", "member.write"];
const rowsAtOnce = 500;

const app = new Hono<{ Bindings: Bound }>();

app.get(`${floorPath}/:config`, async (c) => {
  const row = await c.env.DB.prepare("select * from configs where id = ?")
    .bind(c.req.param("config"))
    .first();
  return row ? c.json(row) : c.notFound();
});

let counting: { env: Bound; store: CountedStore } | null = null;

/** The API's own answer, with the calls to the store until it stood. Asked one at a time. */
app.all(`${countedPath}/*`, async (c) => {
  if (!counting) {
    const store = countStoreCalls(c.env.DB);
    counting = { store, env: { ...c.env, DB: store.db } };
  }
  const { env, store } = counting;
  const url = c.req.url.replace(countedPath, "");
  const before = store.calls();
  // Built of the incoming request, so it has what one has.
  const request = new Request(url, c.req.raw) as Request<unknown, IncomingRequestCfProperties>;
  const answer = await muster.fetch(request, env, c.executionCtx as ExecutionContext);
  const told = new Response(answer.body, answer);
  told.headers.set(storeCallsHeader, String(store.calls() - before));
  return told;
});

/** Admins of the organization, each with a session; answers their access tokens. */
app.post(seedPeoplePath, async (c) => {
  const { organization, count } = await c.req.json<SeedPeople>();
  const { platform } = createPlatform(c.env);
  const { db, ids, clock } = platform;
  const nowMs = clock.now();
  const tokens: string[] = [];
  for (let at = 0; at < count; at++) {
    const userId = ids.make("user");
    const sessionId = ids.make("session");
    await write(db, [
      insertUser(db, {
        id: userId,
        email: `${userId}@example.com`,
        name: `Person ${at}`,
        passwordHash: "",
        createdAt: nowMs,
        emailVerifiedAt: nowMs,
      }),
      insertMembership(db, organization as OrganizationId, {
        id: ids.make("membership"),
        userId,
        role: "admin",
        createdAt: nowMs,
      }),
      insertSession(db, {
        id: sessionId,
        userId,
        generation: 1,
        rotatedAt: nowMs,
        createdAt: nowMs,
        authenticatedAt: nowMs,
        expiresAt: nowMs + dayMs,
      }),
    ]);
    tokens.push(await platform.accessTokens.sign(userId, sessionId));
  }
  return c.json(tokens);
});

/** Audit rows by the query that the services use; chained and sealed as theirs are. */
app.post(seedAuditPath, async (c) => {
  const { organization, count, from } = await c.req.json<SeedAudit>();
  const organizationId = organization as OrganizationId;
  const { platform } = createPlatform(c.env);
  const { ids, clock } = platform;
  const db = openD1(c.env.DB);
  for (let done = 0; done < count; done += rowsAtOnce) {
    const rows = Array.from({ length: Math.min(rowsAtOnce, count - done) }, (_, index) => {
      const at = from + done + index;
      return insertAuditEvent(db, organizationId, {
        id: ids.make("auditEvent"),
        at: clock.now(),
        actor: `usr_bench${at % 100}`,
        actorName: `Person ${at % 100}`,
        action: actions[at % actions.length] ?? "config.write",
        target: `cfg_bench${at % 1_000}`,
        summary: `Changed settings ${at}`,
        requestId: ids.make("request"),
        changes: [{ path: "content", before: `round: ${at}`, after: `round: ${at + 1}` }],
        address: "192.0.2.1",
        userAgent: "bench",
      });
    });
    await write(db, rows);
  }
  await seal(platform, organizationId);
  return c.body(null, 204);
});

export default {
  ...muster,
  fetch: (request, env, execution) =>
    new URL(request.url).pathname.startsWith("/bench/")
      ? app.fetch(request, env as Bound, execution)
      : muster.fetch(request, env, execution),
} satisfies ExportedHandler<Env, Parameters<typeof muster.queue>[0]["messages"][number]["body"]>;
