/** What a deploy means beside the fleet's current release: file names, what is kept, what nobody would get. */
import { expect, it } from "vitest";
import type { Release } from "../../protocol/api/rollouts.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { config, deployed, plan, roll } from "../harness/worker/roll-out.ts";
import { expectCall, world } from "../harness/world.ts";

const app = (name: string) => ({
  identifying: { "service.name": "greeter", "service.instance.id": name },
  nonIdentifying: { "muster.label.app": name },
});

const files = ({ release }: { release: Release }) =>
  release.assignments.map((one) => `${one.configName}@${one.version} ${one.selector} ${one.fileName}`);

it("keeps a config's file name from the current release, as soon as that is current", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["a"]);
  const greeting = await config(w, "greeting");
  await deployed(w, { assignments: [{ config: greeting, fileName: "greeting.yaml" }] });
  const again = await deployed(w, { assignments: [{ config: greeting, selector: "host.name notin (x)" }] });
  expect(files(again)).toEqual(["greeting@1 host.name notin (x) greeting.yaml"]);
  const named = await expectCall<Release>(201, "POST", `/v1/fleets/${w.fleet}/releases`, {
    token: w.token,
    body: { assignments: [{ config: greeting }, { config: await config(w, "motd") }] },
  });
  expect(named.assignments.map((one) => one.fileName)).toEqual(["greeting.yaml", "config.txt"]);
  const detail = await expectCall<{ wantedConfig: { name: string }[] }>(
    200,
    "GET",
    `/v1/agents/${agent?.id}`,
    {
      token: w.token,
    },
  );
  expect(detail.wantedConfig.map((file) => file.name)).toEqual(["greeting.yaml"]);
});

it("asks which name is meant when a config has several and none for this selector", async () => {
  const w = await world();
  const greeting = await config(w, "greeting");
  await deployed(w, {
    assignments: [
      { config: greeting, selector: "app=a", fileName: "a.yaml" },
      { config: greeting, selector: "app=b", fileName: "b.yaml" },
    ],
  });
  const same = await plan(w, { assignments: [{ config: greeting, selector: "app=b" }] });
  expect(same.assignments.map((one) => one.fileName)).toEqual(["b.yaml"]);
  const unclear = await roll(w, { assignments: [{ config: greeting, selector: "app=c" }] });
  expect(unclear.status).toBe(400);
  expect(unclear.body.errors).toEqual([
    {
      path: "assignments[0].fileName",
      message: "is needed: the current release gives greeting as a.yaml and as b.yaml",
    },
  ]);
});

it("carries the other configs over when asked, and shows them in the plan", async () => {
  const w = await world();
  await enrol(w, ["web"], app("web"));
  await enrol(w, ["db"], app("db"));
  const [greeting, motd, edge] = [
    await config(w, "greeting"),
    await config(w, "motd"),
    await config(w, "edge"),
  ];
  await deployed(w, {
    assignments: [
      { config: greeting, selector: "app=web", fileName: "greeting.yaml" },
      { config: motd, fileName: "motd" },
    ],
  });
  const body = {
    assignments: [{ config: edge, selector: "app=db", fileName: "edge.cfg" }],
    keepOthers: true,
  };
  const dry = await plan(w, body);
  expect(dry.assignments).toMatchObject([
    { configName: "edge", agents: 1, carriedOver: false },
    { configName: "greeting", agents: 1, carriedOver: true, version: 1, fileName: "greeting.yaml" },
    { configName: "motd", agents: 2, carriedOver: true },
  ]);
  expect(dry.warnings).toEqual([]);
  expect(dry).toMatchObject({ total: 2, unchanged: 1 });

  await expectCall(201, "POST", `/v1/configs/${motd}/versions`, {
    token: w.token,
    body: { content: "new\n" },
  });
  const kept = await deployed(w, { ...body, planToken: dry.planToken });
  expect(kept.receipt.warnings).toEqual([]);
  expect(files(kept)).toEqual(["edge@1 app=db edge.cfg", "greeting@1 app=web greeting.yaml", "motd@1  motd"]);
  // Another config in the same file for the same agents takes the place of what was there.
  const instead = await expectCall<Release>(201, "POST", `/v1/fleets/${w.fleet}/releases`, {
    token: w.token,
    body: {
      assignments: [{ config: greeting, selector: "app = db", fileName: "edge.cfg" }],
      keepOthers: true,
    },
  });
  expect(files({ release: instead })).toEqual(["greeting@1 app = db edge.cfg", "motd@1  motd"]);
});

it("says what a release leaves out, in the plan and in the receipt", async () => {
  const w = await world();
  await enrol(w, ["web"], app("web"));
  await enrol(w, ["db"], app("db"));
  const [greeting, motd] = [await config(w, "greeting"), await config(w, "motd")];
  const both = {
    assignments: [
      { config: greeting, selector: "app=web" },
      { config: motd, fileName: "motd" },
    ],
  };
  await deployed(w, both);
  const only = { assignments: [{ config: greeting, selector: "app=web" }] };
  const told =
    "motd v1 (every agent) of the current release 1 is left out for 2 agents: 1 agent keeps what it runs; newcomers would get nothing; 1 agent loses the file motd.";
  expect((await plan(w, only)).warnings).toContain(told);
  const { receipt } = await deployed(w, only);
  expect(receipt.warnings).toContain(told);
});

it("names both assignments of a file that would be written twice, and the ways out", async () => {
  const w = await world();
  await enrol(w, ["web"], app("web"));
  const [greeting, other] = [await config(w, "greeting"), await config(w, "other")];
  await deployed(w, { assignments: [{ config: greeting, selector: "app=web", fileName: "g.yaml" }] });
  const refused = await roll(w, {
    assignments: [{ config: other, fileName: "g.yaml" }],
    keepOthers: true,
  });
  expect([refused.status, refused.body.code]).toEqual([422, "plan_impossible"]);
  expect(refused.body.detail).toMatch(/other v1 \(every agent\) and greeting v1 \(app=web\) both write/);
  expect(refused.body.detail).toMatch(/--file-name.*keepOthers: false, --only/);
  expect(refused.body.errors.map((error) => error.path)).toEqual([
    "assignments[0].fileName",
    "assignments[1].fileName",
  ]);
});

it("refuses to start a release that no agent matches, and writes nothing; a dry run warns", async () => {
  const w = await world();
  const greeting = await config(w, "greeting");
  const body = { assignments: [{ config: greeting, selector: "app=wbe" }] };

  // Nobody is there yet: newcomers will get it.
  const early = await plan(w, body);
  expect(early.warnings).toEqual([
    "The fleet has no agents yet: the release becomes current at once, and newcomers will get it.",
  ]);

  await enrol(w, ["web"], app("web"));
  const dry = await plan(w, body);
  expect(dry.total).toBe(0);
  expect(dry.warnings).toEqual([
    expect.stringMatching(
      /^The release matches no agent: the fleet has 1 agent, with labels such as app=web, /,
    ),
  ]);
  const refused = await roll(w, { ...body, planToken: dry.planToken });
  expect([refused.status, refused.body.code]).toEqual([422, "plan_impossible"]);
  expect(refused.body.detail).toBe(dry.warnings[0]);
  expect(refused.body.errors).toEqual([
    { path: "assignments[0].selector", message: '"app=wbe" matches none of the fleet\'s 1 agent' },
  ]);
  for (const list of ["releases", "rollouts"]) {
    const page = await expectCall(200, "GET", `/v1/fleets/${w.fleet}/${list}`, { token: w.token });
    expect(page).toEqual({ items: [], nextCursor: null });
  }

  // A release that was made on its own is refused in the same way, and one that reaches somebody is not.
  const made = await expectCall<Release>(201, "POST", `/v1/fleets/${w.fleet}/releases`, {
    token: w.token,
    body,
  });
  expect((await roll(w, { release: made.id })).status).toBe(422);
  const partly = await deployed(w, {
    assignments: [...body.assignments, { config: await config(w, "motd"), fileName: "motd" }],
  });
  expect(partly.receipt.warnings).toEqual([
    "greeting v1 (app=wbe) matches no agent now; newcomers that match will get it.",
  ]);

  // Nor may one that keeps what agents run, and brings something new to nobody.
  const other = await config(w, "other");
  const idle = await roll(w, { assignments: [{ config: other, fileName: "other", selector: "app=no" }] });
  expect([idle.status, idle.body.code]).toEqual([422, "plan_impossible"]);
  expect(idle.body.errors?.map(({ path }) => path)).toEqual(["assignments[0].selector"]);
  const releases = await expectCall<{ items: Release[] }>(200, "GET", `/v1/fleets/${w.fleet}/releases`, {
    token: w.token,
  });
  expect(releases.items[0]?.id).toBe(partly.release.id);
});

it("makes no release that newcomers could not run, though nobody is there yet", async () => {
  const w = await world();
  const [a, b] = [await config(w, "a"), await config(w, "b")];
  const assignments = [
    { config: a, fileName: "f" },
    { config: b, fileName: "f", selector: "app=web" },
  ];
  const paths = ["assignments[0].fileName", "assignments[1].fileName"];
  const refused = await roll(w, { assignments });
  expect([refused.status, refused.body.code]).toEqual([422, "plan_impossible"]);
  expect(refused.body.errors.map((error) => error.path)).toEqual(paths);
  const release = await expectCall<{ code: string }>(422, "POST", `/v1/fleets/${w.fleet}/releases`, {
    token: w.token,
    body: { assignments },
  });
  expect(release.code).toBe("plan_impossible");
});

it("starts in a fleet whose agents are all revoked, as in an empty one", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["gone"]);
  await expectCall(200, "POST", `/v1/agents/${agent?.id}/revoke`, { token: w.token });
  const started = await deployed(w, {
    assignments: [{ config: await config(w, "motd"), selector: "app=x" }],
  });
  expect(started.receipt.summary).toContain("moves no agent");
});

it("refuses a release that cannot travel whole, and file names that are no files below the folder", async () => {
  const w = await world();
  const large = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "large", kind: "file", content: "ツ".repeat(512 * 1024) },
  });
  const assignments = Array.from({ length: 6 }, (_, n) => ({ config: large.id, fileName: `f${n}` }));
  const refused = await roll(w, { assignments });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: "config_invalid", errors: [{ path: "assignments" }] });

  for (const fileName of [".", "a/", "a//b", "./a", "a/../b", "/a"]) {
    const answer = await roll(w, { assignments: [{ config: large.id, fileName }] });
    expect(answer.status, fileName).toBe(400);
    expect(answer.body.errors[0], fileName).toMatchObject({ path: "assignments[0].fileName" });
  }
});
