import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkClock, checkNode } from "./commands/doctor/checks.ts";
import { contextsPath } from "./contexts.ts";
import { fixtures } from "./testing/fixtures.ts";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

async function diagnose(env: Record<string, string> = {}) {
  const { code, stdout } = await world.muster(["doctor", "--json"], { env });
  const { ok, checks } = JSON.parse(stdout) as {
    ok: boolean;
    checks: { name: string; verdict: string; detail: string; fix: string | null }[];
  };
  const of = (name: string) => checks.find((check) => check.name === name);
  return { code, ok, checks, of };
}

describe("muster doctor", () => {
  it("finds all in order, and says so line by line", async () => {
    const { code, ok, checks } = await diagnose();
    expect(checks.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(checks.map(({ name }) => name)).toEqual([
      "program",
      "contexts",
      "terminal",
      "proxy",
      "server",
      "clock",
      "api",
      "credential",
      "organization",
    ]);
    expect((await world.muster(["doctor"])).stdout).toMatch(/^ok {4}server: http:/m);
  });

  it("fails when the server cannot be reached, with the fix and 1", async () => {
    await world.server.close();
    const { code, of } = await diagnose();
    expect(code).toBe(1);
    expect(of("server")).toMatchObject({
      verdict: "fail",
      fix: expect.stringContaining("Check the address"),
    });
    expect(of("credential")).toBeUndefined();
  });

  it("fails on something that is not Muster", async () => {
    world.routes["GET /v1/health"] = () => ({ contentType: "text/html", body: "<p>hello" });
    expect((await diagnose()).of("server")?.detail).toContain("not as a Muster server does");
  });

  it("warns of a server that does not work", async () => {
    world.routes["GET /v1/health"] = () => problemAnswer("unavailable", "The store is away.");
    expect((await diagnose()).of("server")?.verdict).toBe("warn");
  });

  it("fails on another API", async () => {
    world.routes["GET /v1/openapi.json"] = () => ({ body: { info: { version: "2.0.0" } } });
    expect((await diagnose()).of("api")).toMatchObject({
      verdict: "fail",
      fix: expect.stringContaining("Update"),
    });
  });

  it("fails on a file of contexts that others may read, with the command that mends it", async () => {
    const file = contextsPath({ XDG_CONFIG_HOME: world.home });
    await mkdir(dirname(file));
    await writeFile(file, '{"version":1,"current":null,"contexts":{}}');
    await chmod(file, 0o644);
    const { code, of } = await diagnose();
    expect(code).toBe(1);
    expect(of("contexts")?.detail).toContain(`chmod 600 '${file}'`);
  });

  it("fails without a credential, and with one that does not count", async () => {
    expect((await diagnose({ MUSTER_API_KEY: "" })).of("credential")?.fix).toBe("Run: muster login");
    world.routes["GET /v1/me"] = () => problemAnswer("unauthenticated", "The key was revoked. Make another.");
    expect((await diagnose()).of("credential")).toMatchObject({
      verdict: "fail",
      detail: "The key was revoked. Make another.",
    });
  });

  it("fails where the organization asks for more", async () => {
    const [organization] = fixtures.me.organizations;
    world.routes["GET /v1/me"] = () => ({
      body: { ...fixtures.me, organizations: [{ ...organization, blocked: "two_factor_required" }] },
    });
    expect((await diagnose()).of("organization")?.fix).toContain("two-factor enable");
  });

  it("warns of proxy variables that are not heeded", async () => {
    const env = { HTTPS_PROXY: "http://proxy.example" };
    expect((await diagnose(env)).of("proxy")?.fix).toContain("NODE_USE_ENV_PROXY=1");
    expect((await diagnose({ ...env, NODE_USE_ENV_PROXY: "1" })).of("proxy")?.verdict).toBe("ok");
  });
});

it("compares clocks to the second, and leaves the way there and back out", () => {
  const now = Date.parse("2026-11-21T10:00:00.000Z");
  const at = (seconds: number) => new Date(now + seconds * 1000).toUTCString();
  expect(checkClock(at(0), now, now + 900).verdict).toBe("ok");
  expect(checkClock(at(-60), now, now + 100)).toMatchObject({
    verdict: "warn",
    detail: "59s ahead of the server's",
  });
  expect(checkClock(at(600), now, now + 100)).toMatchObject({
    verdict: "fail",
    detail: "10m behind the server's",
  });
  expect(checkClock(null, now, now).verdict).toBe("warn");
});

it("knows which Node is too old", () => {
  expect(checkNode("22.17.0", "0.1.0").verdict).toBe("fail");
  expect(checkNode("22.18.0", "0.1.0").verdict).toBe("ok");
  expect(checkNode("24.0.0", "0.1.0").verdict).toBe("ok");
});
