/** The values of secrets: whom they reach, by which key they are sealed, and that nothing ever shows them. */
import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { GuardFailed, writeUnaudited } from "../../db/batch.ts";
import { findEnvironment } from "../../db/queries/projects.ts";
import type { EnvironmentId, OrganizationId } from "../../domain/ids.ts";
import type { SecretVersion } from "../../protocol/api/secrets.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { InputImpact } from "../../protocol/api/variables.ts";
import { renewSecrets } from "../../workers/jobs/renew-secrets.ts";
import type { Context } from "../../workers/services/context.ts";
import { newVersion } from "../../workers/services/secrets/new-version.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { ownApp } from "../harness/worker/own-app.ts";
import { config, deployed, lastFile, roll } from "../harness/worker/roll-out.ts";
import { get, rotate, set, usageOf } from "../harness/worker/secrets.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

const one = async (w: World, name = "web-1") => (await enrol(w, [name]))[0] as EnrolledAgent;

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
