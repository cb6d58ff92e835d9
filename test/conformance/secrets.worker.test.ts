/** On the wire: an agent is sent the secrets that its files name and no other, and who holds which version is known. */
import { expect, it } from "vitest";
import type { RolloutDetail, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { Secret, SecretUsage } from "../../protocol/api/secrets.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { secretFileRole } from "../../protocol/opamp/config-map.ts";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import type { FakeAgentOptions } from "../harness/fake-agent.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { expectCall, type World, world } from "../harness/world.ts";

const values = {
  web: "only-web-reads-this",
  everywhere: "nobody-gets-this-one",
  db: "only-db-reads-this",
  unnamed: "no-file-names-this",
} as const;

interface Wired extends EnrolledAgent {
  /** All that came over its connection. */
  wire: string[];
}

async function agentOf(w: World, type: string, name: string, options: Partial<FakeAgentOptions> = {}) {
  const identifying = { "service.name": type, "service.instance.id": name };
  const [agent] = await enrol(w, [name], { ...options, identifying });
  if (!agent) throw new Error(`${name} did not enrol`);
  const wire: string[] = [];
  agent.socket.addEventListener("message", ({ data }) => {
    wire.push(typeof data === "string" ? data : Buffer.from(data as ArrayBuffer).toString("latin1"));
  });
  return Object.assign(agent, { wire }) satisfies Wired;
}

const set = (w: World, name: string, value: string, selector = "") =>
  expectCall<Secret>(201, "POST", `/v1/environments/${w.environment}/secrets`, {
    token: w.token,
    body: { name, value, selector },
  });

async function config(w: World, name: string, content: string): Promise<string> {
  const path = `/v1/projects/${w.project}/configs`;
  const body = { name, kind: "file", content };
  return (await expectCall<{ id: string }>(201, "POST", path, { token: w.token, body })).id;
}

async function ended(w: World, body: object): Promise<RolloutDetail> {
  const { rollout } = await expectCall<StartedRollout>(201, "POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body,
  });
  return until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${rollout.id}`, { token: w.token }),
    ({ endedAt }) => endedAt !== null,
  );
}

const found = (wire: readonly string[]) =>
  Object.keys(values).filter((key) =>
    wire.some((frame) => frame.includes(values[key as keyof typeof values])),
  );

it("sends each agent what its files name, by its own labels, and nothing of another's", async () => {
  const w = await world();
  const web = await agentOf(w, "web", "web-1");
  const db = await agentOf(w, "db", "db-1");
  const plain = await agentOf(w, "plain", "plain-1");
  await set(w, "WEB_TOKEN", values.web);
  await set(w, "PASSWORD", values.everywhere);
  await set(w, "PASSWORD", values.db, "service.name=db");
  await set(w, "UNNAMED", values.unnamed);
  const assignments = [
    { config: await config(w, "web", "token ${secret:WEB_TOKEN}\n"), selector: "service.name=web" },
    { config: await config(w, "db", "password ${secret:PASSWORD}\n"), selector: "service.name=db" },
    { config: await config(w, "plain", "nothing to hide\n"), selector: "service.name=plain" },
  ].map((one) => ({ ...one, version: 1 }));
  const rollout = await ended(w, { assignments, gates: { soakSeconds: 0 } });
  expect(rollout.state, rollout.reason ?? "").toBe("succeeded");

  expect(found(web.wire)).toEqual(["web"]);
  expect(found(db.wire)).toEqual(["db"]);
  expect(found(plain.wire)).toEqual([]);
  expect(plain.wire.join()).toContain("nothing to hide");
  const saysSecret = ({ wire }: Wired) => wire.join().includes(secretFileRole);
  expect([web, db, plain].map(saysSecret)).toEqual([true, true, false]);
});

it("knows who holds version 3, and who still holds the first", async () => {
  const w = await world();
  const stuck: Partial<FakeAgentOptions> = {
    onConfig(fake, { configHash, config: map }) {
      const text = new TextDecoder().decode(map?.configMap["config.txt"]?.body);
      if (text === "token value-1\n") fake.applied(uidToHex(configHash));
      else fake.failed(uidToHex(configHash), `cannot use ${text}`);
    },
  };
  await agentOf(w, "web", "web-1");
  await agentOf(w, "web", "web-2", stuck);
  const plain = await agentOf(w, "plain", "plain-1");
  const { id } = await set(w, "TOKEN", "value-1");
  const assignments = [
    { config: await config(w, "web", "token ${secret:TOKEN}\n"), selector: "service.name=web" },
    { config: await config(w, "plain", "nothing to hide\n"), selector: "service.name=plain" },
  ].map((one) => ({ ...one, version: 1 }));
  const first = await ended(w, { assignments, gates: { soakSeconds: 0 } });
  expect(first.state, first.reason ?? "").toBe("succeeded");

  const usage = () => expectCall<SecretUsage>(200, "GET", `/v1/secrets/${id}/usage`, { token: w.token });
  const held = async () =>
    (await usage()).fleets.flatMap(({ versions }) =>
      versions
        .filter(({ agents }) => agents > 0)
        .map(({ number, first: names }) => [number, names.map(({ name }) => name)]),
    );
  expect(await held()).toEqual([[1, ["web-1", "web-2"]]]);

  for (const value of ["value-2", "value-3"]) {
    const path = `/v1/secrets/${id}/versions`;
    await expectCall(201, "POST", path, { token: w.token, body: { value } });
  }
  expect(await held()).toEqual([[1, ["web-1", "web-2"]]]);
  const second = await ended(w, {
    assignments: [],
    keepOthers: true,
    refreshInputs: true,
    gates: { soakSeconds: 0, maxFailures: 1 },
    autoRevert: false,
  });
  expect(second.counts).toMatchObject({ verified: 1, failed: 1 });
  expect((await held()).sort()).toEqual([
    [1, ["web-2"]],
    [3, ["web-1"]],
  ]);
  const { fleets, releases } = await usage();
  expect(fleets[0]?.held).toEqual(expect.arrayContaining([1, 3]));
  expect(fleets[0]?.held).not.toContain(2);
  expect(releases.map(({ version }) => version)).toEqual([3, 1]);

  // What the agent said of it is masked wherever it is told.
  const told = await Promise.all(
    [
      `/v1/rollouts/${second.id}/agents`,
      `/v1/rollouts/${second.id}/explain`,
      `/v1/fleets/${w.fleet}/events`,
    ].map(async (path) => JSON.stringify(await expectCall<unknown>(200, "GET", path, { token: w.token }))),
  );
  expect(told[0]).toContain("cannot use token ••••••(TOKEN v3)");
  expect(told.join()).not.toMatch(/value-\d/);
  expect(plain.wire.join()).not.toMatch(/value-\d/);
});

it("says what is wrong with a line that names a secret without a word of the value", async () => {
  const w = await world();
  await agentOf(w, "web", "web-1");
  await set(w, "KEY", values.web);
  await expectCall(201, "POST", `/v1/environments/${w.environment}/variables`, {
    token: w.token,
    body: { name: "WORD", value: "frontnd" },
  });
  const path = `/v1/projects/${w.project}/configs`;
  const content = "frontend f\n  bind :80\n  ${var:WORD} ${secret:KEY}\n";
  const body = { name: "proxy", kind: "haproxy", content };
  const { id } = await expectCall<{ id: string }>(201, "POST", path, { token: w.token, body });
  const assignments = [{ config: id, version: 1, selector: "" }];
  const refused = await expectCall<Problem>(422, "POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body: { assignments },
  });
  expect(refused.code).toBe("config_invalid");
  expect(refused.detail).toMatch(/line 3.*frontnd/);
  expect(JSON.stringify(refused)).not.toContain(values.web);
});
