/** Logs that a fleet keeps, by the API: what agents ship, kept by an object of their own. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { KeptLogs, LogShippingChanged, LogShippingView } from "../../protocol/api/logs.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { Usage } from "../../protocol/api/usage.ts";
import { logsCapability, streamsCapability } from "../../protocol/custom/agent.ts";
import type { ShippedLine } from "../../protocol/custom/logs.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { usualCapabilities } from "../harness/fake-agent.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { audit } from "../harness/worker/exec.ts";
import { stubOf, until, value } from "../harness/worker/fleet-world.ts";
import { credentialOf, dialShipping, joinShipping, packed, shipOrders } from "../harness/worker/shipping.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

// The test configuration binds it.
const objects = (env as unknown as { AGENT_LOGS: DurableObjectNamespace }).AGENT_LOGS;
const hourMs = 3_600_000;
const head = { run: "run-of-test", batch: 1, dropped: {} };

async function host(custom: readonly string[] = [streamsCapability, logsCapability]) {
  const w = await world();
  const capabilities = [...usualCapabilities, "AcceptsOpAMPConnectionSettings"] as const;
  const [agent] = await enrol(w, ["web-1"], { own: true, custom, capabilities });
  if (!agent) throw new Error("no agent enrolled");
  return { w, agent };
}

const keep = (w: World, body: object = { enabled: true }) =>
  expectCall<LogShippingChanged>(200, "PUT", `/v1/fleets/${w.fleet}/log-shipping`, { token: w.token, body });

const kept = (w: World, agent: EnrolledAgent, query = "", token = w.token) =>
  expectCall<KeptLogs>(200, "GET", `/v1/agents/${agent.id}/logs${query}`, { token });

const line = (text: string, over: Partial<ShippedLine> = {}): ShippedLine => ({
  t: Date.now(),
  s: "program",
  o: null,
  l: text,
  ...over,
});

it("tells agents what to ship: at the change, and at each connection", async () => {
  const { w, agent } = await host();
  const before = await expectCall<LogShippingView>(200, "GET", `/v1/fleets/${w.fleet}/log-shipping`, {
    token: w.token,
  });
  expect(before).toMatchObject({ enabled: false, taken: true });
  const { shipping, receipt } = await keep(w, {
    enabled: true,
    sources: ["program", "file//var/log/*"],
    retentionDays: 3,
  });
  expect(shipping).toMatchObject({ enabled: true, retentionDays: 3, dailyMegabytes: 100, taken: true });
  expect(receipt.cost?.summary).toContain("100 MB each day: 0.75 EUR a month");
  const orders = await until(
    () => shipOrders(agent.fake),
    (seen) => seen.length === 1,
  );
  expect(orders[0]).toEqual({ enabled: true, sources: ["program", "file//var/log/*"], retentionDays: 3 });
  const [later] = await enrol(w, ["web-2"], { own: true, custom: [logsCapability] });
  await until(
    () => (later ? shipOrders(later.fake) : []),
    (seen) => seen.length === 1,
  );
  await keep(w, { enabled: false });
  const ended = await until(
    () => shipOrders(agent.fake),
    (seen) => seen.length === 2,
  );
  expect(ended[1]?.enabled).toBe(false);
  const notes = (await audit(w)).filter(({ action }) => action === "fleet.log_shipping");
  expect(notes).toHaveLength(2);
  const viewer = await member(w, "viewer");
  const path = `/v1/fleets/${w.fleet}/log-shipping`;
  expect((await call("PUT", path, { token: viewer.token, body: { enabled: true } })).status).toBe(403);
});

it("keeps what an agent ships, each batch once, and finds it again, newest first", async () => {
  const { w, agent } = await host();
  await keep(w);
  const credential = await credentialOf(agent.fake);
  const shipping = await joinShipping(credential);
  const at = Date.now() - 60_000;
  const lines = Array.from({ length: 10 }, (_, i) => line(`line ${i}`, { t: at + i }));
  expect(await shipping.ship({ batch: 1 }, lines)).toEqual({ type: "stored", batch: 1 });
  // Its answer was lost: it comes again.
  expect(await shipping.ship({ batch: 1 }, lines)).toEqual({ type: "stored", batch: 1 });
  const other = line("Connection REFUSED", { s: "file//var/log/app.log", t: null, o: "stderr" });
  await shipping.ship({ batch: 2, dropped: { program: 7 } }, [other]);
  await evictDurableObject(objects.get(objects.idFromName(agent.id)));
  const again = await joinShipping(credential);
  await again.ship({ run: "another-run", batch: 1 }, [line("after the eviction")]);

  const all = await kept(w, agent);
  expect(all.items.map(({ text, dropped }) => (dropped > 0 ? dropped : text))).toEqual([
    "after the eviction",
    "Connection REFUSED",
    7,
    ...lines.map(({ l }) => l).reverse(),
  ]);
  expect(all.items[1]).toMatchObject({ source: "file//var/log/app.log", stream: "stderr", dropped: 0 });
  expect(all.items[2]).toMatchObject({ source: "program", text: "", dropped: 7 });
  expect(all.nextCursor).toBeNull();
  expect(all.kept.sources).toEqual(["file//var/log/app.log", "program"]);
  expect(all.kept.bytes).toBe(10 * 7 + "Connection REFUSED\n".length + "after the eviction\n".length);
  expect(all.kept.todayBytes).toBe(all.kept.bytes);

  expect((await kept(w, agent, "?q=refused")).items.map(({ text }) => text)).toEqual(["Connection REFUSED"]);
  expect((await kept(w, agent, "?source=program&limit=2")).items).toHaveLength(2);
  const window = `?since=${new Date(at + 3).toISOString()}&until=${new Date(at + 5).toISOString()}`;
  expect((await kept(w, agent, window)).items.map(({ text }) => text)).toEqual(["line 4", "line 3"]);
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: KeptLogs = await kept(w, agent, `?limit=3${cursor ? `&cursor=${cursor}` : ""}`);
    paged.push(...page.items.map(({ text }) => text));
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(all.items.map(({ text }) => text));
  const bad = await call<Problem>("GET", `/v1/agents/${agent.id}/logs?cursor=x`, { token: w.token });
  expect([bad.status, bad.body.errors[0]?.path]).toEqual([400, "cursor"]);
  const read = (await audit(w)).filter(({ action }) => action === "log.read");
  expect(read.length).toBeGreaterThan(0);
  expect(read[0]?.sensitiveRead).toBe(true);
});

it("takes nothing beyond the day's quota, and says until when", async () => {
  const { w, agent } = await host();
  await keep(w, { enabled: true, dailyMegabytes: 1 });
  const shipping = await joinShipping(await credentialOf(agent.fake));
  const big = Array.from({ length: 25 }, () => line("x".repeat(9_999)));
  for (const batch of [1, 2, 3, 4]) expect((await shipping.ship({ batch }, big)).type).toBe("stored");
  const answer = await shipping.ship({ batch: 5 }, [line("one more")]);
  expect(answer).toMatchObject({ type: "quota", batch: 5 });
  if (answer.type !== "quota") throw new Error("not refused");
  expect(answer.untilMs % (24 * hourMs)).toBe(0);
  expect(answer.untilMs).toBeGreaterThan(Date.now());
  // A greater quota counts from the next connection on.
  await keep(w, { enabled: true, dailyMegabytes: 2 });
  await shipping.closed;
  const more = await joinShipping(await credentialOf(agent.fake));
  expect((await more.ship({ batch: 5, dropped: { program: 3 } }, [line("again")])).type).toBe("stored");
  expect((await kept(w, agent, "?limit=2")).items.map(({ text, dropped }) => [text, dropped])).toEqual([
    ["again", 0],
    ["", 3],
  ]);
});

it("lets nobody ship but an agent of a fleet that keeps logs, by its own credential", async () => {
  const { w, agent } = await host();
  const credential = await credentialOf(agent.fake);
  const status = async (authorization: string | null) => {
    const answer = await dialShipping(authorization);
    return [answer.status, ((await answer.json()) as Problem).detail];
  };
  expect(await status(null)).toEqual([401, expect.stringContaining("no agent credential")]);
  expect(await status(`Bearer ${w.token}`)).toEqual([401, expect.stringContaining("not signed")]);
  const token = await expectCall<{ secret: string }>(201, "POST", `/v1/fleets/${w.fleet}/enrollment-tokens`, {
    token: w.token,
    body: {},
  });
  expect(await status(`Bearer ${token.secret}`)).toEqual([401, expect.stringContaining("ships nothing")]);
  expect(await status(credential)).toEqual([409, expect.stringContaining("keeps no logs")]);
  await keep(w);
  const shipping = await joinShipping(credential);
  await shipping.ship({ batch: 1 }, [line("before")]);
  await expectCall(200, "POST", `/v1/agents/${agent.id}/revoke`, { token: w.token });
  await shipping.closed;
  expect((await status(credential))[0]).toBe(401);
  expect((await kept(w, agent)).items.map(({ text }) => text)).toEqual(["before"]);
});

it.each([
  ["no gzip", async () => new Uint8Array([1, 2, 3])],
  ["no head", async () => packed([line("x")])],
  [
    "too much text",
    async () => packed([{ run: "run-of-test", batch: 1, dropped: {} }, line("x".repeat(300_000))]),
  ],
  [
    "a bomb",
    async () =>
      packed([
        { run: "run-of-test", batch: 1, dropped: {} },
        { ...line(""), l: " ".repeat(30_000_000) },
      ]),
  ],
  ["a name without end", async () => packed([head, line("", { s: "x".repeat(500_000) })])],
  [
    "too many sources",
    async () => packed([head, ...Array.from({ length: 257 }, (_, i) => line("", { s: `container/c${i}` }))]),
  ],
  [
    "what it dropped of too many sources",
    async () =>
      packed([{ ...head, dropped: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`c${i}`, 1])) }]),
  ],
  ["a time that no clock shows", async () => packed([head, line("", { t: 1e300 })])],
  ["a line that is longer than any", async () => packed([head, line("x".repeat(20_000))])],
])("closes the connection of an agent that sends %s, and keeps nothing of it", async (_, make) => {
  const { w, agent } = await host();
  await keep(w);
  const shipping = await joinShipping(await credentialOf(agent.fake));
  shipping.send(await make());
  expect((await shipping.closed).code).toBe(1007);
  expect((await kept(w, agent)).items).toEqual([]);
});

it("counts what takes more packed than its text", async () => {
  const { w, agent } = await host();
  await keep(w);
  const shipping = await joinShipping(await credentialOf(agent.fake));
  const noise = () =>
    crypto.getRandomValues(new Uint8Array(250)).reduce((text, byte) => text + byte.toString(36), "");
  await shipping.ship(
    { batch: 1 },
    Array.from({ length: 250 }, () => line("", { s: noise() })),
  );
  expect((await kept(w, agent)).kept.bytes).toBeGreaterThan(50_000);
});

it("answers long lines in pages of bounded size, each line once", async () => {
  const { w, agent } = await host();
  await keep(w);
  const shipping = await joinShipping(await credentialOf(agent.fake));
  const text = (i: number) => `${i} `.padEnd(16_000, "x");
  for (let batch = 1; batch <= 6; batch++) {
    await shipping.ship(
      { batch, dropped: { program: batch } },
      Array.from({ length: 16 }, (_, i) => line(text(batch * 16 + i))),
    );
  }
  const pages: KeptLogs["items"][] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: KeptLogs = await kept(w, agent, `?limit=1000${cursor ? `&cursor=${cursor}` : ""}`);
    pages.push(page.items);
    cursor = page.nextCursor;
  }
  expect(pages.map((items) => items.reduce((sum, item) => sum + item.text.length, 0) <= 1_100_000)).toEqual([
    true,
    true,
  ]);
  const told = pages.flat().map((item) => item.dropped || Number.parseInt(item.text, 10));
  const sent = [1, 2, 3, 4, 5, 6].flatMap((batch) => [
    batch,
    ...Array.from({ length: 16 }, (_, i) => batch * 16 + i),
  ]);
  expect(told).toEqual(sent.reverse());
});

it("keeps nothing more once the organization is deleted", async () => {
  const { w, agent } = await host();
  await keep(w);
  const credential = await credentialOf(agent.fake);
  const shipping = await joinShipping(credential);
  await shipping.ship({ batch: 1 }, [line("before")]);
  const scope = { organizationId: w.organization, fleetId: w.fleet } as FleetScope;
  expect(value(await stubOf(scope).setClosed(scope, true))).toBeNull();
  await shipping.closed;
  const refused = await dialShipping(credential);
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("is deleted")]);
  expect(value(await stubOf(scope).setClosed(scope, false))).toBeNull();
  expect((await (await joinShipping(credential)).ship({ batch: 2 }, [line("after")])).type).toBe("stored");
});

it("states closed hours on the fleet's meter once, and forgets what is too old", async () => {
  const { w, agent } = await host();
  await keep(w, { enabled: true, retentionDays: 1 });
  const shipping = await joinShipping(await credentialOf(agent.fake));
  await shipping.ship({ batch: 1 }, [line("12345"), line("€")]);
  const stub = objects.get(objects.idFromName(agent.id));
  /** As if it had come so many hours ago. */
  const age = (hours: number) =>
    runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec("UPDATE segments SET hour = hour - ?", hours * hourMs);
      const { facts } = state.storage.sql.exec<{ facts: string }>("SELECT facts FROM facts").one();
      const statedUntil = JSON.parse(facts).statedUntil - hours * hourMs;
      state.storage.sql.exec(
        "UPDATE facts SET facts = ?",
        JSON.stringify({ ...JSON.parse(facts), statedUntil }),
      );
    });
  const fleets = (env as unknown as { FLEET: DurableObjectNamespace }).FLEET;
  await runInDurableObject(fleets.get(fleets.idFromName(w.fleet)), (_, state) => {
    state.storage.sql.exec("UPDATE shipping_agents SET stated_until = stated_until - ?", 2 * hourMs);
  });
  await age(2);
  await evictDurableObject(stub);
  const fire = async () => {
    await runInDurableObject(stub, (_, state) => state.storage.setAlarm(Date.now() + 3_600_000));
    await runDurableObjectAlarm(stub);
  };
  const usage = async () => {
    const path = `/v1/orgs/${w.organization}/usage?from=${new Date(Date.now() - 24 * hourMs).toISOString()}`;
    const { meters } = await expectCall<Usage>(200, "GET", path, { token: w.token });
    return meters.find(({ meter }) => meter === "shipped_log_bytes")?.quantity;
  };
  await fire();
  expect(await usage()).toBe("12345\n€\n".length + 2);
  await fire();
  await evictDurableObject(stub);
  await fire();
  expect(await usage()).toBe("12345\n€\n".length + 2);
  expect((await kept(w, agent)).items).toHaveLength(2);
  await age(24);
  await evictDurableObject(stub);
  await fire();
  expect((await kept(w, agent)).items).toEqual([]);
  expect(await usage()).toBe("12345\n€\n".length + 2);
});

it("drops an agent's logs with the agent", async () => {
  const { w, agent } = await host();
  await keep(w);
  const shipping = await joinShipping(await credentialOf(agent.fake));
  await shipping.ship({ batch: 1 }, [line("a secret")]);
  await expectCall(200, "DELETE", `/v1/agents/${agent.id}`, { token: w.token });
  await shipping.closed;
  const stub = objects.get(objects.idFromName(agent.id));
  const left = await until(
    () =>
      runInDurableObject(stub, (_, state) => [
        ...state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('facts', 'segments')"),
      ]),
    (rows) => rows.length === 0,
  );
  expect(left).toEqual([]);
});
