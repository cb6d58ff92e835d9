/** Quotas in the batch and in the fleet's object; rates by the Limits object. */
import { describe, expect, it } from "vitest";
import { planTerms } from "../../domain/tenancy/plans.ts";
import type { Quotas } from "../../protocol/api/quotas.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { auditEvents, run } from "../harness/worker/audit.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { newId } from "../harness/worker/fleet-world.ts";
import { type Answer, call, expectCall, member, type World, world } from "../harness/world.ts";

const free = planTerms.free.quotas;

async function freeWorld(): Promise<World> {
  const w = await world();
  await run("update organizations set plan = 'free' where id = ?", w.organization);
  return w;
}
const quotasOf = (w: World) =>
  expectCall<Quotas>(200, "GET", `/v1/orgs/${w.organization}/quotas`, { token: w.token });
const used = async (w: World, name: string) =>
  (await quotasOf(w)).quotas.find((one) => one.name === name)?.used;
const createProject = (w: World, name: string) =>
  call<Problem>("POST", `/v1/orgs/${w.organization}/projects`, { token: w.token, body: { name } });

describe("a quota", () => {
  it("is told with what is used of it", async () => {
    const w = await freeWorld();
    const told = await quotasOf(w);
    expect(told).toMatchObject({ plan: "free", auditRetentionDays: 90, organizationId: w.organization });
    const of = (name: string) => told.quotas.find((one) => one.name === name);
    expect(of("projects")).toEqual({
      name: "projects",
      scope: "organization",
      limit: 20,
      used: 1,
      fullest: null,
    });
    expect(of("agentsPerFleet")).toMatchObject({ scope: "fleet", used: 0, fullest: { id: w.fleet } });
    expect(of("apiKeys")).toMatchObject({ used: 1 });
    expect(told.quotas.map(({ name }) => name)).toEqual(Object.keys(free));
  });

  it("lets one of two writers have the last place, and tells the other why", async () => {
    const w = await freeWorld();
    for (let i = 1; i < free.projects - 1; i++) expect((await createProject(w, `P ${i}`)).status).toBe(201);
    expect(await used(w, "projects")).toBe(free.projects - 1);
    const answers = await Promise.all([createProject(w, "Last A"), createProject(w, "Last B")]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 429]);
    const refused = answers.find(({ status }) => status === 429) as Answer<Problem>;
    expect(refused.body).toMatchObject({
      code: "quota_exceeded",
      retryable: false,
      quota: { name: "projects", limit: free.projects, used: free.projects, resetsAt: null },
    });
    expect(refused.body.detail).toContain("allows 20 projects");
    const headers = ["ratelimit-policy", "ratelimit"].map((name) => refused.headers.get(name));
    expect(headers).toEqual([
      `"projects";q=${free.projects}, "caller";q=1200;w=60, "organization";q=6000;w=60`,
      expect.stringMatching(/^"projects";r=0, "caller";r=\d+;t=\d+, "organization";r=\d+;t=\d+$/),
    ]);
    expect(await used(w, "projects")).toBe(free.projects);
    // What was refused left nothing: no environment of it, no audit row.
    expect(await used(w, "environments")).toBe(free.projects);
    expect(await auditEvents(w, "?action=project.create&limit=200")).toHaveLength(free.projects - 1);
  });

  it("counts what a larger plan allows at once", async () => {
    const w = await freeWorld();
    for (let i = 1; i < free.projects; i++) await createProject(w, `P ${i}`);
    expect((await createProject(w, "One more")).status).toBe(429);
    await run("update organizations set plan = 'team' where id = ?", w.organization);
    expect((await createProject(w, "One more")).status).toBe(201);
  });

  it("gives the place of a revoked key to another one", async () => {
    const w = await freeWorld();
    await run(
      "insert into api_keys (id, organization_id, name, role, prefix, secret_hash, created_by, created_at) with recursive n (i) as (select 1 union all select i + 1 from n where i < ?) select 'key_filler' || i, ?, 'filler', 'viewer', 'mk_', 'filler' || i || ?, 'nobody', 0 from n",
      free.apiKeys - 1,
      w.organization,
      w.organization,
    );
    const make = () =>
      call<Problem>("POST", `/v1/orgs/${w.organization}/api-keys`, {
        token: w.token,
        body: { name: "k", role: "viewer" },
      });
    expect((await make()).body).toMatchObject({ quota: { name: "apiKeys", used: free.apiKeys } });
    await run("update api_keys set revoked_at = 1 where id = 'key_filler1'");
    expect((await make()).status).toBe(201);
    await run("update api_keys set expires_at = 1 where id = 'key_filler2'");
    expect((await make()).status).toBe(201);
    expect((await make()).status).toBe(429);
  });

  it("holds the versions of each config by itself", async () => {
    const w = await freeWorld();
    const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
      token: w.token,
      body: { name: "c", kind: "file", content: "x\n" },
    });
    await run(
      `insert into config_versions (id, organization_id, config_id, number, sha256, size_bytes, author, content, created_at)
       with recursive n(i) as (select 2 union all select i + 1 from n where i < ?1)
       select 'ver_filler' || i, ?2, ?3, i, '', 0, 'x', '', 0 from n`,
      free.versionsPerConfig,
      w.organization,
      made.id,
    );
    await run("update configs set latest_version = ? where id = ?", free.versionsPerConfig, made.id);
    const versions = `/v1/configs/${made.id}/versions`;
    const save = () => call<Problem>("POST", versions, { token: w.token, body: { content: "y\n" } });
    const answer = await save();
    expect(answer.body).toMatchObject({
      code: "quota_exceeded",
      quota: { name: "versionsPerConfig", used: free.versionsPerConfig },
    });
    await expectCall(200, "DELETE", `${versions}/7`, { token: w.token });
    expect((await save()).status).toBe(201);
    expect((await save()).status).toBe(429);
    const other = await call("POST", `/v1/projects/${w.project}/configs`, {
      token: w.token,
      body: { name: "d", kind: "file", content: "x\n" },
    });
    expect(other.status).toBe(201);
  });

  it("tells how full the fullest fleet is", async () => {
    const w = await freeWorld();
    await enrol(w, ["first", "second"]);
    expect((await quotasOf(w)).quotas.find(({ name }) => name === "agentsPerFleet")).toEqual({
      name: "agentsPerFleet",
      scope: "fleet",
      limit: free.agentsPerFleet,
      used: 2,
      fullest: { id: w.fleet, name: "First fleet" },
    });
    const { token } = await member(w, "billing");
    const { quotas } = await quotasOf({ ...w, token });
    expect(quotas.find(({ name }) => name === "agentsPerFleet")).toMatchObject({ used: 2, fullest: null });
  });
});

describe("rates", () => {
  const limit = 10;

  async function limitedKey(w: World): Promise<string> {
    const key = await expectCall<{ secret: string }>(201, "POST", `/v1/orgs/${w.organization}/api-keys`, {
      token: w.token,
      body: { name: "slow", role: "viewer", requestsPerMinute: limit },
    });
    return key.secret;
  }
  const read = (w: World, token: string) =>
    call<Problem>("GET", `/v1/orgs/${w.organization}/projects`, { token });

  it("hold a key to its own limit, say so in headers, and leave others alone", async () => {
    const w = await freeWorld();
    const key = await limitedKey(w);
    const windows = new Set<string>();
    let allowed = 0;
    let answer = await read(w, key);
    for (; answer.status === 200 && allowed < 5 * limit; answer = await read(w, key)) {
      allowed++;
      expect(answer.headers.get("ratelimit-policy")).toBe(
        `"caller";q=${limit};w=60, "organization";q=6000;w=60`,
      );
      expect(answer.headers.get("ratelimit")).toMatch(
        /^"caller";r=\d;t=\d{1,2}, "organization";r=\d{1,4};t=\d{1,2}$/,
      );
      windows.add(String(Math.floor(Date.now() / 60_000)));
    }
    expect(answer.status).toBe(429);
    // A test that runs into the next minute has that minute's requests too.
    expect(allowed).toBeLessThanOrEqual(limit * windows.size);
    expect(allowed).toBeGreaterThanOrEqual(limit);
    expect(answer.body).toMatchObject({
      code: "rate_limited",
      retryable: true,
      quota: { name: "requestsPerMinute.caller", limit, used: limit },
    });
    expect(answer.headers.get("ratelimit")).toContain('"caller";r=0;');
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await read(w, w.token)).status).toBe(200);
  });

  it("say at the quotas what is used of them", async () => {
    const w = await freeWorld();
    const { rates } = await quotasOf(w);
    expect(rates.map(({ name, limit: most }) => [name, most])).toEqual([
      ["caller", 1200],
      ["organization", 6000],
    ]);
    expect(rates[0]?.used).toBeGreaterThan(0);
    expect(Date.parse(rates[0]?.resetsAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
  });

  it("are not told to who shows no credential", async () => {
    const answer = await call("GET", `/v1/orgs/${newId("organization")}/projects`);
    expect([answer.status, answer.headers.get("ratelimit")]).toEqual([401, null]);
  });
});
