/** Secrets of an environment: what is taken, who approves, whom they reach, and that nothing ever shows them. */
import { env, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { GuardFailed, writeUnaudited } from "../../db/batch.ts";
import { findEnvironment } from "../../db/queries/projects.ts";
import type { EnvironmentId, OrganizationId } from "../../domain/ids.ts";
import type { RolloutDetail, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { Secret, SecretChange, SecretUsage, SecretVersion } from "../../protocol/api/secrets.ts";
import type { Problem, Receipt } from "../../protocol/api/shared.ts";
import type { InputImpact } from "../../protocol/api/variables.ts";
import { renewSecrets } from "../../workers/jobs/renew-secrets.ts";
import type { Context } from "../../workers/services/context.ts";
import { newVersion } from "../../workers/services/secrets/new-version.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { ownApp } from "../harness/worker/own-app.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const gates = { soakSeconds: 0 };
const pathOf = (w: World) => `/v1/environments/${w.environment}/secrets`;

const set = (w: World, body: object) =>
  expectCall<SecretChange>(201, "POST", pathOf(w), { token: w.token, body });

const rotate = (w: World, id: string, value: string) =>
  expectCall<SecretVersion & { receipt: Receipt }>(201, "POST", `/v1/secrets/${id}/versions`, {
    token: w.token,
    body: { value },
  });

const get = (w: World, id: string) => expectCall<Secret>(200, "GET", `/v1/secrets/${id}`, { token: w.token });

async function config(w: World, name: string, content: string, kind = "file"): Promise<string> {
  const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name, kind, content },
  });
  return made.id;
}

const roll = (w: World, body: object) =>
  call<StartedRollout & Problem>("POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body: { gates, ...body },
  });

async function deployed(w: World, body: object): Promise<StartedRollout> {
  const { status, body: started } = await roll(w, body);
  expect(status, started.detail).toBe(201);
  const ended = await until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${started.rollout.id}`, { token: w.token }),
    (one) => one.endedAt !== null,
  );
  expect(ended.state, ended.reason ?? "").toBe("succeeded");
  return started;
}

const one = async (w: World, name = "web-1") => (await enrol(w, [name]))[0] as EnrolledAgent;

const lastFile = ({ fake }: EnrolledAgent, name = "config.txt"): string | undefined => {
  const offer = fake.received.filter(({ remoteConfig }) => remoteConfig).at(-1);
  const body = offer?.remoteConfig?.config?.configMap[name]?.body;
  return body && new TextDecoder().decode(body);
};

const usageOf = (w: World, id: string) =>
  expectCall<SecretUsage>(200, "GET", `/v1/secrets/${id}/usage`, { token: w.token });

describe("what is kept", () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });

  it("answers everything but the value", async () => {
    const made = await set(w, { name: "TOKEN", value: "correct horse battery" });
    expect(made).toMatchObject({
      name: "TOKEN",
      level: "environment",
      currentVersion: 1,
      pendingVersion: null,
    });
    const answers = [
      made,
      await get(w, made.id),
      await rotate(w, made.id, "correct horse staple"),
      await usageOf(w, made.id),
      await expectCall(200, "GET", `/v1/secrets/${made.id}/versions`, { token: w.token }),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/horse/);
    expect(await get(w, made.id)).toMatchObject({ currentVersion: 2, latestVersion: 2, revision: 2 });
  });

  it.each([
    ["too short a value", { value: "abc" }, "value"],
    ["too much", { value: "x".repeat(40_000) }, "value"],
    ["no value", {}, "value"],
    ["a name that no config can write", { name: "1-x", value: "correct" }, "name"],
    ["a fleet of somewhere else", { value: "correct", fleet: "flt_01JD0000000000000000000000" }, "fleet"],
  ])("refuses %s, names the field, and repeats no value", async (_, body, path) => {
    const refused = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "BAD", ...body },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error) => error.path)).toEqual([path]);
    expect(JSON.stringify(refused.body)).not.toMatch(/xxxx|correct/);
  });

  it("has one for each place", async () => {
    await set(w, { name: "PLACED", value: "first one" });
    const again = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "PLACED", value: "second one" },
    });
    expect(again.body).toMatchObject({ code: "already_exists" });
    await set(w, { name: "PLACED", value: "third one", selector: "role=db" });
    const list = await expectCall<{ items: Secret[] }>(200, "GET", `${pathOf(w)}?name=PLACED`, {
      token: w.token,
    });
    expect(list.items.map(({ level }) => level)).toEqual(["environment", "labels"]);
  });

  it("lets one of two writers win", async () => {
    const { id } = await set(w, { name: "RACED", value: "first one" });
    const write = (value: string) =>
      call<Problem>("POST", `/v1/secrets/${id}/versions`, { token: w.token, body: { value } });
    const answers = await Promise.all([write("second one"), write("third one")]);
    const statuses = answers.map(({ status }) => status).sort();
    const { latestVersion } = await get(w, id);
    expect(latestVersion).toBe(1 + statuses.filter((status) => status === 201).length);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
  });

  it("lets viewers see that it exists only where they may, and others not at all", async () => {
    const { id } = await set(w, { name: "SEEN", value: "not for you" });
    const [viewer, operator, stranger] = [
      await member(w, "viewer"),
      await member(w, "operator"),
      await world(),
    ];
    expect((await call("GET", `/v1/secrets/${id}`, { token: viewer.token })).status).toBe(403);
    expect((await call("GET", `/v1/secrets/${id}`, { token: operator.token })).status).toBe(200);
    const body = { value: "mine now" };
    expect((await call("POST", `/v1/secrets/${id}/versions`, { token: operator.token, body })).status).toBe(
      403,
    );
    expect((await call("GET", `/v1/secrets/${id}`, { token: stranger.token })).status).toBe(404);
  });
});

describe("in a protected environment", () => {
  let w: World;
  let id: string;
  beforeAll(async () => {
    w = await world();
    await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, {
      token: w.token,
      body: { protected: true },
    });
    const made = await set(w, { name: "GUARDED", value: "correct horse" });
    id = made.id;
    expect(made).toMatchObject({ currentVersion: null, pendingVersion: 1 });
  });

  const decide = (token: string, number: number, verdict: "approve" | "reject") =>
    call<SecretVersion & Problem>("POST", `/v1/secrets/${id}/versions/${number}/${verdict}`, { token });

  it("gives no release what nobody has approved", async () => {
    const guarded = await config(w, "guarded", "token ${secret:GUARDED}\n");
    const refused = await roll(w, { assignments: [{ config: guarded, version: 1, selector: "" }] });
    expect(refused.body).toMatchObject({ code: "config_invalid" });
  });

  it("asks another person, and no key of the same one", async () => {
    expect((await decide(w.token, 1, "approve")).body.code).toBe("approval_required");
    const key = await expectCall<{ secret: string }>(201, "POST", `/v1/orgs/${w.organization}/api-keys`, {
      token: w.token,
      body: { name: "mine", role: "admin" },
    });
    expect((await decide(key.secret, 1, "approve")).body.code).toBe("forbidden");
    const admin = await member(w, "admin");
    const approved = await decide(admin.token, 1, "approve");
    expect(approved.body).toMatchObject({ state: "current", number: 1 });
    expect((await decide(admin.token, 1, "approve")).body.code).toBe("conflict");
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: null });
  });

  it("drops what is rejected, and keeps the current one meanwhile", async () => {
    expect(await rotate(w, id, "battery staple")).toMatchObject({ state: "pending", number: 2 });
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: 2 });
    const rejected = await decide(w.token, 2, "reject");
    expect(rejected.body).toMatchObject({ state: "rejected" });
    expect(rejected.body.destroyedAt).not.toBeNull();
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: null });
  });

  it("waits for nothing where the version that waited was destroyed", async () => {
    const { number } = await rotate(w, id, "no longer wanted");
    expect(await get(w, id)).toMatchObject({ pendingVersion: number });
    await expectCall(200, "DELETE", `/v1/secrets/${id}/versions/${number}`, { token: w.token });
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: null });
  });
});

describe("what agents get", () => {
  it("is the value, for those whose files name it; a new one comes with a rollout alone", async () => {
    const w = await world();
    const agent = await one(w);
    const { id } = await set(w, { name: "TOKEN", value: "correct horse" });
    await set(w, { name: "OTHER", value: "battery staple" });
    const token = await config(w, "token", "token ${secret:TOKEN}\n");
    const impact = () => expectCall<InputImpact>(200, "GET", `/v1/secrets/${id}/impact`, { token: w.token });
    await deployed(w, { assignments: [{ config: token, version: 1, selector: "" }] });
    expect(lastFile(agent)).toBe("token correct horse\n");
    expect(await until(impact, ({ fleets }) => fleets.length > 0)).toMatchObject({ changed: 0 });

    const dry = await expectCall<InputImpact>(200, "POST", `/v1/secrets/${id}/versions?dryRun=true`, {
      token: w.token,
      body: { value: "another horse" },
    });
    expect(dry).toMatchObject({ changed: 1, fleets: [{ names: ["web-1"] }] });
    expect((await get(w, id)).latestVersion).toBe(1);

    await rotate(w, id, "another horse");
    expect(await impact()).toMatchObject({ changed: 1 });
    expect(lastFile(agent)).toBe("token correct horse\n");
    const before = await usageOf(w, id);
    expect(before.configs).toMatchObject([{ configId: token, name: "token", version: 1 }]);
    expect(before.fleets[0]?.versions).toMatchObject([{ number: 1, agents: 1, first: [{ name: "web-1" }] }]);

    const cannot = await call<Problem>("DELETE", `/v1/secrets/${id}/versions/1`, { token: w.token });
    expect(cannot.body.code).toBe("conflict");
    await deployed(w, { assignments: [], keepOthers: true, refreshInputs: true });
    expect(lastFile(agent)).toBe("token another horse\n");
    const after = await usageOf(w, id);
    expect(after.fleets[0]?.versions).toMatchObject([{ number: 2, agents: 1 }]);
    expect(after.releases.map(({ version }) => version)).toEqual([2, 1]);
    const current = await call<Problem>("DELETE", `/v1/secrets/${id}/versions/2`, { token: w.token });
    expect(current.body.code).toBe("conflict");
  });

  it("is refused where the value cannot stand, by the name of file and line, and says nothing of it", async () => {
    const w = await world();
    await one(w);
    await set(w, { name: "KEY", value: "first line\nsecond line" });
    const global = await config(
      w,
      "proxy",
      "frontend f\n  bind :80\n  # x\n  http-request deny if { hdr(x) ${secret:KEY} }\n",
      "haproxy",
    );
    const refused = await roll(w, { assignments: [{ config: global, version: 1, selector: "" }] });
    expect(refused.body.code).toBe("plan_impossible");
    expect(refused.body.detail).toMatch(/line 4.*\$\{secret:KEY\}.*line break/);
    expect(JSON.stringify(refused.body)).not.toMatch(/first line|second line/);
  });

  it("keeps a destroyed version from ever being sent again", async () => {
    const w = await world();
    const { id } = await set(w, { name: "TOKEN", value: "correct horse" });
    const token = await config(w, "token", "token ${secret:TOKEN}\n");
    const release = await expectCall<{ id: string }>(201, "POST", `/v1/fleets/${w.fleet}/releases`, {
      token: w.token,
      body: { assignments: [{ config: token, version: 1, selector: "" }] },
    });
    await rotate(w, id, "another horse");
    const gone = await expectCall<SecretVersion>(200, "DELETE", `/v1/secrets/${id}/versions/1`, {
      token: w.token,
    });
    expect(gone).toMatchObject({ state: "destroyed" });
    const refused = await roll(w, { release: release.id });
    expect(refused.body).toMatchObject({ code: "plan_impossible" });
    expect(refused.body.detail).toMatch(/version 1 of the secret TOKEN, which was destroyed/);
    await expectCall(200, "DELETE", `/v1/secrets/${id}`, { token: w.token });
    expect((await call("GET", `/v1/secrets/${id}`, { token: w.token })).status).toBe(404);
  });
});

describe("keys", () => {
  it("are changed without a change for anybody", async () => {
    const w = await world();
    const agent = await one(w);
    const { id } = await set(w, { name: "TOKEN", value: "correct horse" });
    const token = await config(w, "token", "token ${secret:TOKEN}\n");
    await deployed(w, { assignments: [{ config: token, version: 1, selector: "" }] });
    const path = `/v1/orgs/${w.organization}/secrets-key`;
    const before = await expectCall<{ keys: { id: string }[] }>(200, "GET", path, { token: w.token });
    expect(before.keys).toHaveLength(1);
    await expectCall(200, "POST", `${path}/rotate`, { token: w.token });
    const own = await ownApp();
    const renewed = await until(
      async () => {
        await renewSecrets(own.platform);
        return own.call<{ keys: { id: string; versions: number }[]; fleetsBehind: number }>("GET", path, {
          token: w.token,
        });
      },
      ({ body }) => body.keys.length === 1 && body.fleetsBehind === 0,
    );
    expect(renewed.body.keys[0]?.id).not.toBe(before.keys[0]?.id);
    expect(renewed.body.keys[0]?.versions).toBe(1);
    const impact = await expectCall<InputImpact>(200, "GET", `/v1/secrets/${id}/impact`, { token: w.token });
    expect(impact.changed).toBe(0);
    const offers = agent.fake.received.filter(({ remoteConfig }) => remoteConfig).length;
    await enrol(w, ["web-2"]);
    expect(agent.fake.received.filter(({ remoteConfig }) => remoteConfig)).toHaveLength(offers);
  });
});

it("seals by no key that was dropped before the value is written", async () => {
  const w = await world();
  await set(w, { name: "TOKEN", value: "correct horse" });
  const { platform } = await ownApp();
  const organizationId = w.organization as OrganizationId;
  const environment = await findEnvironment(platform.db, [organizationId], w.environment as EnvironmentId);
  if (!environment) throw new Error("the world has an environment");
  const ctx = { ...platform, actor: { name: "somebody", person: null } } as unknown as Context;
  const secret = { id: platform.ids.make("secret"), organizationId };
  const made = await newVersion(ctx, environment, secret, 1, "correct horse staple");
  const write = () => writeUnaudited(platform.db, "sealing secrets anew", made.statements, made.guards);
  const db = (env as unknown as { DB: D1Database }).DB;
  await db
    .prepare("update organization_keys set id = 'dropped' where organization_id = ?")
    .bind(w.organization)
    .run();
  await expect(write()).rejects.toThrow(GuardFailed);
  await db.prepare("update organization_keys set id = ? where id = 'dropped'").bind(made.row.keyId).run();
  await expect(write()).resolves.toEqual([1]);
});

describe("a fleet whose object nobody has introduced", () => {
  it("holds nothing: a version can be destroyed, and new keys are no news to it", async () => {
    const w = await world();
    const { id } = await set(w, { name: "TOKEN", value: "correct horse" });
    await rotate(w, id, "correct horse staple");
    const db = (env as unknown as { DB: D1Database }).DB;
    const stranger = "flt_01JD00000000000000000000ST";
    await db
      .prepare(
        "insert into fleets (id, organization_id, project_id, environment_id, name, slug, version, created_at, updated_at) select ?, organization_id, project_id, environment_id, 'Stranger', 'stranger', 1, created_at, updated_at from fleets where id = ?",
      )
      .bind(stranger, w.fleet)
      .run();
    await expectCall(200, "DELETE", `/v1/secrets/${id}/versions/1`, { token: w.token });
    const path = `/v1/orgs/${w.organization}/secrets-key`;
    await expectCall(200, "POST", `${path}/rotate`, { token: w.token });
    const own = await ownApp();
    await until(
      async () => {
        await renewSecrets(own.platform);
        return own.call<{ keys: unknown[]; fleetsBehind: number }>("GET", path, { token: w.token });
      },
      ({ body }) => body.keys.length === 1 && body.fleetsBehind === 0,
    );
  });
});

describe("a planted secret", () => {
  const planted = "Zx9-pl4nted+needle/<&>";

  it("is in no store, answer, event, audit row or export", async () => {
    const w = await world();
    const [agent] = await enrol(w, ["web-1"]);
    if (!agent) throw new Error("nobody enrolled");
    const planting = await set(w, { name: "PLANTED", value: planted, description: "planted" });
    const token = await config(w, "token", "token: ${secret:PLANTED}\n");
    const started = await deployed(w, { assignments: [{ config: token, version: 1, selector: "" }] });
    expect(lastFile(agent)).toBe(`token: ${planted}\n`);
    const basic = Buffer.from(`user:${planted}`).toString("base64");
    agent.fake.say({
      health: {
        healthy: false,
        lastError: `cannot use ${planted}`,
        componentHealthMap: { exporter: { healthy: false, lastError: JSON.stringify({ planted, basic }) } },
      },
      effectiveConfig: {
        configMap: {
          configMap: { "config.txt": { body: new TextEncoder().encode(`token: ${planted}\n# ${basic}\n`) } },
        },
      },
    });
    const shown = await until(
      () => call<{ healthError: string | null }>("GET", `/v1/agents/${agent.id}`, { token: w.token }),
      ({ body }) => body.healthError !== null,
    );
    expect(shown.body.healthError).toBe("cannot use ••••••(PLANTED v1)");

    const answers = await Promise.all(
      [
        `/v1/agents/${agent.id}`,
        `/v1/agents/${agent.id}/explain`,
        `/v1/fleets/${w.fleet}/agents`,
        `/v1/fleets/${w.fleet}/events`,
        `/v1/rollouts/${started.rollout.id}`,
        `/v1/rollouts/${started.rollout.id}/explain`,
        `/v1/rollouts/${started.rollout.id}/export`,
        `/v1/releases/${started.release.id}`,
        `/v1/orgs/${w.organization}/audit-events`,
        `/v1/orgs/${w.organization}/events`,
        `/v1/orgs/${w.organization}/audit-events/export`,
        `/v1/secrets/${planting.id}`,
        `/v1/secrets/${planting.id}/versions`,
        `/v1/secrets/${planting.id}/usage`,
      ].map(async (path) =>
        JSON.stringify((await expectCall<unknown>(200, "GET", path, { token: w.token })) ?? null),
      ),
    );
    const exported = await call<string>("POST", `/v1/orgs/${w.organization}/export`, { token: w.token });
    expect(exported.status).toBe(200);
    answers.push(JSON.stringify(exported.body));
    const needles = [
      planted,
      JSON.stringify(planted).slice(1, -1),
      Buffer.from(planted).toString("base64"),
      basic,
    ];
    for (const text of answers) for (const needle of needles) expect(text).not.toContain(needle);
    expect(answers.some((text) => text.includes("••••••(PLANTED v1)"))).toBe(true);

    const bindings = env as unknown as { DB: D1Database; FLEET: DurableObjectNamespace };
    const tables = await bindings.DB.prepare(
      "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\'",
    ).all<{ name: string }>();
    const rows: unknown[] = [];
    for (const { name } of tables.results) {
      rows.push(...(await bindings.DB.prepare(`select * from "${name}"`).all()).results);
    }
    const held = await runInDurableObject(bindings.FLEET.getByName(w.fleet), (_, { storage }) =>
      storage.sql
        .exec<{ name: string }>(
          "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\'",
        )
        .toArray()
        .flatMap(({ name }) => storage.sql.exec(`select * from "${name}"`).toArray()),
    );
    expect(held.length).toBeGreaterThan(0);
    for (const text of [...rows, ...held].map((row) => JSON.stringify(row))) {
      for (const needle of needles) expect(text).not.toContain(needle);
    }
  });
});
