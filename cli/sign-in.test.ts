import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextStore, contextsPath } from "./contexts.ts";
import { fakeId } from "./testing/bodies.ts";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);
const sent: World["sent"] = (method, tail) => world.sent(method, tail);

describe("signing in", () => {
  const noKey = { MUSTER_API_KEY: "" };
  const stored = () => contextStore(contextsPath({ XDG_CONFIG_HOME: world.home })).read();

  it("takes the password from standard input and keeps the session", async () => {
    const argv = ["login", "--email", "ada@example.com", "--password-stdin"];
    const { code, stdout, stderr } = await muster(argv, { env: noKey, stdin: "correct horse battery\n" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Signed in to");
    expect(sent("POST", "/sign-in")).toMatchObject({
      query: { tokens: "body" },
      body: { email: "ada@example.com", password: "correct horse battery" },
    });
    expect(await stored()).toMatchObject({
      url: world.server.url,
      credential: { kind: "session", refreshToken: "refresh-1" },
    });
    expect((await muster(["whoami"], { env: noKey })).code).toBe(0);
    expect(sent("GET", "/me")?.headers.authorization).toBe("Bearer access-1");
  });

  it("takes an API key from standard input and checks it first", async () => {
    await muster(["login", "--token-stdin"], { env: noKey, stdin: "mk_piped\n" });
    expect(await stored()).toMatchObject({ credential: { kind: "api_key", apiKey: "mk_piped" } });
    world.routes["GET /v1/me"] = () => problemAnswer("unauthenticated", "No such key.");
    const { code } = await muster(["login", "--token-stdin"], { env: noKey, stdin: "mk_wrong" });
    expect(code).toBe(3);
    expect(await stored()).toMatchObject({ credential: { apiKey: "mk_piped" } });
  });

  it("never asks where there is no terminal", async () => {
    const { code, stderr } = await muster(["login"], { env: noKey });
    expect(code).toBe(2);
    expect(stderr).toMatch(/no terminal to ask on.*--password-stdin/);
  });

  it("finds the demo of the clone it stands in", async () => {
    const inner = join(world.home, "clone", "docs");
    await mkdir(inner, { recursive: true });
    await mkdir(join(world.home, "clone", ".muster"));
    const demo = {
      url: world.server.url,
      organization: fakeId("org"),
      project: fakeId("prj"),
      environment: fakeId("env"),
      fleet: fakeId("flt"),
      email: "demo@muster.local",
      password: "generated",
      apiKey: "mk_demo",
      enrollmentToken: "enrol",
    };
    await writeFile(join(world.home, "clone", ".muster", "demo.json"), JSON.stringify(demo));
    const { code } = await muster(["login", "--demo"], { env: { ...noKey, MUSTER_URL: "" }, cwd: inner });
    expect(code).toBe(0);
    expect(await stored()).toMatchObject({
      url: world.server.url,
      choice: { org: demo.organization, project: demo.project, fleet: demo.fleet },
    });
  });

  it("says that the demo does not run when another server answers in its place", async () => {
    await mkdir(join(world.home, ".muster"));
    const demo = { url: world.server.url, email: "demo@muster.local", password: "generated" };
    const ids = { organization: fakeId("org"), project: fakeId("prj"), fleet: fakeId("flt") };
    await writeFile(join(world.home, ".muster", "demo.json"), JSON.stringify({ ...demo, ...ids }));
    world.routes["POST /v1/auth/sign-in"] = () => problemAnswer("invalid_credentials", "Wrong.");
    const { code, stderr } = await muster(["login", "--demo"], { env: noKey });
    expect(code).toBe(3);
    expect(stderr).toContain(`does not run at ${world.server.url}. Start it: npm start`);
    expect(await stored()).toBeNull();
  });

  it("forgets the credential on logout and tells the server", async () => {
    await muster(["login", "--email", "a@b.example", "--password-stdin"], { env: noKey, stdin: "p" });
    expect((await muster(["logout"], { env: noKey })).code).toBe(0);
    expect(sent("POST", "/sign-out")?.body).toEqual({ refreshToken: "refresh-1" });
    expect((await stored())?.credential).toBeNull();
    expect((await muster(["whoami"], { env: noKey })).code).toBe(3);
  });

  it("remembers what `use` chose, by id, and forgets it with --clear", async () => {
    await muster(["login", "--email", "a@b.example", "--password-stdin"], { env: noKey, stdin: "p" });
    await muster(["use", "--fleet", "web"], { env: noKey });
    expect((await stored())?.choice).toEqual({
      org: fakeId("org"),
      project: fakeId("prj"),
      fleet: fakeId("flt"),
    });
    await muster(["agents", "list"], { env: noKey });
    expect(sent("GET", "/agents")?.path).toContain(fakeId("flt"));
    expect((await muster(["use", "--project", "nope"], { env: noKey })).code).toBe(4);
    await muster(["use", "--clear"], { env: noKey });
    expect((await stored())?.choice).toEqual({});
  });
});
