/** Organizations as their people live in them: created, renamed, deleted with grace, brought back, exported, erased. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { tenantTables } from "../../db/queries/erasure.ts";
import { closeDeleted, eraseOrganizations } from "../../workers/jobs/erase-organizations.ts";
import { createPlatform } from "../../workers/platform.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import type { Problem } from "../harness/worker/surface-examples.ts";
import { call, expectCall, member, person, world } from "../harness/world.ts";

const testEnv = env as unknown as Parameters<typeof createPlatform>[0] & { DB: D1Database };
const dayMs = 24 * 3_600_000;

interface Detail {
  id: string;
  name: string;
  slug: string;
  version: number;
  deletedAt: string | null;
  erasedAfter: string | null;
  receipt: { undo: { href: string } | null; changes: unknown[]; warnings: string[] };
}

it("creates an organization of its maker, ready for agents", async () => {
  const { token } = await person();
  const made = await expectCall<Detail & { role: string; created: { fleet: string } }>(
    201,
    "POST",
    "/v1/orgs",
    {
      token,
      body: { name: "Second", slug: `second-${crypto.randomUUID().slice(0, 8)}` },
    },
  );
  expect(made.role).toBe("owner");
  const fleet = await expectCall(200, "GET", `/v1/fleets/${made.created.fleet}`, { token });
  expect(fleet.organizationId).toBe(made.id);
  const again = await call<Problem>("POST", "/v1/orgs", { token, body: { name: "Third", slug: made.slug } });
  expect([again.status, again.body.code]).toEqual([409, "already_exists"]);
});

it("renames by the version that was read, and refuses an older one", async () => {
  const w = await world();
  const path = `/v1/orgs/${w.organization}`;
  const read = await call<Detail>("GET", path, { token: w.token });
  const etag = read.headers.get("etag") ?? "";
  const renamed = await expectCall<Detail>(200, "PATCH", path, {
    token: w.token,
    body: { name: "New name" },
    headers: { "if-match": etag },
  });
  expect([renamed.name, renamed.version]).toEqual(["New name", read.body.version + 1]);
  expect(renamed.receipt.changes).toEqual([{ path: "organization.name", before: "Acme", after: "New name" }]);
  const stale = await call<Problem>("PATCH", path, {
    token: w.token,
    body: { name: "Other" },
    headers: { "if-match": etag },
  });
  expect([stale.status, stale.body.code]).toEqual([409, "conflict"]);
});

it("deletes only by its slug, sends agents away, lets it only be read, and brings it back", async () => {
  const w = await world();
  const path = `/v1/orgs/${w.organization}`;
  const as = { token: w.token };
  const [agent] = await enrol(w, ["a"]);
  const { slug } = await expectCall<Detail>(200, "GET", path, as);
  const mistyped = await call<Problem & { errors: { path: string }[] }>(
    "DELETE",
    `${path}?confirm=other`,
    as,
  );
  expect([mistyped.status, mistyped.body.errors[0]?.path]).toEqual([400, "confirm"]);

  const gone = await expectCall<Detail>(200, "DELETE", `${path}?confirm=${slug}`, as);
  expect(Date.parse(gone.erasedAfter ?? "") - Date.parse(gone.deletedAt ?? "")).toBe(30 * dayMs);
  await until(
    () => Promise.resolve(agent?.socket.readyState),
    (state) => state === WebSocket.READY_STATE_CLOSED || state === WebSocket.READY_STATE_CLOSING,
  );
  expect((await expectCall<Detail>(200, "GET", path, as)).deletedAt).not.toBeNull();
  const write = await call<Problem>("POST", `${path}/projects`, { ...as, body: { name: "P" } });
  expect([write.status, write.body.code]).toEqual([409, "conflict"]);
  const twice = await call<Problem>("DELETE", `${path}?confirm=${slug}`, as);
  expect(twice.status).toBe(409);

  const back = await expectCall<Detail>(200, "POST", `${path}/restore`, as);
  expect([back.deletedAt, back.receipt.warnings]).toEqual([null, []]);
  const [returned] = await enrol(w, ["b"]);
  expect(returned?.id).toBeTruthy();
  const { items } = await expectCall<{ items: { action: string }[] }>(
    200,
    "GET",
    `${path}/audit-events?action=organization.*`,
    as,
  );
  expect(items.map(({ action }) => action)).toEqual([
    "organization.restore",
    "organization.delete",
    "organization.create",
  ]);
});

it("tells everything it has, without a secret, and notes who asked", async () => {
  const w = await world();
  const as = { token: w.token };
  const colleague = await member(w, "viewer", "Grace");
  const invited = `i-${crypto.randomUUID()}@example.com`;
  await expectCall(201, "POST", `/v1/orgs/${w.organization}/invitations`, {
    ...as,
    body: { email: invited },
  });
  const [agent] = await enrol(w, ["exported"]);
  const answer = await call<string>("POST", `/v1/orgs/${w.organization}/export`, as);
  const text = String(answer.body);
  expect(answer.headers.get("content-type")).toContain("application/x-ndjson");
  const lines = text
    .trim()
    .split("\n")
    .map((one) => JSON.parse(one) as { kind: string; table?: string; row?: Record<string, unknown> });
  const rowsOf = (table: string) => lines.filter((one) => one.table === table).map(({ row }) => row);
  expect(rowsOf("people").map((row) => row?.email)).toContain(colleague.email);
  expect(rowsOf("invitations").map((row) => row?.email)).toEqual([invited]);
  expect(rowsOf("agents").map((row) => row?.id)).toEqual([agent?.id]);
  expect(rowsOf("organizations").map((row) => row?.id)).toEqual([w.organization]);
  expect(lines.at(-1)).toMatchObject({ kind: "end", unasked: [] });
  expect(text).not.toMatch(/secretHash|sealed/i);
  const audit = await expectCall<{ items: { action: string; sensitiveRead: boolean }[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/audit-events`,
    as,
  );
  expect(audit.items[0]).toMatchObject({ action: "organization.export", sensitiveRead: true });
});

it("erases rows of every table and the fleets' objects once the grace is over, and not before", async () => {
  const w = await world();
  const other = await world();
  const as = { token: w.token };
  await enrol(w, ["a"]);
  await expectCall(201, "POST", `/v1/orgs/${w.organization}/teams`, { ...as, body: { name: "Team" } });
  const { slug } = await expectCall<Detail>(200, "GET", `/v1/orgs/${w.organization}`, as);
  await expectCall(200, "DELETE", `/v1/orgs/${w.organization}?confirm=${slug}`, as);
  const { platform } = createPlatform(testEnv);
  const at = (nowMs: number) => ({ ...platform, clock: { ...platform.clock, now: () => nowMs } });
  await eraseOrganizations(at(Date.now() + 29 * dayMs));
  expect((await call("GET", `/v1/orgs/${w.organization}`, as)).status).toBe(200);
  await eraseOrganizations(at(Date.now() + 31 * dayMs));
  expect((await call("GET", `/v1/orgs/${w.organization}`, as)).status).toBe(404);
  const left: string[] = [];
  for (const { name } of tenantTables) {
    const query = testEnv.DB.prepare(`select count(*) as count from ${name} where organization_id = ?`);
    const count = (organization: string) => query.bind(organization).first<number>("count");
    if ((await count(w.organization)) !== 0) left.push(name);
  }
  expect(left).toEqual([]);
  expect(tenantTables.length).toBeGreaterThan(20);
  const scope = { organizationId: w.organization as never, fleetId: w.fleet as never };
  const summary = await platform.fleet(scope).summary(scope);
  expect(summary).toMatchObject({ ok: true, value: { counts: { total: 0 } } });
  expect((await call("GET", `/v1/fleets/${other.fleet}`, { token: other.token })).status).toBe(200);
});

it("cannot be brought back any more once the grace is over, though not all of it is erased yet", async () => {
  const w = await world();
  const path = `/v1/orgs/${w.organization}`;
  const as = { token: w.token };
  const { slug } = await expectCall<Detail>(200, "GET", path, as);
  await expectCall(200, "DELETE", `${path}?confirm=${slug}`, as);
  await testEnv.DB.prepare("update organizations set deleted_at = ? where id = ?")
    .bind(Date.now() - 30 * dayMs, w.organization)
    .run();
  const late = await call<Problem>("POST", `${path}/restore`, as);
  expect([late.status, late.body.code]).toEqual([409, "conflict"]);
  expect((await call("GET", path, as)).status).toBe(200);
});

it("leaves no fleet closed that was told of a deletion after the restore", async () => {
  const w = await world();
  const path = `/v1/orgs/${w.organization}`;
  const as = { token: w.token };
  const { slug } = await expectCall<Detail>(200, "GET", path, as);
  await expectCall(200, "DELETE", `${path}?confirm=${slug}`, as);
  const { platform } = createPlatform(testEnv);
  const told: boolean[] = [];
  // Restored between the job's look at the store and its word to the fleet.
  const fleet: typeof platform.fleet = (scope) =>
    new Proxy(platform.fleet(scope), {
      get: (stub, name) =>
        name !== "setClosed"
          ? Reflect.get(stub, name)
          : async (to: typeof scope, closed: boolean) => {
              if (scope.organizationId === w.organization && told.push(closed) === 1) {
                await expectCall(200, "POST", `${path}/restore`, as);
              }
              return stub.setClosed(to, closed);
            },
    });
  await closeDeleted({ ...platform, fleet });
  expect(told).toEqual([true, false]);
});
