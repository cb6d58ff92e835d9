import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);
const sent: World["sent"] = (method, tail) => world.sent(method, tail);

const rol = fixtures.rollout.id;

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

  it("names all configs with a label at once", async () => {
    const line = ["deploy", "--configs", "team=edge", "--file-name", "{config}.cfg", "--selector", "role=a"];
    await muster(line);
    expect(body()).toMatchObject({
      assignments: [{ configs: "team=edge", selector: "role=a", fileName: "{config}.cfg" }],
    });
  });

  it("keeps to the agents that the config goes to now, unless a selector is given", async () => {
    const currentReleaseId = fixtures.release.id;
    world.routes["GET /v1/fleets/*"] = () => ({ body: { ...fixtures.fleetDetail, currentReleaseId } });
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
    expect(stdout).toContain("--plan-token plan-1");
    expect(stdout).toContain("edge@2 as edge.cfg for role=web: 0 agents kept from the current release");
    expect(stdout).toContain("warning: 1 agent is offline");
    expect(stdout).toMatch(/web-1 change 1\n/);
    expect(stdout).toContain("Change 1: 1 agent, abababababab → cdcdcdcdcdcd");
    expect(stdout).toContain("    -old\n    +new\n");
    expect(stdout).toContain("package otelcol: none → 0.110.0");
    expect(stdout).toContain("starts: when nothing holds it any more: an approval, the active rollout");
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

  it("waits, and exits with 1 when it did not succeed", async () => {
    expect((await muster(["deploy", "--config", "greeting", "--wait"])).code).toBe(0);
    world.routes["GET /v1/rollouts/*"] = () => ({
      body: { ...fixtures.rolloutDetail, state: "rolled_back", reason: "1 agent failed" },
    });
    const { code, stdout, stderr } = await muster(["deploy", "--config", "greeting", "--wait", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).rollout.state).toBe("rolled_back");
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "").error).toMatchObject({
      code: "rolloutUnsuccessful",
      exitCode: 1,
      errors: [{ path: "web-1", message: "port is taken" }],
    });
  });

  it.each([
    [["deploy"], /Which config/],
    [["deploy", "--config", "greeting@"], /not a config version/],
    [["deploy", "--config", "greeting", "--batch", "150%"], /--batch <amount> must be/],
    [["deploy", "--config", "greeting", "--strategy", "gradual"], /all-at-once, rolling/],
    [
      ["deploy", "--config", "greeting", "--strategy", "all-at-once", "--batch", "5"],
      /--batch belongs to --strategy rolling/,
    ],
    [
      ["deploy", "--config", "a", "--config", "b", "--selector", "x", "--selector", "y", "--selector", "z"],
      /3 times/,
    ],
    [["deploy", "--release", "3", "--config", "greeting"], /leave out --config/],
    [["deploy", "--release", "3", "--only"], /leave out --config/],
    [["deploy", "--release", "three"], /number or its id/],
    [["deploy", "--config", "a", "--strategy", "canary"], /A canary needs a step.*--step 1/],
    [["deploy", "--config", "a", "--step", "0"], /--step <step> must be 1 or more/],
    [["deploy", "--config", "a", "--step", "region=="], /--step <step> The selector/],
    [
      ["deploy", "--config", "a", "--step", "1", "--batch", "5"],
      /--batch belongs to --strategy rolling, and this is canary/,
    ],
    [
      ["deploy", "--config", "a", "--strategy", "blue-green", "--pause", "5s"],
      /--pause belongs to --strategy rolling or canary/,
    ],
    [["deploy", "--config", "a", "--rate-factor", "2"], /--rate-factor needs a rate.*--rate/],
    [
      ["deploy", "--config", "a", "--window", "mon-fri 25:00-04:00 Europe/Berlin"],
      /--window <window> must be DAYS FROM-TO ZONE/,
    ],
    [["deploy", "--config", "a", "--window", "someday 22:00-04:00 UTC"], /"someday": use mon-fri/],
    [
      ["deploy", "--config", "a", "--window", "daily 22:00-04:00 Europe/Berlinn"],
      /no known time zone: "Europe\/Berlinn"/,
    ],
    [["deploy", "--config", "a", "--start-at", "2026-11-22 02:00"], /a time with its zone/],
    [["deploy", "--config", "a", "--start-at", "2027-02-29T02:00Z"], /a day that does not exist: 2027-02-29/],
    [["deploy", "--config", "a", "--metric", "errors"], /has no limit/],
    [["deploy", "--config", "a", "--metric", "errors, up to 5"], /does not understand "up to 5"/],
    [["deploy", "--config", "a", "--webhook", "ftp://x"], /--webhook <url> must be an http/],
    [["deploy", "--config", "a", "--webhook-on", "start"], /Add --webhook/],
    [
      ["deploy", "--config", "a", "--webhook", "https://x.example", "--webhook-on", "end"],
      /start,wave,promotion,rollback/,
    ],
    [["deploy", "--config", "a", "--queue", "--supersede"], /Give one of them/],
    [["deploy", "--package", "otelcol@1 https://x.example/a.tgz"], /wrong sha256/],
    [
      ["deploy", "--config", "a", "--rate", "30", "--rate-max", "10"],
      /strategy\.rate\.maxPerMinute: is 10, below/,
    ],
    [
      ["deploy", "--config", "a", "--metric", "errors, worse higher by 5%"],
      /gates\.metrics\[0\]\.compare: has nobody to compare with/,
    ],
    [
      ["deploy", "--config", "a", "--webhook", "https://x.example", "--webhook-on", "promotion"],
      /is never asked: all-at-once promotes nothing/,
    ],
    [
      ["deploy", "--config", "a", "--start-at", "2024-01-01T00:00Z"],
      /schedule\.startAt: is .* more than a day ago/,
    ],
    [["deploy", "-f", "plan.yaml", "--config", "a"], /leave out --config/],
    [["deploy", "-f", "plan.yaml", "--no-auto-revert"], /leave out --no-auto-revert/],
  ])("refuses %j", async (argv, message) => {
    const { code, stderr, stdout } = await muster(argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(sent("POST", "/rollouts")).toBeUndefined();
  });
});

describe("deploy's strategies and gates", () => {
  const ask = async (argv: string[]) => {
    const { code, stderr } = await muster(["deploy", "--config", "greeting", ...argv]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return sent("POST", "/rollouts")?.body;
  };

  it("send a canary's steps in their order, and who promotes", async () => {
    const argv = ["--step", "1", "--step", "10%", "--step", "region in (eu,us)", "--promotion", "manual"];
    expect(await ask(argv)).toMatchObject({
      strategy: {
        kind: "canary",
        steps: [{ agents: 1 }, { agents: "10%" }, { selector: "region in (eu,us)" }],
        promotion: "manual",
        pauseSeconds: 0,
      },
    });
  });

  it("send blue-green, and a ramp", async () => {
    expect(await ask(["--activation", "manual"])).toMatchObject({
      strategy: { kind: "blue-green", activation: "manual" },
    });
    const ramp = ["--rate", "30", "--rate-factor", "2", "--rate-every", "5", "--rate-max", "600"];
    expect(await ask([...ramp, "--max-unavailable", "5%"])).toMatchObject({
      strategy: {
        kind: "rolling",
        batch: "25%",
        maxUnavailable: "5%",
        rate: { perMinute: 30, factor: 2, everySucceeded: 5, maxPerMinute: 600 },
      },
    });
  });

  it("send metrics, webhooks and approval", async () => {
    const body = await ask([
      "--step",
      "2",
      "--metric",
      'http_errors_total{code="500",path="/a,b"} per http_requests_total as rate, worse higher by 10%, at least 0.01, samples 20',
      "--metric",
      "queue_length, max 100, min 1",
      "--webhook",
      "https://ci.example.com/gate",
      "--webhook-on",
      "start,promotion",
      "--webhook-timeout",
      "5m",
      "--approval",
      "--min-reported",
      "3",
    ]);
    expect(body).toMatchObject({
      gates: {
        minReported: 3,
        approval: true,
        metrics: [
          {
            metric: 'http_errors_total{code="500",path="/a,b"}',
            per: "http_requests_total",
            as: "rate",
            compare: { worse: "higher", byPercent: 10, atLeast: 0.01 },
            minSamples: 20,
          },
          { metric: "queue_length", max: 100, min: 1 },
        ],
        webhooks: [{ url: "https://ci.example.com/gate", on: ["start", "promotion"], timeoutSeconds: 300 }],
      },
    });
  });

  it("send a schedule, the choice when another is active, an override and packages", async () => {
    const sha = "ab".repeat(32);
    const body = await ask([
      "--start-at",
      "2026-11-22T03:00+01:00",
      "--window",
      "fri-mon 22:00-04:00 Europe/Berlin",
      "--supersede",
      "--override-freeze",
      "fixes the outage",
      "--package",
      `otelcol@0.110.0 https://x.example/otelcol.tgz sha256:${sha} addon for role=web`,
    ]);
    expect(body).toMatchObject({
      schedule: {
        startAt: "2026-11-22T02:00:00.000Z",
        windows: [
          { days: ["mon", "fri", "sat", "sun"], from: "22:00", to: "04:00", timeZone: "Europe/Berlin" },
        ],
      },
      onActive: "supersede",
      overrideFreeze: { reason: "fixes the outage" },
      packages: [
        {
          name: "otelcol",
          version: "0.110.0",
          url: "https://x.example/otelcol.tgz",
          sha256: sha,
          type: "addon",
          selector: "role=web",
        },
      ],
    });
  });

  it("repeats a time from now as it was then, with the plan's token", async () => {
    const { stdout } = await muster(["deploy", "--config", "greeting", "--start-at", "2h", "--dry-run"]);
    expect(stdout).toContain("with --start-at 2026-11-21T12:00:00Z --plan-token plan-1");
  });

  it("reads a time from now by its own clock", async () => {
    expect(await ask(["--start-at", "2h"])).toMatchObject({
      schedule: { startAt: "2026-11-21T12:00:00.000Z" },
    });
  });
});

describe("deploy -f", () => {
  const plan = (text: string) => writeFile(join(world.home, "plan.yaml"), text);

  it("sends the file's body, with names as ids and what the command line adds", async () => {
    await plan(`
assignments:
  - config: greeting@1
    selector: role=web
keepOthers: true
strategy:
  kind: canary
  steps: [{ agents: 1 }, { selector: region=eu }]
  promotion: manual
gates:
  soakSeconds: 30
  webhooks:
    - { url: "https://ci.example.com/gate", on: [start] }
`);
    const { code, stderr } = await muster(["deploy", "-f", "plan.yaml", "--queue", "-m", "why"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(sent("POST", "/rollouts")?.body).toEqual({
      assignments: [{ config: fixtures.config.id, version: 1, selector: "role=web" }],
      keepOthers: true,
      strategy: { kind: "canary", steps: [{ agents: 1 }, { selector: "region=eu" }], promotion: "manual" },
      gates: { soakSeconds: 30, webhooks: [{ url: "https://ci.example.com/gate", on: ["start"] }] },
      onActive: "queue",
      message: "why",
    });
  });

  it("takes the files that guide and help show", async () => {
    const guide = await readFile(new URL("../docs/guides/first-rollout.md", import.meta.url), "utf8");
    const [, shown] = /```yaml\n([^`]+)```/.exec(guide) ?? [];
    const { stdout } = await muster(["help", "plan-file"]);
    const [, helped] = /(assignments:.+)$/s.exec(stdout) ?? [];
    for (const text of [shown, helped]) {
      if (text === undefined) throw new Error("no plan file is shown");
      await plan(text.replace("greeting@3", "greeting@1"));
      expect(await muster(["deploy", "-f", "plan.yaml"])).toMatchObject({ code: 0, stderr: "" });
    }
  });

  it("takes a release by number, from standard input, as JSON", async () => {
    await muster(["deploy", "-f", "-", "--dry-run"], { stdin: '{"release": 3}' });
    expect(sent("POST", "/rollouts")).toMatchObject({
      body: { release: fixtures.release.id },
      query: { dryRun: "true" },
    });
  });

  it.each([
    ["strategy: [", 2, /plan\.yaml:\d+:\d+: /],
    ["- 1", 2, /is not a plan: it must be a map/],
    ["release: 3\nstrateg: {}", 2, /strateg/],
    ["release: 3\nstrategy: { kind: canary, steps: [{ agents: 0 }] }", 2, /strategy\.steps\[0\]/],
    [
      "release: 3\nschedule: { startAt: '2024-01-01T00:00:00Z' }",
      2,
      /schedule\.startAt: is .* more than a day ago/,
    ],
    ["release: 99", 4, /no release 99/],
    ["assignments: [{ config: nothing }]", 4, /No config "nothing"/],
  ])("refuses %j and sends nothing", async (text, expected, message) => {
    await plan(text);
    const { code, stderr } = await muster(["deploy", "-f", "plan.yaml"]);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
    expect(sent("POST", "/rollouts")).toBeUndefined();
  });

  it("says that the file cannot be read", async () => {
    const { code, stderr } = await muster(["deploy", "-f", "nowhere.yaml"]);
    expect(code).toBe(1);
    expect(stderr).toContain("nowhere.yaml cannot be read (ENOENT)");
  });
});
