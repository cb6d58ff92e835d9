/** Variables of an environment: what is taken, who wins, whom they reach, and what they would change. */
import { beforeAll, describe, expect, it } from "vitest";
import type { AgentRender } from "../../protocol/api/renders.ts";
import type { RolloutDetail, RolloutPreview, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { AgentVariable, InputImpact, Variable, VariableChange } from "../../protocol/api/variables.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const gates = { soakSeconds: 0 };
const pathOf = (w: World) => `/v1/environments/${w.environment}/variables`;

const set = (w: World, body: object) =>
  expectCall<VariableChange>(201, "POST", pathOf(w), { token: w.token, body });

const list = (w: World, query = "") =>
  expectCall<{ items: Variable[]; nextCursor: string | null }>(200, "GET", `${pathOf(w)}?${query}`, {
    token: w.token,
  });

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

const plan = (w: World, body: object) =>
  expectCall<RolloutPreview>(200, "POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
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
  expect(ended.state).toBe("succeeded");
  return started;
}

const labelled = (w: World, name: string, labels: Record<string, string>) =>
  enrol(w, [name], {
    identifying: { "service.name": "greeter", "service.instance.id": name },
    nonIdentifying: Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [`muster.label.${key}`, value]),
    ),
  }).then(([agent]) => agent as EnrolledAgent);

const lastFile = ({ fake }: EnrolledAgent, name = "config.txt"): string | undefined => {
  const offer = fake.received.filter(({ remoteConfig }) => remoteConfig).at(-1);
  const body = offer?.remoteConfig?.config?.configMap[name]?.body;
  return body && new TextDecoder().decode(body);
};

describe("what is kept", () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });

  it.each([
    ["a string", "x y", "string"],
    ["a string that looks like a number", "012", "string"],
    ["a number", 1.5, "number"],
    ["a boolean", false, "boolean"],
    ["a list", ["a", { b: null }], "json"],
    ["null", null, "json"],
  ])("answers %s as it was set", async (what, value, type) => {
    const name = `V_${what.replaceAll(" ", "_")}`;
    const made = await set(w, { name, value });
    expect(made).toMatchObject({ name, value, type, level: "environment", version: 1 });
    const found = await expectCall<Variable>(200, "GET", `/v1/variables/${made.id}`, { token: w.token });
    expect(found.value).toEqual(value);
  });

  it.each([
    ["another type", { value: "x", type: "number" }, "value"],
    ["no value", {}, "value"],
    ["a number that JSON does not keep", { value: 2 ** 60 }, "value"],
    ["too much", { value: "x".repeat(40_000) }, "value"],
    ["half a character", { value: "\ud800" }, "value"],
    ["a name that no config can write", { name: "1-x", value: 1 }, "name"],
    ["a selector that cannot be read", { value: 1, selector: "a=" }, "selector"],
    ["a fleet of somewhere else", { value: 1, fleet: "flt_01JD0000000000000000000000" }, "fleet"],
  ])("refuses %s, and names the field", async (_, body, path) => {
    const refused = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "BAD", ...body },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((one) => one.path)).toEqual([path]);
  });

  it("refuses a value that nests without end", async () => {
    let value: unknown = 1;
    for (let i = 0; i < 2_000; i++) value = [value];
    const refused = await call<Problem>("POST", pathOf(w), { token: w.token, body: { name: "DEEP", value } });
    expect(refused.status).toBe(400);
  });

  it("has one row for each place, however its selector is written", async () => {
    await set(w, { name: "PLACED", value: 1, selector: "a=b, c exists" });
    const again = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "PLACED", value: 2, selector: "a=b,c" },
    });
    expect(again.body.code).toBe("already_exists");
    await set(w, { name: "PLACED", value: 3 });
    const rows = await list(w, "name=PLACED");
    expect(rows.items.map(({ level, value }) => [level, value])).toEqual([
      ["environment", 3],
      ["labels", 1],
    ]);
  });

  it("lists by name, page by page", async () => {
    const own = await world();
    for (const name of ["B", "A", "C"]) await set(own, { name, value: name });
    const first = await list(own, "limit=2");
    expect(first.items.map(({ name }) => name)).toEqual(["A", "B"]);
    const rest = await list(own, `limit=2&cursor=${first.nextCursor}`);
    expect(rest.items.map(({ name }) => name)).toEqual(["C"]);
    expect(rest.nextCursor).toBeNull();
    const bad = await call<Problem>("GET", `${pathOf(own)}?cursor=bm9wZQ`, { token: own.token });
    expect(bad.body.code).toBe("validation_failed");
  });

  it("lets one of two writers win, and tells the other what it is now", async () => {
    const made = await set(w, { name: "RACED", value: 1 });
    const write = (value: number) =>
      call<Problem & Variable>("PATCH", `/v1/variables/${made.id}`, {
        token: w.token,
        body: { value },
        headers: { "if-match": '"1"' },
      });
    const answers = await Promise.all([write(2), write(3)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const now = await expectCall<Variable>(200, "GET", `/v1/variables/${made.id}`, { token: w.token });
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body.errors).toEqual([{ path: "value", message: `is now ${now.value}` }]);
    expect(now.version).toBe(2);
  });

  it("keeps its type unless another one is named, and changes nothing when it is so already", async () => {
    const made = await set(w, { name: "TYPED", value: "1" });
    const path = `/v1/variables/${made.id}`;
    const same = await expectCall<VariableChange>(200, "PATCH", path, {
      token: w.token,
      body: { value: "1" },
    });
    expect(same).toMatchObject({ version: 1, receipt: { changes: [], undo: null } });
    const number = await expectCall<VariableChange>(200, "PATCH", path, {
      token: w.token,
      body: { value: 1 },
    });
    expect(number).toMatchObject({ type: "number", value: 1, version: 2 });
    expect(number.receipt.changes.map(({ path: changed }) => changed)).toEqual([
      "variable.type",
      "variable.value",
    ]);
    const refused = await call<Problem>("PATCH", path, { token: w.token, body: { type: "string" } });
    expect(refused.status).toBe(400);
  });

  it("is read by viewers and changed by operators", async () => {
    const made = await set(w, { name: "GUARDED", value: 1 });
    const [viewer, operator] = [await member(w, "viewer"), await member(w, "operator")];
    const path = `/v1/variables/${made.id}`;
    await expectCall(200, "GET", path, { token: viewer.token });
    await expectCall(403, "PATCH", path, { token: viewer.token, body: { value: 2 } });
    await expectCall(200, "PATCH", path, { token: operator.token, body: { value: 2 } });
    await expectCall(200, "DELETE", path, { token: operator.token });
    await expectCall(404, "GET", path, { token: viewer.token });
  });
});

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
