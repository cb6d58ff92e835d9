import { expect, it } from "vitest";
import type { Session } from "../../protocol/api/auth.ts";
import type { DeviceAuthorization, DeviceRequest } from "../../protocol/api/device.ts";
import { type OwnApp, ownApp, ownUrl } from "../harness/worker/own-app.ts";
import { mailTo, person, world } from "../harness/world.ts";

interface Refused {
  code: string;
  error?: string;
  detail: string;
  retryAfterSeconds?: number;
}

const ask = async (app: OwnApp) =>
  (await app.call<DeviceAuthorization>("POST", "/v1/auth/device", { body: { client: "muster on web-1" } }))
    .body;
const poll = (app: OwnApp, code: string) =>
  app.call<Session & Refused>("POST", "/v1/auth/device/token", { body: { device_code: code } });
const decide = (app: OwnApp, token: string, userCode: string, decision = "approve") =>
  app.call<DeviceRequest & Refused>("POST", "/v1/auth/device/decide", {
    token,
    body: { userCode, decision },
  });
const find = (app: OwnApp, token: string, userCode: string) =>
  app.call<DeviceRequest & Refused>("POST", "/v1/auth/device/find", { token, body: { userCode } });

it("answers a device's request as RFC 8628 has it", async () => {
  const app = await ownApp();
  const asked = await ask(app);
  expect(asked).toEqual({
    device_code: expect.any(String),
    user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
    verification_uri: `${ownUrl}/device`,
    verification_uri_complete: `${ownUrl}/device?code=${asked.user_code}`,
    expires_in: 900,
    interval: 5,
  });
});

it("gives a session once, to the device whose person approved it", async () => {
  const app = await ownApp();
  const ada = await person("Ada");
  const asked = await ask(app);

  expect(await poll(app, asked.device_code)).toMatchObject({
    status: 400,
    body: { code: "authorization_pending", error: "authorization_pending", retryAfterSeconds: 5 },
  });
  const shown = await find(app, ada.token, asked.user_code.toLowerCase().replace("-", " "));
  expect(shown.body).toMatchObject({ client: "muster on web-1", address: "192.0.2.7", decision: null });
  expect((await decide(app, ada.token, asked.user_code)).body).toMatchObject({ decision: "approve" });

  const got = await poll(app, asked.device_code);
  expect(got.status).toBe(200);
  expect(got.body.user.email).toBe(ada.email);
  expect((await mailTo(ada.email)).template).toBe("new_device");
  expect(got.headers.get("set-cookie")).toBeNull();
  const again = await poll(app, asked.device_code);
  expect([again.status, again.body.error]).toEqual([400, "invalid_grant"]);

  const sessions = await app.call<{ items: { id: string; client: string; current: boolean }[] }>(
    "GET",
    "/v1/me/sessions",
    { token: got.body.accessToken },
  );
  const own = sessions.body.items.find(({ current }) => current);
  expect(own).toMatchObject({ client: "cli" });

  const refreshed = await app.call<Session>("POST", "/v1/auth/refresh", {
    body: { refreshToken: got.body.refreshToken },
  });
  expect(refreshed.status).toBe(200);
  await app.call("POST", `/v1/sessions/${own?.id}/revoke`, { token: ada.token });
  expect((await app.call("GET", "/v1/me", { token: refreshed.body.accessToken })).status).toBe(401);
});

it("gives one session to questions that are asked at once", async () => {
  const app = await ownApp();
  const ada = await person();
  const asked = await ask(app);
  await decide(app, ada.token, asked.user_code);
  const answers = await Promise.all([1, 2, 3].map(() => poll(app, asked.device_code)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400]);
});

it("tells a device that asks too often to slow down, more each time", async () => {
  const app = await ownApp();
  const asked = await ask(app);
  const at = async (ms: number) => {
    app.pass(ms);
    const { body } = await poll(app, asked.device_code);
    return [body.error, body.retryAfterSeconds];
  };
  expect(await at(0)).toEqual(["authorization_pending", 5]);
  expect(await at(5_000)).toEqual(["authorization_pending", 5]);
  expect(await at(1_000)).toEqual(["slow_down", 10]);
  expect(await at(6_000)).toEqual(["slow_down", 15]);
  expect(await at(15_000)).toEqual(["authorization_pending", 15]);
});

it("says that it was denied, and lets nobody change their mind", async () => {
  const app = await ownApp();
  const ada = await person();
  const asked = await ask(app);
  expect((await decide(app, ada.token, asked.user_code, "deny")).body.decision).toBe("deny");
  const refused = await poll(app, asked.device_code);
  expect([refused.status, refused.body.error]).toEqual([400, "access_denied"]);
  expect((await decide(app, ada.token, asked.user_code, "deny")).status).toBe(200);
  expect((await decide(app, ada.token, asked.user_code)).body.code).toBe("conflict");
});

it("lets codes lapse, and what was approved but never taken up", async () => {
  const app = await ownApp();
  const ada = await person();
  const [forgotten, approved] = [await ask(app), await ask(app)];
  await decide(app, ada.token, approved.user_code);
  const listed = async () =>
    (await app.call<{ items: { client: string }[] }>("GET", "/v1/me/sessions", { token: ada.token })).body
      .items;
  expect((await listed()).filter(({ client }) => client === "cli")).toHaveLength(1);

  app.pass(901_000);
  for (const { device_code } of [forgotten, approved]) {
    const refused = await poll(app, device_code);
    expect([refused.status, refused.body.error]).toEqual([400, "expired_token"]);
  }
  // The access token of the approver has lapsed too.
  const signedIn = await app.call<Session>("POST", "/v1/auth/sign-in", {
    body: { email: ada.email, password: ada.password },
  });
  const token = signedIn.body.accessToken;
  expect((await decide(app, token, forgotten.user_code)).body.code).toBe("token_invalid");
  const { body } = await app.call<{ items: { client: string }[] }>("GET", "/v1/me/sessions", { token });
  expect(body.items.filter(({ client }) => client === "cli")).toEqual([]);
});

it("does not hand out what was approved and then revoked", async () => {
  const app = await ownApp();
  const ada = await person();
  const asked = await ask(app);
  const { sessionId } = (await decide(app, ada.token, asked.user_code)).body;
  await app.call("POST", `/v1/sessions/${sessionId}/revoke`, { token: ada.token });
  const refused = await poll(app, asked.device_code);
  expect([refused.status, refused.body.error]).toEqual([400, "invalid_grant"]);
});

it("takes approvals from people alone", async () => {
  const app = await ownApp();
  const w = await world();
  const asked = await ask(app);
  for (const send of [find, decide]) {
    const refused = await send(app, w.apiKey, asked.user_code);
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    expect(refused.body.detail).toContain("API key");
    expect((await send(app, "", asked.user_code)).status).toBe(401);
  }
  expect((await poll(app, asked.device_code)).body.error).toBe("authorization_pending");
});

it("shows nobody else what a person has decided", async () => {
  const app = await ownApp();
  const [ada, eve] = [await person(), await person()];
  const asked = await ask(app);
  await decide(app, ada.token, asked.user_code);
  expect((await find(app, eve.token, asked.user_code)).body.code).toBe("token_invalid");
  expect((await decide(app, eve.token, asked.user_code, "deny")).body.code).toBe("token_invalid");
  expect((await find(app, ada.token, asked.user_code)).body.decision).toBe("approve");
});

it("stops a person who guesses codes", async () => {
  const app = await ownApp({}, "192.0.2.99");
  const eve = await person();
  const asked = await ask(app);
  for (let i = 0; i < 10; i++) {
    expect((await find(app, eve.token, "BBBB-BBBB")).body.code).toBe("token_invalid");
  }
  const refused = await find(app, eve.token, asked.user_code);
  expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
  expect((await find(app, eve.token, "BCD")).body.code).toBe("validation_failed");
});

it("gives a device no fresher proof of presence than its person's session has", async () => {
  const app = await ownApp();
  const ada = await person();
  app.pass(14 * 60_000);
  const asked = await ask(app);
  await decide(app, ada.token, asked.user_code);
  const got = await poll(app, asked.device_code);
  app.pass(2 * 60_000);
  const refused = await app.call<Refused>("POST", "/v1/me/email", {
    token: got.body.accessToken,
    body: { email: `new-${ada.email}` },
  });
  expect(refused.body.code).toBe("reauthentication_required");
});

it("knows nothing of a device code that it never gave", async () => {
  const app = await ownApp();
  const refused = await poll(app, "made-up");
  expect([refused.status, refused.body.error]).toEqual([400, "invalid_grant"]);
});
