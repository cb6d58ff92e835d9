import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commands } from "./commands/index.ts";
import { isGroup } from "./spec.ts";
import { fakeId, fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);
const sent: World["sent"] = (method, tail) => world.sent(method, tail);

const rol = fixtures.rollout.id;

/** One working command line for every command. */
const lines: Record<string, string[]> = {
  whoami: ["whoami"],
  "orgs list": ["orgs", "list"],
  "orgs get": ["orgs", "get", "acme"],
  "projects list": ["projects", "list"],
  "projects get": ["projects", "get", "shop"],
  "projects create": ["projects", "create", "shop"],
  "environments list": ["environments", "list"],
  "environments get": ["environments", "get", "production"],
  "environments create": ["environments", "create", "staging"],
  "fleets list": ["fleets", "list"],
  "fleets get": ["fleets", "get", "web"],
  "fleets create": ["fleets", "create", "web", "--environment", "production"],
  "tokens list": ["tokens", "list"],
  "tokens create": ["tokens", "create", "--uses", "5", "--label", "role=web"],
  "tokens revoke": ["tokens", "revoke", "enrolment"],
  "keys list": ["keys", "list"],
  "keys create": ["keys", "create", "ci"],
  "keys revoke": ["keys", "revoke", "ci"],
  "agents list": ["agents", "list", "--status", "online"],
  "agents get": ["agents", "get", "web-1"],
  "agents explain": ["agents", "explain", "web-1"],
  "agents restart": ["agents", "restart", "web-1"],
  "agents revoke": ["agents", "revoke", "web-1", "--yes"],
  "explain agent": ["explain", "agent", "web-1"],
  "events list": ["events"],
  "events history": ["events", "history"],
  "configs list": ["configs", "list"],
  "configs get": ["configs", "get", "greeting"],
  "configs create": ["configs", "create", "greeting", "--file", "config.txt"],
  "configs show": ["configs", "show", "greeting"],
  "configs versions": ["configs", "versions", "greeting"],
  "configs diff": ["configs", "diff", "greeting"],
  "configs validate": ["configs", "validate", "config.txt"],
  "configs push": ["configs", "push", "greeting", "config.txt"],
  "configs kinds": ["configs", "kinds"],
  "configs edit": ["configs", "edit", "greeting"],
  "releases list": ["releases", "list"],
  "releases get": ["releases", "get", "3"],
  "releases create": ["releases", "create", "--config", "greeting"],
  deploy: ["deploy", "--config", "greeting"],
  "rollouts list": ["rollouts", "list"],
  "rollouts get": ["rollouts", "get"],
  "rollouts agents": ["rollouts", "agents"],
  "rollouts watch": ["rollouts", "watch"],
  "rollouts abort": ["rollouts", "abort", rol],
  "rollouts pause": ["rollouts", "pause", rol],
  "rollouts resume": ["rollouts", "resume", rol],
  "rollouts promote": ["rollouts", "promote", rol],
  "rollouts retry": ["rollouts", "retry", rol],
  usage: ["usage"],
  "invoice preview": ["invoice", "preview"],
  "invoice ledger": ["invoice", "ledger"],
  completion: ["completion", "bash"],
};

/** Tested on their own: they change the profile, or start another program. */
const elsewhere = new Set(["login", "logout", "use", "agent run"]);

const names = commands.flatMap((spec) =>
  isGroup(spec) ? spec.commands.map((child) => `${spec.name} ${child.name}`) : [spec.name],
);

describe("every command", () => {
  it("is in these tests", () => {
    expect(names.filter((name) => !elsewhere.has(name)).sort()).toEqual(Object.keys(lines).sort());
  });

  it.each(Object.entries(lines))("%s answers people and, with --json, programs", async (_name, argv) => {
    await writeFile(join(world.home, "config.txt"), "hello\n");
    const editor = { EDITOR: "printf 'changed\\n' >" };
    const text = await muster(argv, { env: editor });
    expect({ code: text.code, stderr: text.stderr }).toMatchObject({ code: 0 });
    expect(text.stdout.trim()).not.toBe("");
    expect(text.stdout).not.toContain("undefined");
    expect(text.stdout).not.toContain("[object");

    const json = await muster([...argv, "--json"], { env: editor });
    expect({ code: json.code, stderr: json.stderr }).toMatchObject({ code: 0 });
    if (argv[0] === "events" && argv.length === 1) {
      const parsed = json.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id);
      expect(parsed).toEqual([fakeId("evt", 1), fakeId("evt", 2)]);
    } else {
      expect(JSON.parse(json.stdout)).toBeTypeOf("object");
    }
  });

  it("fits a narrow terminal", async () => {
    for (const argv of [
      ["agents", "list"],
      ["rollouts", "list"],
      ["tokens", "list"],
    ]) {
      const { stdout } = await muster(argv, { columns: 60 });
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    }
  });

  it("has a summary, and examples that name real commands", () => {
    for (const spec of commands.flatMap((found) => (isGroup(found) ? found.commands : [found]))) {
      expect(spec.summary).not.toBe("");
      expect(spec.examples.length).toBeGreaterThan(0);
    }
  });
});

describe("an empty list", () => {
  it("says what to do next, on standard error, and stays a document for programs", async () => {
    world.routes["GET /v1/fleets/*/agents"] = () => ({ body: { items: [], nextCursor: null } });
    const text = await muster(["agents", "list"]);
    expect(text.stdout).toBe("");
    expect(text.stderr).toMatch(/No agents in web yet.*muster tokens create --fleet web/);
    const json = await muster(["agents", "list", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ items: [], nextCursor: null });
    expect(json.stderr).toBe("");
  });
});

describe("a name that nobody has", () => {
  it("is not found, and the fleet is not said to be empty", async () => {
    world.routes["GET /v1/fleets/*/agents"] = () => ({ body: { items: [], nextCursor: null } });
    const { code, stderr } = await muster(["agents", "get", "web-99"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/No agent "web-99" in fleet web\. See: muster agents list --fleet web/);
  });
});

describe("a list of many pages", () => {
  it("is read to the limit, and names the place to go on from", async () => {
    world.routes["GET /v1/fleets/*/agents"] = ({ query }) => {
      const start = Number(query.cursor ?? 0);
      const items = Array.from({ length: Number(query.limit) }, (_, i) => ({
        ...fixtures.agent,
        id: fakeId("agt", start + i + 1),
      }));
      return { body: { items, nextCursor: String(start + items.length) } };
    };
    const { stdout, stderr } = await muster(["agents", "list", "--limit", "450", "--json"]);
    const found = JSON.parse(stdout);
    expect(new Set(found.items.map((item: { id: string }) => item.id)).size).toBe(450);
    expect(found.nextCursor).toBe("450");
    expect(stderr).toBe("");
    expect((await muster(["agents", "list", "--limit", "2"])).stderr).toContain("--cursor 2");
  });
});

describe("deploy", () => {
  const body = () => sent("POST", "/rollouts")?.body;

  it("sends names as ids, versions, selectors in order, strategy and gates", async () => {
    await muster(
      "deploy --config greeting@1 --config greeting --selector role=a --selector role=b --batch 10% --pause 1m --soak 30s --max-failures 2 --no-auto-revert -m why".split(
        " ",
      ),
    );
    expect(body()).toEqual({
      assignments: [
        { config: fixtures.config.id, version: 1, selector: "role=a" },
        { config: fixtures.config.id, version: "latest", selector: "role=b" },
      ],
      keepOthers: true,
      strategy: { kind: "rolling", batch: "10%", pauseSeconds: 60 },
      gates: { soakSeconds: 30, maxFailures: 2 },
      autoRevert: false,
      message: "why",
    });
  });

  it("keeps to the agents that the config goes to now, unless a selector is given", async () => {
    const currentReleaseId = fixtures.release.id;
    world.routes["GET /v1/projects/*/fleets"] = () => ({
      body: { items: [{ ...fixtures.fleet, currentReleaseId }], nextCursor: null },
    });
    const [one] = fixtures.release.assignments;
    const current = ["role=a", "role=b"].map((selector) => ({
      ...one,
      configId: fixtures.config.id,
      selector,
    }));
    world.routes["GET /v1/releases/*"] = () => ({ body: { ...fixtures.release, assignments: current } });
    await muster(["deploy", "--config", "greeting@1"]);
    expect(body()).toMatchObject({
      assignments: [
        { config: fixtures.config.id, version: 1, selector: "role=a" },
        { config: fixtures.config.id, version: 1, selector: "role=b" },
      ],
    });
    await muster(["deploy", "--config", "greeting@1", "--selector", ""]);
    expect(body()).toMatchObject({ assignments: [{ config: fixtures.config.id, version: 1, selector: "" }] });
  });

  it("takes an earlier release by its number", async () => {
    await muster(["deploy", "--release", "3"]);
    expect(body()).toMatchObject({
      release: fixtures.release.id,
      strategy: { kind: "all-at-once" },
      autoRevert: true,
    });
  });

  it("names the agents of each wave on a dry run", async () => {
    const { stdout } = await muster(["deploy", "--config", "greeting", "--dry-run"]);
    expect(sent("POST", "/rollouts")?.query).toEqual({ dryRun: "true" });
    expect(stdout).toContain("web-1");
    expect(stdout).toMatch(/web-2 offline failed with this before/);
    expect(stdout).toContain("--plan plan-1");
    expect(stdout).toContain("edge@2 as edge.cfg for role=web: 0 agents kept from the current release");
    expect(stdout).toContain("warning: 1 agent is offline");
  });

  it("prints the receipt: what comes next and how to undo it", async () => {
    const { stdout } = await muster(["deploy", "--config", "greeting"]);
    expect(stdout).toContain(`next: watch it: muster rollouts watch ${rol}`);
    expect(stdout).toContain(`undo: muster rollouts abort ${rol}`);
  });

  it("keeps the other configs of the current release, unless only the named ones are wanted", async () => {
    await muster(["deploy", "--config", "greeting", "--only"]);
    expect(body()).toMatchObject({ keepOthers: false });
    await muster(["releases", "create", "--config", "greeting"]);
    expect(sent("POST", "/releases")?.body).toMatchObject({ keepOthers: true });
  });

  it("says the receipt's warnings, also while it waits and to programs", async () => {
    const warning = fixtures.started.receipt.warnings[0] ?? "";
    expect((await muster(["deploy", "--config", "greeting"])).stdout).toContain(`warning: ${warning}`);
    expect((await muster(["deploy", "--config", "greeting", "--wait"])).stderr).toContain(
      `warning: ${warning}`,
    );
    const { stdout } = await muster(["deploy", "--config", "greeting", "--json"]);
    expect(JSON.parse(stdout).receipt.warnings).toEqual([warning]);
  });

  it("waits, and exits with 6 when it did not succeed", async () => {
    expect((await muster(["deploy", "--config", "greeting", "--wait"])).code).toBe(0);
    world.routes["GET /v1/rollouts/*"] = () => ({
      body: { ...fixtures.rolloutDetail, state: "rolled_back", reason: "1 agent failed" },
    });
    const { code, stdout, stderr } = await muster(["deploy", "--config", "greeting", "--wait", "--json"]);
    expect(code).toBe(6);
    expect(JSON.parse(stdout).rollout.state).toBe("rolled_back");
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "").error).toMatchObject({
      code: "rolloutUnsuccessful",
      exitCode: 6,
      errors: [{ path: "web-1", message: "port is taken" }],
    });
  });

  it.each([
    [["deploy"], /Which config/],
    [["deploy", "--config", "greeting@x"], /not a config version/],
    [["deploy", "--config", "greeting", "--batch", "150%"], /--batch <amount> must be/],
    [["deploy", "--config", "greeting", "--strategy", "gradual"], /all-at-once, rolling/],
    [["deploy", "--config", "greeting", "--strategy", "all-at-once", "--batch", "5"], /--strategy rolling/],
    [
      ["deploy", "--config", "a", "--config", "b", "--selector", "x", "--selector", "y", "--selector", "z"],
      /3 times/,
    ],
    [["deploy", "--release", "3", "--config", "greeting"], /leave out --config/],
    [["deploy", "--release", "3", "--only"], /leave out --config/],
    [["deploy", "--release", "three"], /number or its id/],
  ])("refuses %j", async (argv, message) => {
    const { code, stderr, stdout } = await muster(argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(sent("POST", "/rollouts")).toBeUndefined();
  });
});

describe("completion", () => {
  const complete = async (...words: string[]) =>
    (await muster(["__complete", "--", ...words])).stdout.trim().split("\n");

  it("knows commands, their children and flags", async () => {
    expect(await complete("roll")).toEqual(["rollouts"]);
    expect(await complete("agents", "")).toEqual(["list", "get", "explain", "restart", "revoke"]);
    expect(await complete("agents", "list", "--st")).toEqual(["--status"]);
    expect(await complete("deploy", "--d")).toEqual(["--dry-run"]);
    expect(await complete("")).not.toContain("__complete");
  });
});

it("does not let an agent's text steer the terminal", async () => {
  const evil = "\u001b[2Jweb\r1\u009b31m\u0007";
  world.routes["GET /v1/fleets/*/agents"] = () => ({
    body: { items: [{ ...fixtures.agent, name: evil }], nextCursor: null },
  });
  world.routes["GET /v1/agents/*/explain"] = () => ({ body: { ...fixtures.explanation, summary: evil } });
  world.routes["GET /v1/rollouts/*"] = () => ({
    body: { ...fixtures.rolloutDetail, state: "failed", reason: evil },
  });
  world.routes["GET /v1/rollouts/*/agents"] = () => ({
    body: { items: [{ ...fixtures.rolloutAgent, error: evil }], nextCursor: null },
  });
  const lines = [
    ["agents", "list"],
    ["explain", "agent", fixtures.agent.id],
    ["rollouts", "watch"],
    ["events"],
  ];
  for (const argv of lines) {
    const { stdout, stderr } = await muster(argv);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
});
