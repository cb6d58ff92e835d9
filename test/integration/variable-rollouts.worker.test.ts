/** Variables in what agents run: who gets which value, what a release freezes, and what a change would touch. */
import { expect, it } from "vitest";
import type { AgentRender } from "../../protocol/api/renders.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { AgentVariable, InputImpact } from "../../protocol/api/variables.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { config, deployed, lastFile, plan, roll } from "../harness/worker/roll-out.ts";
import { list, pathOf, set } from "../harness/worker/variables.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const labelled = (w: World, name: string, labels: Record<string, string>) =>
  enrol(w, [name], {
    identifying: { "service.name": "greeter", "service.instance.id": name },
    nonIdentifying: Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [`muster.label.${key}`, value]),
    ),
  }).then(([agent]) => agent as EnrolledAgent);

it("gives each agent the most special row, and says which it is", async () => {
  const w = await world();
  const [plain, eu] = [await labelled(w, "plain", {}), await labelled(w, "eu", { region: "eu" })];
  await set(w, { name: "WHO", value: "environment" });
  await set(w, { name: "WHO", value: "fleet", fleet: w.fleet });
  await set(w, { name: "WHO", value: "labels", selector: "region=eu" });
  await set(w, { name: "UNNAMED", value: "never sent" });
  const greeting = await config(w, "greeting", `hello \${var:WHO}, \${agent:region:-nowhere}\n`);
  await deployed(w, { assignments: [{ config: greeting }] });
  expect([lastFile(plain), lastFile(eu)]).toEqual(["hello fleet, nowhere\n", "hello labels, eu\n"]);

  const shown = await expectCall<{ items: AgentVariable[] }>(200, "GET", `/v1/agents/${eu.id}/variables`, {
    token: w.token,
  });
  expect(
    shown.items.map(({ name, named, chosen, rows }) => [name, named, chosen?.value, rows.length]),
  ).toEqual([
    ["UNNAMED", false, "never sent", 1],
    ["WHO", true, "labels", 3],
  ]);
  const levels = shown.items[1]?.rows.filter(({ matches }) => matches).map(({ level }) => level);
  expect(levels?.sort()).toEqual(["environment", "fleet", "labels"]);
});

it("sends nothing that no file of the agent names", async () => {
  const w = await world();
  const [web, db] = [await labelled(w, "web", { role: "web" }), await labelled(w, "db", { role: "db" })];
  await set(w, { name: "WEB_ONLY", value: "planted-for-web" });
  await set(w, { name: "DB_ONLY", value: "planted-for-db" });
  const webConfig = await config(w, "web", `\${var:WEB_ONLY}\n`);
  const dbConfig = await config(w, "db", `\${var:DB_ONLY}\n`);
  await deployed(w, {
    assignments: [
      { config: webConfig, selector: "role=web" },
      { config: dbConfig, selector: "role=db" },
    ],
  });
  const allThatCame = ({ fake }: EnrolledAgent) =>
    fake.received
      .flatMap(({ remoteConfig, customMessage }) => [
        ...Object.values(remoteConfig?.config?.configMap ?? {}).map(({ body }) => body),
        ...(customMessage ? [customMessage.data] : []),
      ])
      .map((bytes) => new TextDecoder().decode(bytes))
      .join("\n");
  expect(allThatCame(web)).toContain("planted-for-web");
  expect(allThatCame(web)).not.toContain("planted-for-db");
  expect(allThatCame(db)).toContain("planted-for-db");
  expect(allThatCame(db)).not.toContain("planted-for-web");
});

it("keeps what a release froze until a rollout takes its inputs anew", async () => {
  const w = await world();
  const agent = await labelled(w, "a", {});
  const { id } = await set(w, { name: "PORT", value: 80 });
  const greeting = await config(w, "greeting", `port \${var:PORT}\n`);
  await deployed(w, { assignments: [{ config: greeting }] });
  await expectCall(200, "PATCH", `/v1/variables/${id}`, { token: w.token, body: { value: 81 } });

  // A rollout of something else changes no other config.
  const motd = await config(w, "motd", "welcome\n");
  await deployed(w, { assignments: [{ config: motd, fileName: "motd" }], keepOthers: true });
  expect(lastFile(agent)).toBe("port 80\n");

  const refused = await roll(w, { assignments: [], refreshInputs: true });
  expect(refused.body.errors.map(({ path }) => path)).toEqual(["assignments"]);

  const anew = { assignments: [], keepOthers: true, refreshInputs: true };
  const preview = await plan(w, anew);
  expect(preview.diffs.map(({ agents, reasons }) => [agents, reasons])).toEqual([
    [1, ["variable PORT: 80 → 81"]],
  ]);
  await deployed(w, anew);
  expect(lastFile(agent)).toBe("port 81\n");
});

it("tells which agents a change would touch before it is made, and after", async () => {
  const w = await world();
  await labelled(w, "plain", {});
  await labelled(w, "eu", { region: "eu" });
  const { id } = await set(w, { name: "WHO", value: "all" });
  const greeting = await config(w, "greeting", `hello \${var:WHO}\n`);
  await deployed(w, { assignments: [{ config: greeting }] });

  const whatIf = (body: object) =>
    expectCall<InputImpact>(200, "POST", `${pathOf(w)}?dryRun=true`, { token: w.token, body });
  const noted = async () =>
    (await expectCall<InputImpact>(200, "GET", `/v1/variables/${id}/impact`, { token: w.token })).changed;

  await until(
    () => expectCall<InputImpact>(200, "GET", `/v1/variables/${id}/impact`, { token: w.token }),
    ({ fleets }) => fleets.length === 1,
  );
  expect(await noted()).toBe(0);
  const special = await whatIf({ name: "WHO", value: "eu", selector: "region=eu" });
  expect(special.fleets).toMatchObject([{ agents: 2, changed: 1, names: ["eu"], problem: null }]);
  expect((await whatIf({ name: "WHO", value: "all" })).changed).toBe(0);
  expect((await whatIf({ name: "OTHER", value: "all" })).fleets).toEqual([]);
  expect((await list(w)).items).toHaveLength(1);

  await expectCall(200, "PATCH", `/v1/variables/${id}`, { token: w.token, body: { value: "everybody" } });
  expect(await noted()).toBe(2);
});

it("refuses a rollout that names what nobody set, or what two rows claim, by agent, file and line", async () => {
  const w = await world();
  await labelled(w, "eu-db", { region: "eu", role: "db" });
  const greeting = await config(w, "greeting", `first\nhello \${var:WHO}\n`);
  const missing = await roll(w, { assignments: [{ config: greeting }] });
  expect(missing.body.code).toBe("config_invalid");
  expect(missing.body.errors[0]?.path).toBe("assignments[0].content:2:7");

  await set(w, { name: "WHO", value: 1, selector: "region=us" });
  const other = await roll(w, { assignments: [{ config: greeting }] });
  expect(other.body.code).toBe("plan_impossible");
  expect(other.body.detail).toMatch(/eu-db.*greeting v1.*line 2.*\$\{var:WHO\}/);

  await set(w, { name: "WHO", value: 1, selector: "region=eu" });
  await set(w, { name: "WHO", value: 2, selector: "role=db" });
  const conflict = await roll(w, { assignments: [{ config: greeting }] });
  expect(conflict.body.code).toBe("plan_impossible");
  expect(conflict.body.detail).toMatch(/eu-db.*WHO.*"region=eu".*"role=db"/);
});

it("refuses a value that makes a config invalid, which was valid with the placeholder", async () => {
  const w = await world();
  await labelled(w, "lb", {});
  await set(w, { name: "MODE", value: "sideways" });
  const content = `defaults\n  mode \${var:MODE}\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\nfrontend f\n  bind :80\n  default_backend b\nbackend b\n  server s1 127.0.0.1:8080\n`;
  const edge = await config(w, "edge", content, "haproxy");
  const refused = await roll(w, { assignments: [{ config: edge }] });
  expect(refused.body.code).toBe("config_invalid");
  expect(refused.body.detail).toMatch(/edge v1.*agent lb.*line 2/);
  expect(refused.body.errors[0]?.path).toMatch(/^assignments\[0\]\.rendered:2:/);
  const [row] = (await list(w)).items;
  await expectCall(200, "PATCH", `/v1/variables/${row?.id}`, { token: w.token, body: { value: "http" } });
  await deployed(w, { assignments: [{ config: edge }] });
});

it("renders one agent against what is wanted, applied and reported", async () => {
  const w = await world();
  const agent = await labelled(w, "a", { region: "eu" });
  await set(w, { name: "WHO", value: "one" });
  const greeting = await config(w, "greeting", `hello \${var:WHO}\n`);
  const render = (body: object = {}) =>
    expectCall<AgentRender>(200, "POST", `/v1/agents/${agent.id}/render`, { token: w.token, body });
  expect((await render()).problem).toMatch(/no current release/);

  const first = await render({ assignments: [{ config: greeting }] });
  expect(first).toMatchObject({ change: "changed", reasons: ["greeting v1 newly matches, as config.txt"] });
  await deployed(w, { assignments: [{ config: greeting }] });
  expect(await render()).toMatchObject({ change: "unchanged", reasons: [], problem: null });

  const [row] = (await list(w)).items;
  await expectCall(200, "PATCH", `/v1/variables/${row?.id}`, { token: w.token, body: { value: "two" } });
  const anew = await render({ refreshInputs: true });
  expect(anew.reasons).toEqual(['variable WHO: "one" → "two"']);
  const [file] = anew.files;
  expect(file?.content).toBe("hello two\n");
  expect(file?.against.desired).toContain("-hello one\n+hello two");
  expect(file?.against.applied).toBe(file?.against.desired);
  expect(file?.against.effective).toBeNull();

  const none = await render({ assignments: [{ config: greeting, selector: "region=us" }] });
  expect(none).toMatchObject({ hash: null, change: "none", files: [] });
});

it("tries no configs out for who may not read variables", async () => {
  const w = await world();
  const agent = await labelled(w, "a", {});
  await set(w, { name: "WHO", value: "hidden" });
  const greeting = await config(w, "greeting", `hello \${var:WHO}\n`);
  const permissions = ["organization.read", "fleet.read", "agent.read", "config.read"];
  const { id } = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: { name: "looks at agents", statements: [{ permissions }] },
  });
  const { token } = await member(w, id);
  const path = `/v1/agents/${agent.id}/render`;
  await expectCall(200, "POST", path, { token, body: {} });
  const refused = await call<Problem>("POST", path, { token, body: { assignments: [{ config: greeting }] } });
  expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining("variable.read") } });
});

it("refuses a release whose variables are more than its row takes, and names the largest", async () => {
  const w = await world();
  const names = Array.from({ length: 18 }, (_, i) => `BIG_${i}`);
  for (const name of names) await set(w, { name, value: "x".repeat(30_000) });
  const all = await config(w, "all", names.map((name) => `\${var:${name}}`).join("\n"));
  const refused = await roll(w, { assignments: [{ config: all }] });
  expect(refused.body.code).toBe("config_invalid");
  expect(refused.body.detail).toContain("BIG_");
});

it("gives a newcomer nothing that cannot be filled in for it, and explains why", async () => {
  const w = await world();
  await labelled(w, "eu", { zone: "eu" });
  const greeting = await config(w, "greeting", `zone \${agent:zone}\n`);
  await deployed(w, { assignments: [{ config: greeting }] });
  const nowhere = await labelled(w, "nowhere", {});
  const { reasons } = await expectCall<{ reasons: { text: string }[] }>(
    200,
    "GET",
    `/v1/agents/${nowhere.id}/explain`,
    { token: w.token },
  );
  expect(reasons.map(({ text }) => text).join("\n")).toContain("${agent:zone}");
  const rendered = await expectCall<AgentRender>(200, "POST", `/v1/agents/${nowhere.id}/render`, {
    token: w.token,
    body: {},
  });
  expect(rendered.problem).toMatch(/greeting v1.*line 1.*\$\{agent:zone\}/);
  expect(lastFile(nowhere)).toBeUndefined();
});
