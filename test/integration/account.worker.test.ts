import { expect, it } from "vitest";
import { appAt } from "../harness/worker/app-at.ts";
import { call, expectCall, mailsTo, mailTo, type Person, person, world } from "../harness/world.ts";

const newPassword = "seven slow green trams";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const safari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15";
const newEmail = () => `new-${crypto.randomUUID()}@example.com`;

interface Problem {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
}
interface Device {
  id: string;
  device: string;
  current: boolean;
}

const signIn = (email: string, password: string, userAgent = firefox) =>
  call<Problem & { accessToken: string }>("POST", "/v1/auth/sign-in", {
    body: { email, password },
    headers: { "user-agent": userAgent },
  });
const complete = (token: string, password = newPassword) =>
  call<Problem & { endedSessions: number }>("POST", "/v1/auth/password-reset/complete", {
    body: { token, password },
  });
const eventsOf = async (token: string) =>
  (
    await expectCall<{ items: { action: string; summary: string; device: string }[] }>(
      200,
      "GET",
      "/v1/me/events",
      { token },
    )
  ).items;
const sessionsOf = async (token: string) =>
  (await expectCall<{ items: Device[] }>(200, "GET", "/v1/me/sessions", { token })).items;

/** The reset is mailed after the answer, so it is waited for. */
async function askReset(email: string): Promise<string> {
  const app = await appAt("http://muster.test");
  const asked = await app.call("POST", "/v1/auth/password-reset", { body: { email } });
  expect([asked.status, Object.keys(asked.body)]).toEqual([202, ["email", "expiresAt"]]);
  await app.settled();
  return (await mailsTo(email))[0]?.template === "password_reset" ? (await mailTo(email)).token : "";
}

it("resets a password by a link, and ends every session", async () => {
  const one = await person();
  const token = await askReset(one.email);
  const done = await complete(token);
  expect([done.status, done.body]).toEqual([200, { endedSessions: 1 }]);
  expect((await call("GET", "/v1/me", { token: one.token })).status).toBe(401);
  expect((await signIn(one.email, one.password)).status).toBe(401);
  const again = await signIn(one.email, newPassword);
  expect(again.status).toBe(200);
  expect((await mailsTo(one.email)).map((mail) => mail.template)).toContain("password_changed");
  const events = await eventsOf(again.body.accessToken);
  expect(events.map((event) => event.action)).toEqual(["session.create", "password.reset", "account.create"]);
});

it("answers a reset alike for an unknown address, and mails nobody", async () => {
  const unknown = newEmail();
  expect(await askReset(unknown)).toBe("");
  expect(await mailsTo(unknown)).toEqual([]);
});

it("takes a reset's link once, the newest only, and within the hour", async () => {
  const one = await person();
  const first = await askReset(one.email);
  const second = await askReset(one.email);
  const replaced = await complete(first);
  expect([replaced.status, replaced.body.code]).toEqual([400, "token_invalid"]);
  expect(replaced.body.detail).toContain("replaced");
  const weak = await complete(second, one.email);
  expect(weak.body).toMatchObject({ code: "validation_failed", errors: [{ path: "password" }] });
  const both = await Promise.all([complete(second), complete(second)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400]);
  expect((await complete("x".repeat(43))).body.detail).toContain("not one of ours");

  const app = await appAt("http://muster.test");
  await app.call("POST", "/v1/auth/password-reset", { body: { email: one.email } });
  await app.settled();
  const { token } = await mailTo(one.email);
  app.moveMs(3_600_000);
  const late = await app.call<Problem>("POST", "/v1/auth/password-reset/complete", {
    body: { token, password: "another slow green tram" },
  });
  expect([late.status, late.body.code]).toEqual([400, "token_invalid"]);
  expect(late.body.detail).toContain("expired");
});

/** Where only the counting matters, nothing is hashed: `right` is the password of everybody who has an account. */
async function withoutHashing(right: string) {
  const app = await appAt("http://muster.test");
  app.platform.passwords = {
    hash: async () => "x",
    matches: async (given, stored) => stored !== undefined && given === right,
  };
  const guess = (email: string, password: string) =>
    app.call<Problem>("POST", "/v1/auth/sign-in", { body: { email, password } });
  return { app, guess };
}

it("lets a reset open an account that too many guesses have closed", async () => {
  const one = await person();
  const { app, guess } = await withoutHashing(newPassword);
  for (let i = 0; i < 10; i++) await guess(one.email, "wrong");
  expect((await guess(one.email, newPassword)).status).toBe(429);
  const token = await askReset(one.email);
  const body = { token, password: newPassword };
  expect((await app.call("POST", "/v1/auth/password-reset/complete", { body })).status).toBe(200);
  expect((await guess(one.email, newPassword)).status).toBe(200);
});

it("counts guesses in the store, and a right one clears them", async () => {
  const one = await person();
  const { app, guess } = await withoutHashing(one.password);
  for (let i = 0; i < 9; i++) expect((await guess(one.email, "wrong")).status).toBe(401);
  expect((await guess(one.email, one.password)).status).toBe(200);
  for (let i = 0; i < 10; i++) expect((await guess(one.email, "wrong")).status).toBe(401);
  // Another platform, as another isolate has it.
  const limited = await (await withoutHashing(one.password)).guess(one.email, one.password);
  expect([limited.status, limited.body.code]).toEqual([429, "rate_limited"]);
  app.moveMs(15 * 60_000);
  expect((await guess(one.email, one.password)).status).toBe(200);
});

it("lets no burst of guesses past the limit", async () => {
  const one = await person();
  const { guess } = await withoutHashing(one.password);
  const answers = await Promise.all(Array.from({ length: 20 }, () => guess(one.email, "wrong")));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
});

it("stops an address that guesses at many accounts, and no other address", async () => {
  const { app } = await withoutHashing(newPassword);
  const from = (address: string) =>
    app.call("POST", "/v1/auth/sign-in", {
      headers: { "cf-connecting-ip": address },
      body: { email: newEmail(), password: "wrong" },
    });
  for (let i = 0; i < 50; i++) expect((await from("192.0.2.9")).status).toBe(401);
  expect((await from("192.0.2.9")).status).toBe(429);
  expect((await from("192.0.2.10")).status).toBe(401);
});

it("changes the password for who knows it, and ends the other sessions only", async () => {
  const one = await person();
  const other = (await signIn(one.email, one.password)).body.accessToken;
  const change = (body: object) =>
    call<Problem & { endedSessions: number }>("POST", "/v1/me/password", { token: one.token, body });
  const wrong = await change({ currentPassword: "not it", password: newPassword });
  expect([wrong.status, wrong.body.errors]).toEqual([
    400,
    [{ path: "currentPassword", message: "is wrong" }],
  ]);
  expect((await change({ password: newPassword })).body.errors).toEqual([
    { path: "currentPassword", message: "is missing" },
  ]);
  const same = await change({ currentPassword: one.password, password: one.password });
  expect(same.body.errors).toEqual([{ path: "password", message: "is the present password" }]);

  const done = await change({ currentPassword: one.password, password: newPassword });
  expect([done.status, done.body]).toEqual([200, { endedSessions: 1 }]);
  expect((await call("GET", "/v1/me", { token: one.token })).status).toBe(200);
  expect((await call("GET", "/v1/me", { token: other })).status).toBe(401);
  expect(await mailTo(one.email)).toMatchObject({ template: "password_changed" });
});

async function askChange(one: Person, email: string): Promise<void> {
  await expectCall(202, "POST", "/v1/me/email", { token: one.token, body: { email } });
}
const openChange = (one: Person, token: string) =>
  call<Problem & { email: string }>("POST", "/v1/auth/email-change/complete", {
    token: one.token,
    body: { token },
  });

it("changes the address once the link in the new one is opened, and tells the old one", async () => {
  const one = await person();
  const email = newEmail();
  await askChange(one, email.toUpperCase());
  expect((await mailTo(one.email)).text).toContain(email);
  expect((await signIn(one.email, one.password)).status).toBe(200);
  const { token } = await mailTo(email);
  expect(await openChange(one, token)).toMatchObject({ status: 200, body: { email } });
  expect((await signIn(email, one.password)).status).toBe(200);
  expect((await signIn(one.email, one.password)).status).toBe(401);
  expect(await mailTo(one.email)).toMatchObject({ template: "email_changed" });
  expect((await openChange(one, token)).body).toMatchObject({ code: "token_invalid" });
});

it("ties no address to the account of a stranger who asked for it, whoever opens the link", async () => {
  const [stranger, owner] = [await person(), await person()];
  const email = newEmail();
  await askChange(stranger, email);
  const { token } = await mailTo(email);
  const unsigned = await call("POST", "/v1/auth/email-change/complete", { body: { token } });
  expect(unsigned.status).toBe(401);
  expect(await openChange(owner, token)).toMatchObject({
    status: 403,
    body: { code: "forbidden", errors: [{ path: "token" }] },
  });
  expect((await signIn(email, stranger.password)).status).toBe(401);
  expect((await signIn(owner.email, owner.password)).status).toBe(200);
});

it("tells nobody but its owner that a new address has an account", async () => {
  const [one, two] = [await person(), await person()];
  await askChange(one, two.email);
  expect(await mailTo(two.email)).toMatchObject({ template: "email_change_taken", token: "" });
});

it("does not change to an address that got an account meanwhile", async () => {
  const one = await person();
  const email = newEmail();
  await askChange(one, email);
  const { token } = await mailTo(email);
  await call("POST", "/v1/auth/sign-up", {
    body: { email, password: newPassword, organizationName: "Quick" },
  });
  const signUp = await mailTo(email);
  await expectCall(201, "POST", "/v1/auth/email-verification", {
    body: { token: signUp.token, password: newPassword },
  });
  expect((await openChange(one, token)).body).toMatchObject({ code: "token_invalid" });
  expect((await signIn(one.email, one.password)).status).toBe(200);
});

it("asks for a recent sign-in before an address is changed, and ends the change by a reset", async () => {
  const one = await person();
  const app = await appAt("http://muster.test");
  // An access token lasts as long as a proof counts, so the next one, of the same session, asks.
  const opened = await app.call<{ refreshToken: string }>("POST", "/v1/auth/sign-in?tokens=body", {
    body: { email: one.email, password: one.password },
  });
  app.moveMs(16 * 60_000);
  const refreshed = await app.call<{ accessToken: string }>("POST", "/v1/auth/refresh", {
    body: { refreshToken: opened.body.refreshToken },
  });
  const email = newEmail();
  const late = await app.call<Problem>("POST", "/v1/me/email", {
    token: refreshed.body.accessToken,
    body: { email },
  });
  expect([late.status, late.body.code]).toEqual([403, "reauthentication_required"]);

  await askChange(one, email);
  const { token } = await mailTo(email);
  await complete(await askReset(one.email));
  const again = (await signIn(one.email, newPassword)).body.accessToken;
  expect((await openChange({ ...one, token: again }, token)).body).toMatchObject({ code: "token_invalid" });
});

it("ends a change of address that is under way by a new password", async () => {
  const one = await person();
  const email = newEmail();
  await askChange(one, email);
  const { token } = await mailTo(email);
  await expectCall(200, "POST", "/v1/me/password", {
    token: one.token,
    body: { currentPassword: one.password, password: newPassword },
  });
  expect((await openChange(one, token)).body).toMatchObject({ code: "token_invalid" });
});

it("lists sessions by device, and ends one or all at once", async () => {
  const one = await person();
  const [mac, linux] = await Promise.all([
    signIn(one.email, one.password, safari),
    signIn(one.email, one.password, firefox),
  ]);
  const listed = await sessionsOf(mac.body.accessToken);
  expect(listed.map(({ device }) => device).toSorted()).toEqual([
    "Firefox on Linux",
    "Safari on macOS",
    "Unknown device",
  ]);
  expect(listed.filter(({ current }) => current).map(({ device }) => device)).toEqual(["Safari on macOS"]);

  const ended = listed.find(({ device }) => device === "Firefox on Linux");
  const revoke = (id = "") => call("POST", `/v1/sessions/${id}/revoke`, { token: mac.body.accessToken });
  expect((await revoke(ended?.id)).status).toBe(200);
  expect((await call("GET", "/v1/me", { token: linux.body.accessToken })).status).toBe(401);
  expect((await revoke(ended?.id)).status).toBe(404);
  const stranger = await person();
  const [theirs] = await sessionsOf(stranger.token);
  expect((await revoke(theirs?.id)).status).toBe(404);

  const others = await expectCall(200, "POST", "/v1/me/sign-out-everywhere", {
    token: mac.body.accessToken,
    body: { exceptThis: true },
  });
  expect(others).toEqual({ endedSessions: 1 });
  const all = await expectCall(200, "POST", "/v1/me/sign-out-everywhere", { token: mac.body.accessToken });
  expect(all).toEqual({ endedSessions: 1 });
  expect((await call("GET", "/v1/me", { token: mac.body.accessToken })).status).toBe(401);
});

it("pages through sessions and events", async () => {
  const one = await person();
  for (let i = 0; i < 3; i++) await signIn(one.email, one.password);
  for (const path of ["/v1/me/sessions", "/v1/me/events"]) {
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await expectCall<{ items: { id: string }[]; nextCursor: string | null }>(
        200,
        "GET",
        `${path}?limit=2${cursor}`,
        { token: one.token },
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toHaveLength(4);
    expect(seen).toEqual(seen.toSorted().reverse());
  }
});

it("writes when somebody signs in on a new device, and not on a known one", async () => {
  const one = await person();
  const notices = async () =>
    (await mailsTo(one.email)).filter(({ template }) => template === "new_device").length;
  await signIn(one.email, one.password, firefox);
  expect(await notices()).toBe(1);
  await signIn(one.email, one.password, firefox.replace("140.0", "141.0"));
  expect(await notices()).toBe(1);
  await signIn(one.email, one.password, safari);
  expect(await notices()).toBe(2);
  const [notice] = await mailsTo(one.email);
  expect(notice?.text).toContain("Safari on macOS");
});

it("changes how others see a person", async () => {
  const one = await person("Ada");
  const rename = (name: string | null) =>
    expectCall(200, "PATCH", "/v1/me", { token: one.token, body: { name } });
  expect(await rename("Ada Lovelace")).toMatchObject({ id: one.id, name: "Ada Lovelace" });
  expect(await rename(null)).toMatchObject({ name: null });
  expect((await eventsOf(one.token)).map((event) => event.summary)).toContain(
    "changed the name to Ada Lovelace",
  );
});

it("has no account for an API key", async () => {
  const w = await world();
  for (const [method, path, body] of [
    ["GET", "/v1/me/sessions", undefined],
    ["GET", "/v1/me/events", undefined],
    ["PATCH", "/v1/me", { name: "Key" }],
    ["POST", "/v1/me/password", { currentPassword: w.password, password: newPassword }],
    ["POST", "/v1/me/email", { email: newEmail() }],
    ["POST", "/v1/me/sign-out-everywhere", {}],
  ] as const) {
    const answer = await call<Problem>(method, path, { token: w.apiKey, body });
    expect([path, answer.status, answer.body.code]).toEqual([path, 403, "forbidden"]);
  }
});
