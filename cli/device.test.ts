import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextStore, contextsPath } from "./contexts.ts";
import { fixtures } from "./testing/fixtures.ts";
import { type Answer, problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
let answers: Answer[];

const refusal = (error: string): Answer => {
  const problem = problemAnswer("authorization_pending", "Nobody has approved this yet.");
  return { ...problem, body: { ...(problem.body as object), error } };
};

beforeEach(async () => {
  world = await startWorld();
  answers = [];
  world.routes["POST /v1/auth/device"] = () => ({
    body: {
      device_code: "device-1",
      user_code: "BCDF-GHJK",
      verification_uri: "https://muster.example/device",
      verification_uri_complete: "https://muster.example/device?code=BCDF-GHJK",
      expires_in: 900,
      interval: 0,
    },
  });
  world.routes["POST /v1/auth/device/token"] = () => answers.shift() ?? { body: fixtures.session };
});
afterEach(() => world.server.close());

const login = (...more: string[]) =>
  world.muster(["login", "--device", ...more], { env: { MUSTER_API_KEY: "" } });
const stored = () => contextStore(contextsPath({ XDG_CONFIG_HOME: world.home })).read();

describe("muster login by device", () => {
  it("shows the address and the code, waits for the approval and keeps the session", async () => {
    answers = [refusal("authorization_pending"), refusal("authorization_pending")];
    const { code, stdout, stderr } = await login();
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain("Open https://muster.example/device?code=BCDF-GHJK and approve");
    expect(stderr).toContain("BCDF-GHJK. It counts for 15 minutes");
    expect(stdout).toContain("Signed in to");
    expect(world.sent("POST", "/device/token")?.body).toEqual({
      device_code: "device-1",
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    });
    expect(world.server.seen.filter((seen) => seen.path.endsWith("/device/token"))).toHaveLength(3);
    expect(await stored()).toMatchObject({
      url: world.server.url,
      credential: { kind: "session", refreshToken: "refresh-1" },
    });
  });

  it("keeps asking while the server is busy", async () => {
    answers = [problemAnswer("unavailable", "Busy."), problemAnswer("rate_limited", "Slow.")];
    expect((await login()).code).toBe(0);
  });

  it("keeps asking when a connection is lost", async () => {
    let lost = 0;
    world.routes["POST /v1/auth/device/token"] = () => {
      if (lost++ === 0) world.server.http.closeAllConnections();
      return { body: fixtures.session };
    };
    const { code, stderr } = await login();
    expect({ code, stderr, lost }).toMatchObject({ code: 0, lost: 2 });
  });

  it.each([
    ["access_denied", 3, /was denied in the browser/],
    ["expired_token", 3, /Nobody approved it in time. Run `muster login` again/],
    ["invalid_grant", 3, /knows nothing of this request/],
  ])("ends on %s with %i, and says what to do", async (error, exit, message) => {
    answers = [refusal(error)];
    const { code, stderr } = await login();
    expect(code).toBe(exit);
    expect(stderr).toMatch(message);
    expect(await stored()).toBeNull();
  });

  it("stops on another refusal", async () => {
    answers = [problemAnswer("validation_failed", "Wrong body.")];
    expect((await login()).code).toBe(1);
  });
});

describe("the second factor of a sign-in by password", () => {
  const step = {
    secondFactor: { ticket: "ticket-1", methods: ["totp", "recovery_code"], expiresInSeconds: 300 },
  };
  const argv = ["login", "--email", "ada@example.com", "--password-stdin"];
  const options = { env: { MUSTER_API_KEY: "" }, stdin: "correct horse battery" };

  beforeEach(() => {
    world.routes["POST /v1/auth/sign-in"] = () => ({ body: step });
    world.routes["POST /v1/auth/second-factor"] = () => ({ body: fixtures.session });
  });

  it.each([
    ["492039", { code: "492039" }],
    ["7KQ2-M9RD-X4TP-8HWC-VN3E-ZB6F", { recoveryCode: "7KQ2-M9RD-X4TP-8HWC-VN3E-ZB6F" }],
  ])("is shown with --code %s", async (code, body) => {
    expect((await world.muster([...argv, "--code", code], options)).code).toBe(0);
    expect(world.sent("POST", "/second-factor")?.body).toEqual({ ticket: "ticket-1", ...body });
  });

  it("without a terminal and without --code says what to pass", async () => {
    const { code, stderr } = await world.muster(argv, options);
    expect(code).toBe(2);
    expect(stderr).toContain("Pass --code");
  });

  it("that only a browser can show, says so", async () => {
    world.routes["POST /v1/auth/sign-in"] = () => ({
      body: { secondFactor: { ...step.secondFactor, methods: ["passkey"] } },
    });
    const { code, stderr } = await world.muster(argv, options);
    expect(code).toBe(1);
    expect(stderr).toMatch(/passkey, which only a browser can show/);
  });
});
