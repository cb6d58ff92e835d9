import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ErrorCode } from "../domain/errors.ts";
import { api } from "./testing/api.ts";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);

describe("a wrong command line", () => {
  it.each([
    [["agnts"], /Did you mean agents\?/],
    [["agents", "lsit"], /Did you mean list\?/],
    [["agents", "list", "--labl", "x"], /Did you mean --label\?/],
    [["agents", "get"], /missing required argument 'agent'/],
    [["agents", "list", "--limit", "many"], /--limit <n> must be a number/],
    [["agents", "list", "--status", "asleep"], /must be one of: online, offline, revoked/],
    [["help", "nothing"], /There is no help for "nothing"/],
    [["agents", "list", "--url", "ftp://x"], /not a server's address/],
    [["--url", "http://127.0.0.1:1", "agent", "run"], /after `muster agent run`, not before/],
    [["rollouts", "abort", "web"], /not a rollout's id/],
  ])("%j exits with 2 and says what is meant", async (argv, message) => {
    const { code, stderr, stdout } = await muster(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    const json = await muster([...argv, "--json"]);
    expect({ code: json.code, stdout: json.stdout }).toEqual({ code: 2, stdout: "" });
    expect(JSON.parse(json.stderr).error.exitCode).toBe(2);
  });
});

describe("exit codes", () => {
  it.each([
    [["whoami"], "GET /v1/me", {}],
    [["whoami"], "GET /v1/me", { actor: { kind: "robot" }, organizations: [] }],
    [["projects", "list"], "GET /v1/orgs/*/projects", { projects: [] }],
    [["projects", "list"], "GET /v1/orgs/*/projects", { items: [{ id: 1 }], nextCursor: null }],
  ])("%j says that the server is of another version, of what it does not know", async (argv, route, body) => {
    world.routes[route] = () => ({ body });
    const { code, stdout, stderr } = await muster(argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/does not fit this version of the CLI.*Update the older.*muster doctor/);
  });

  it("are what the help says", async () => {
    const { stdout } = await muster(["help", "exit-codes"]);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 130]) expect(stdout).toMatch(new RegExp(`^ *${code}  \\S`, "m"));
  });

  it.each([
    ["config_invalid", 1],
    ["quota_exceeded", 1],
    ["unauthenticated", 3],
    ["forbidden", 3],
    ["sso_required", 3],
    ["approval_required", 3],
    ["not_found", 4],
    ["rollout_active", 5],
    ["precondition_failed", 5],
  ] as const)("%s ends with %i, and the request id", async (problem, expected) => {
    world.routes["POST /v1/fleets/*/rollouts"] = () => problemAnswer(problem, "Cause. Fix.");
    const { code, stderr } = await muster(["deploy", "--config", "greeting"]);
    expect(code).toBe(expected);
    expect(stderr).toBe("muster: Cause. Fix.\n  request id: req_test\n");
  });

  it("a name that nothing has ends with 4 and says what there is", async () => {
    const { code, stderr } = await muster(["fleets", "get", "wbe"]);
    expect(code).toBe(4);
    expect(stderr).toContain('No fleet "wbe". There is: web.');
  });

  it("a busy server is asked again, and the person told", async () => {
    let calls = 0;
    world.routes["POST /v1/fleets/*/rollouts"] = (seen) =>
      ++calls === 1
        ? problemAnswer("unavailable", "The fleet is busy.", { retryAfterSeconds: 0 })
        : (api["POST /v1/fleets/*/rollouts"]?.(seen) ?? problemAnswer("internal", "no route"));
    const { code, stderr } = await muster(["deploy", "--config", "greeting"]);
    expect(code).toBe(0);
    expect(stderr).toBe("The fleet is busy. Trying again in 0s.\n");
  });

  it.each(["rate_limited", "unavailable", "internal"] as const)(
    "%s ends with 6 when it stays so",
    async (problem) => {
      world.routes["GET /v1/me"] = () => problemAnswer(problem, "Busy.", { retryAfterSeconds: 60 });
      const { code, stderr } = await muster(["whoami", "--json"]);
      expect(code).toBe(6);
      expect(JSON.parse(stderr).error).toMatchObject({ code: problem, exitCode: 6 });
    },
  );

  it("a quota that is used up is told with its facts", async () => {
    const quota = { name: "apiKeys", limit: 100, used: 100, resetsAt: null };
    world.routes["GET /v1/me"] = () => problemAnswer("quota_exceeded", "All used.", { quota });
    const { stderr } = await muster(["whoami", "--json"]);
    expect(JSON.parse(stderr).error).toMatchObject({ code: "quota_exceeded", quota, exitCode: 1 });
  });

  it("no server ends with 6", async () => {
    await world.server.close();
    expect((await muster(["whoami"])).code).toBe(6);
  });

  it("no sign-in ends with 3", async () => {
    expect((await muster(["whoami"], { env: { MUSTER_API_KEY: "" } })).code).toBe(3);
  });
});

describe("the program itself", () => {
  const launcher = fileURLToPath(new URL("../bin/muster.mjs", import.meta.url));
  const program = (argv: string[], url: string) =>
    new Promise<{ code: number; stderr: string }>((resolve) => {
      const env = {
        PATH: process.env.PATH,
        HOME: world.home,
        XDG_CONFIG_HOME: world.home,
        MUSTER_URL: url,
        MUSTER_API_KEY: "mk_test",
      };
      execFile(process.execPath, [launcher, ...argv], { env }, (error, _, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stderr }),
      );
    });

  it("exits with each of its codes", async () => {
    const refuse = (code: ErrorCode) => {
      world.routes["GET /v1/me"] = () => problemAnswer(code, "Cause. Fix.", { retryAfterSeconds: 60 });
      return program(["whoami"], world.server.url);
    };
    const codes = {
      works: (await program(["whoami"], world.server.url)).code,
      usage: (await program(["agents", "list", "--limit", "many"], world.server.url)).code,
      unauthenticated: (await refuse("unauthenticated")).code,
      forbidden: (await refuse("forbidden")).code,
      missing: (await refuse("not_found")).code,
      conflict: (await refuse("conflict")).code,
      precondition: (await refuse("precondition_failed")).code,
      limited: (await refuse("rate_limited")).code,
      unavailable: (await refuse("unavailable")).code,
      refused: (await refuse("plan_impossible")).code,
      nobody: (await program(["whoami"], "http://127.0.0.1:1")).code,
    };
    expect(codes).toEqual({
      works: 0,
      usage: 2,
      unauthenticated: 3,
      forbidden: 3,
      missing: 4,
      conflict: 5,
      precondition: 5,
      limited: 6,
      unavailable: 6,
      refused: 1,
      nobody: 6,
    });
  }, 60_000);
});
