/** What becomes of a secret's older values, and of one that does not fit where configs name it. */
import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { maxValuesKept, oldValuesKept } from "../../domain/secrets/versions.ts";
import type { AgentRender } from "../../protocol/api/renders.ts";
import type { RolloutDetail, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { SecretChange, SecretVersion, SecretVersionChange } from "../../protocol/api/secrets.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { InputImpact } from "../../protocol/api/variables.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

const twoLines = "first part\nsecond part";

const set = (w: World, name: string, value: string) =>
  expectCall<SecretChange>(201, "POST", `/v1/environments/${w.environment}/secrets`, {
    token: w.token,
    body: { name, value },
  });

const rotate = (w: World, id: string, value: string) =>
  expectCall<SecretVersionChange>(201, "POST", `/v1/secrets/${id}/versions`, {
    token: w.token,
    body: { value },
  });

async function versionsOf(w: World, id: string): Promise<Map<number, SecretVersion["state"]>> {
  const path = `/v1/secrets/${id}/versions?limit=200`;
  const { items } = await expectCall<{ items: SecretVersion[] }>(200, "GET", path, { token: w.token });
  return new Map(items.map(({ number, state }) => [number, state]));
}

async function config(w: World, content: string, kind: string): Promise<string> {
  const path = `/v1/projects/${w.project}/configs`;
  const body = { name: "named", kind, content };
  return (await expectCall<{ id: string }>(201, "POST", path, { token: w.token, body })).id;
}

async function deployed(w: World, assignments: object[]): Promise<void> {
  const { rollout } = await expectCall<StartedRollout>(201, "POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body: { assignments, gates: { soakSeconds: 0 } },
  });
  const ended = await until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${rollout.id}`, { token: w.token }),
    (one) => one.endedAt !== null,
  );
  expect(ended.state, ended.reason ?? "").toBe("succeeded");
}

describe("older values", () => {
  it("go when another is set, but for the newest and those that an agent may be sent", async () => {
    const w = await world();
    await enrol(w, ["web-1"]);
    const { id } = await set(w, "TOKEN", "value number 1");
    await rotate(w, id, "value number 2");
    const token = await config(w, "token ${secret:TOKEN}\n", "file");
    await deployed(w, [{ config: token, version: 1, selector: "" }]);
    for (let number = 3; number <= oldValuesKept + 2; number++) await rotate(w, id, `value number ${number}`);
    expect((await versionsOf(w, id)).get(1)).toBe("old");

    const { receipt } = await rotate(w, id, "one more value");
    expect(receipt.warnings.join()).toContain("Version 1 is destroyed");
    expect(receipt.changes).toContainEqual({
      path: "secret.versions.1.destroyed",
      before: false,
      after: true,
    });
    await rotate(w, id, "and yet another");
    await rotate(w, id, "and the last one");
    const states = await versionsOf(w, id);
    // Version 2 is what the agent runs.
    expect([1, 2, 3, 4].map((number) => states.get(number))).toEqual([
      "destroyed",
      "old",
      "destroyed",
      "old",
    ]);
    const audit = await call("GET", `/v1/orgs/${w.organization}/audit-events?action=secret.rotate`, {
      token: w.token,
    });
    expect(JSON.stringify(audit.body)).toContain("destroyed 1");
  });

  it("are as many as may be: then no further one is taken", async () => {
    const w = await world();
    const { id } = await set(w, "TOKEN", "value number 1");
    await rotate(w, id, "value number 2");
    const { DB } = env as unknown as { DB: D1Database };
    // Nobody has decided on any of these; made here, since a caller's rate is smaller.
    await DB.prepare(
      `with recursive numbers (n) as (select 3 union all select n + 1 from numbers where n < ?)
       insert into secret_versions
       select 'x' || n || v.id, v.organization_id, v.secret_id, n, v.key_id, v.sealed, 'pending', v.author, v.person,
              null, null, v.created_at, null
       from numbers, secret_versions v where v.secret_id = ? and v.number = 1`,
    )
      .bind(maxValuesKept, id)
      .run();
    await DB.prepare("update secrets set latest_version = ? where id = ?").bind(maxValuesKept, id).run();
    const refused = await call<Problem>("POST", `/v1/secrets/${id}/versions`, {
      token: w.token,
      body: { value: "one too many" },
    });
    expect(refused.body).toMatchObject({ code: "conflict" });
    expect(refused.body.detail).toMatch(/has 100 versions whose values are kept/);
  });
});

describe("a value that does not fit", () => {
  it("is told by every dry run, and by none in its own words", async () => {
    const w = await world();
    const [agent] = await enrol(w, ["web-1"]);
    const { id } = await set(w, "KEY", "one line");
    const content = "frontend f\n  bind :80\n  http-request deny if { hdr(x) ${secret:KEY} }\n";
    const proxy = await config(w, content, "haproxy");
    const assignments = [{ config: proxy, version: 1, selector: "" }];
    await deployed(w, assignments);

    const impactNow = () =>
      expectCall<InputImpact>(200, "GET", `/v1/secrets/${id}/impact`, { token: w.token });
    await until(impactNow, ({ fleets }) => fleets.length > 0);
    const dry = await expectCall<InputImpact>(200, "POST", `/v1/secrets/${id}/versions?dryRun=true`, {
      token: w.token,
      body: { value: twoLines },
    });
    expect(dry.fleets[0]?.problem).toMatch(/\$\{secret:KEY\}.*line break/);

    await rotate(w, id, twoLines);
    const impact = await impactNow();
    expect(impact.fleets[0]?.problem).toMatch(/\$\{secret:KEY\}.*line break/);

    const render = await expectCall<AgentRender>(200, "POST", `/v1/agents/${agent?.id}/render`, {
      token: w.token,
      body: { assignments, refreshInputs: true },
    });
    expect(render.problem).toMatch(/line 3.*\$\{secret:KEY\}.*line break/);
    expect(JSON.stringify([dry, impact, render])).not.toMatch(/first part|second part/);
  });
});

it("shows no difference between what an agent would get and what it has, in whatever quotes a mask stands", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"], {
    onConfig(fake, { configHash, config: map }) {
      fake.applied([...configHash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
      fake.say({ effectiveConfig: { configMap: map } });
    },
  });
  const { id } = await set(w, "KEY", "plain-word");
  const auth = "basic_auth: {username: u, password: ${secret:KEY}}";
  const targets = "static_configs: [{targets: ['localhost:9100']}]";
  const content = `scrape_configs:\n  - job_name: a\n    ${auth}\n    ${targets}\n`;
  const scraper = await config(w, content, "prometheus");
  const assignments = [{ config: scraper, version: 1, selector: "" }];
  await deployed(w, assignments);
  const render = (body: object = {}) =>
    expectCall<AgentRender>(200, "POST", `/v1/agents/${agent?.id}/render`, { token: w.token, body });
  const now = await until(
    () => render(),
    ({ files }) => files[0]?.against.effective !== null,
  );
  expect(now.files[0]?.against.effective).toBe("");
  await rotate(w, id, "other-word");
  const next = await render({ assignments, refreshInputs: true });
  expect(next.files[0]?.against.effective).toContain("KEY v2");
  expect(JSON.stringify([now, next])).not.toMatch(/plain-word|other-word/);
});
