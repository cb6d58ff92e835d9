/** Every route × {a deleted organization, one that asks for more, an ended session, a membership that is gone}. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { guarded, type Operation, ofTenant } from "../harness/worker/surface.ts";
import { send, withoutIds } from "../harness/worker/surface-examples.ts";
import { nobodys, type Things, things } from "../harness/worker/surface-things.ts";
import { call, expectCall } from "../harness/world.ts";

const { DB: store } = env as unknown as { DB: D1Database };

/** What a membership is asked for; the rest belongs to the person alone. */
const ofOrganization = ofTenant.filter(({ access }) => access !== "person");
const named = (operations: readonly Operation[]) =>
  operations.map((one) => [`${one.method} ${one.path}`, one] as const);

/** What may be done until the grace has ended: look, take along, restore. */
const afterDeletion = new Set([
  "organization.read",
  "organization.export",
  "organization.delete",
  "audit.read",
  "audit.export",
]);

const change = (sql: string, id: string) => store.prepare(sql).bind(id).run();

describe("in a deleted organization", () => {
  let gone: Things;
  beforeAll(async () => {
    gone = await things();
    await change("update organizations set deleted_at = 1 where id = ?", gone.world.organization);
  }, 60_000);

  it.each(named(ofOrganization.filter(({ access }) => !afterDeletion.has(access))))(
    "%s is refused",
    async (_, operation) => {
      const answer = await send(operation, gone.ids, gone.world.token);
      expect([answer.status, answer.body.code]).toEqual([409, "conflict"]);
      expect(answer.body.detail).toContain("is deleted");
    },
  );

  /** What is no JSON, or never ends, is asked by its own tests. */
  const reads = ofOrganization.filter(
    ({ access, method, path }) =>
      afterDeletion.has(access) && method === "GET" && !/\/(live|export)$/.test(path),
  );

  it.each(named(reads))("%s still answers", async (_, operation) => {
    const answer = await send(operation, gone.ids, gone.world.token);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  });
});

describe.each([
  ["single sign-on", "require_sso", "sso_required"],
  ["a second factor", "require_two_factor", "two_factor_required"],
])("in an organization that asks for %s", (_, column, code) => {
  let strict: Things;
  beforeAll(async () => {
    strict = await things();
    await change(`update organizations set ${column} = 1 where id = ?`, strict.world.organization);
    await change(
      "update sessions set second_factor = 0 where user_id in (select user_id from memberships where organization_id = ?)",
      strict.world.organization,
    );
  }, 60_000);

  it.each(named(ofOrganization))("%s is refused to who has not", async (_name, operation) => {
    const answer = await send(operation, strict.ids, strict.world.token);
    expect([answer.status, answer.body.code]).toEqual([403, code]);
  });

  it("the person's own account still answers, and says why", async () => {
    const me = await expectCall<{ organizations: { blocked: string }[] }>(200, "GET", "/v1/me", {
      token: strict.world.token,
    });
    expect(me.organizations.map(({ blocked }) => blocked)).toEqual([code]);
  });
});

describe("in a session that has ended", () => {
  let past: Things;
  beforeAll(async () => {
    past = await things();
    const ended = await call("POST", "/v1/me/sign-out-everywhere", { token: past.world.token });
    expect(ended.status).toBeLessThan(300);
  }, 60_000);

  it.each(named(guarded))("%s → 401", async (_, operation) => {
    const answer = await send(operation, past.ids, past.world.token);
    expect(answer.status, JSON.stringify(answer.body)).toBe(401);
  });
});

describe("for who is no longer a member", () => {
  let left: Things;
  beforeAll(async () => {
    left = await things();
    await change("delete from memberships where organization_id = ?", left.world.organization);
  }, 60_000);

  it.each(named(ofOrganization))("%s → 404, as for an id that nobody has", async (_, operation) => {
    const answer = await send(operation, left.ids, left.world.token);
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
    const missing = await send(operation, nobodys, left.world.token);
    expect(withoutIds(answer.body)).toEqual(withoutIds(missing.body));
  });
});
