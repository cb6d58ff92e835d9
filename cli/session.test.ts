import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextStore, contextsPath } from "./contexts.ts";
import { tokenSource } from "./session.ts";
import { fixtures } from "./testing/fixtures.ts";
import { newHome, nowMs, type Ran, runCli } from "./testing/run.ts";
import { problemAnswer, startServer, type TestServer } from "./testing/server.ts";

const launcher = fileURLToPath(new URL("../bin/muster.mjs", import.meta.url));

let server: TestServer;
let home: string;
/** The refresh token that counts; an older one ends the family, as at the real server. */
let current: number;
let ended: boolean;

beforeEach(async () => {
  home = await newHome();
  current = 1;
  ended = false;
  server = await startServer({
    "POST /v1/auth/refresh": ({ body }) => {
      const given = (body as { refreshToken: string }).refreshToken;
      if (ended || given !== `refresh-${current}`) {
        ended = true;
        return problemAnswer("session_revoked", "The session has ended. Sign in again.");
      }
      current++;
      const tokens = { accessToken: `access-${current}`, refreshToken: `refresh-${current}` };
      return { body: { ...fixtures.session, ...tokens } };
    },
    "GET /v1/me": ({ headers }) =>
      headers.authorization === `Bearer access-${current}`
        ? { body: fixtures.me }
        : problemAnswer("unauthenticated", "The access token has expired."),
  });
});
afterEach(() => server.close());

const env = () => ({ XDG_CONFIG_HOME: home });
const store = () => contextStore(contextsPath(env()));

async function signedIn(accessExpiresAt: number): Promise<void> {
  await store().change(() => ({
    version: 1,
    current: "here",
    contexts: {
      here: {
        url: server.url,
        credential: {
          kind: "session",
          email: "ada@example.com",
          refreshToken: "refresh-1",
          accessToken: "access-1",
          accessExpiresAt,
        },
        choice: {},
      },
    },
  }));
}

function spawnCli(argv: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [launcher, ...argv], {
    env: { PATH: process.env.PATH, HOME: home, ...env() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

describe("the session", () => {
  it("is used as it is while the access token is good", async () => {
    await signedIn(nowMs + 600_000);
    expect((await runCli(["whoami"], { env: env() })).code).toBe(0);
    expect(server.seen.map((seen) => seen.path)).toEqual(["/v1/me"]);
  });

  it("is renewed before its end, and the next refresh token is kept", async () => {
    await signedIn(nowMs + 1000);
    expect((await runCli(["whoami"], { env: env() })).code).toBe(0);
    expect((await runCli(["whoami"], { env: env() })).code).toBe(0);
    expect(server.seen.filter((seen) => seen.path === "/v1/auth/refresh")).toHaveLength(1);
    const stored = await store().read();
    expect(stored?.credential).toMatchObject({ refreshToken: "refresh-2", accessToken: "access-2" });
  });

  it("is renewed when the server refuses the access token before its time", async () => {
    await signedIn(nowMs + 600_000);
    await store().update((stored) =>
      stored.credential?.kind === "session"
        ? { ...stored, credential: { ...stored.credential, accessToken: "stale" } }
        : stored,
    );
    expect((await runCli(["whoami"], { env: env() })).code).toBe(0);
    expect(current).toBe(2);
  });

  it("survives several processes that all find the token expired", async () => {
    await signedIn(0);
    const runs = await Promise.all(Array.from({ length: 4 }, () => spawnCli(["whoami", "--json"])));
    for (const { code, stderr } of runs) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(ended).toBe(false);
    expect(current).toBe(2);
  }, 60_000);

  it("says to sign in again once it has ended", async () => {
    await signedIn(0);
    ended = true;
    const { code, stderr } = await runCli(["whoami"], { env: env() });
    expect(code).toBe(3);
    expect(stderr).toMatch(/session has ended. Run `muster login`/);
  });

  it("is never shown to another server", async () => {
    await signedIn(nowMs + 600_000);
    const other = await startServer({ "GET /v1/me": () => ({ body: fixtures.me }) });
    try {
      const { code } = await runCli(["whoami", "--url", other.url], { env: env() });
      expect(code).toBe(3);
      expect(other.seen).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("gives way to MUSTER_API_KEY", async () => {
    await signedIn(0);
    const io = { env: { ...env(), MUSTER_API_KEY: "mk_1" }, now: () => nowMs };
    expect(await tokenSource(io, store(), server.url).bearer()).toBe("mk_1");
    expect(server.seen).toEqual([]);
  });
});
