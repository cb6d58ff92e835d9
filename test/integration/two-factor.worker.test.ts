import { expect, it } from "vitest";
import type { ChangedFactors, Factors, StartedTotp } from "../../protocol/api/factors.ts";
import { account, addTotp, codeAt } from "../harness/worker/account.ts";
import { mailTo } from "../harness/world.ts";

const refusedFor = (path: string) => ({ code: "token_invalid", errors: [{ path }] });

it("asks for a code once an app is confirmed, and never before", async () => {
  const person = await account();
  const started = await person.must<StartedTotp>(201, "POST", "/v1/me/totp");
  expect(started.secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(new URL(started.uri).searchParams.get("secret")).toBe(started.secret);
  expect((await person.signIn()).body.accessToken).toEqual(expect.any(String));
  expect(await person.must<Factors>(200, "GET", "/v1/me/factors")).toMatchObject({
    totp: null,
    recoveryCodes: null,
    passkeys: [],
  });

  const wrong = await person.call("POST", "/v1/me/totp/confirm", { body: { code: "000000" } });
  expect([wrong.status, wrong.body]).toMatchObject([400, refusedFor("code")]);
  const { recoveryCodes, factors } = await person.must<ChangedFactors>(200, "POST", "/v1/me/totp/confirm", {
    code: codeAt(person.app, started.secret),
  });
  expect(new Set(recoveryCodes)).toHaveLength(10);
  expect(factors).toMatchObject({ totp: { confirmedAt: expect.any(String) }, recoveryCodes: { left: 10 } });

  const step = (await person.signIn()).body;
  expect(step).toEqual({
    secondFactor: { ticket: expect.any(String), methods: ["totp", "recovery_code"], expiresInSeconds: 300 },
  });
});

it("takes a code of one step before and after, and none further away", async () => {
  const person = await account();
  const { secret } = await addTotp(person);
  for (const steps of [-2, 2]) {
    const answer = await person.secondFactor({ code: codeAt(person.app, secret, steps) });
    expect([answer.status, answer.body]).toMatchObject([400, refusedFor("code")]);
  }
  const spaced = codeAt(person.app, secret, -1).replace(/^.../, "$& ");
  expect((await person.secondFactor({ code: spaced })).status).toBe(200);
  expect((await person.secondFactor({ code: codeAt(person.app, secret, 1) })).status).toBe(200);
});

it("takes a code once, also when it is shown twice at the same moment, and none from before it", async () => {
  const person = await account();
  const { secret } = await addTotp(person);
  const code = codeAt(person.app, secret);
  const both = await Promise.all([person.secondFactor({ code }), person.secondFactor({ code })]);
  expect(both.map((one) => one.status).sort()).toEqual([200, 400]);
  expect((await person.secondFactor({ code: codeAt(person.app, secret, -1) })).status).toBe(400);
  // The code that confirmed the app does not sign in either.
  const other = await account();
  const started = await other.must<StartedTotp>(201, "POST", "/v1/me/totp");
  const first = codeAt(other.app, started.secret);
  await other.must(200, "POST", "/v1/me/totp/confirm", { code: first });
  expect((await other.secondFactor({ code: first })).status).toBe(400);
});

it("takes each recovery code once, however it is typed, and tells the person", async () => {
  const person = await account();
  const { recoveryCodes } = await addTotp(person);
  const [first = "", second = ""] = recoveryCodes;
  const typed = ` ${first.toLowerCase().replaceAll("-", " ")} `;
  expect((await person.secondFactor({ recoveryCode: typed })).status).toBe(200);
  await person.app.settled();
  expect((await mailTo(person.world.email)).subject).toBe("A recovery code was used");
  const again = await person.secondFactor({ recoveryCode: first });
  expect([again.status, again.body]).toMatchObject([400, refusedFor("recoveryCode")]);
  const both = await Promise.all([
    person.secondFactor({ recoveryCode: second }),
    person.secondFactor({ recoveryCode: second }),
  ]);
  expect(both.map((one) => one.status).sort()).toEqual([200, 400]);
  expect((await person.must<Factors>(200, "GET", "/v1/me/factors")).recoveryCodes).toMatchObject({ left: 8 });
});

it("renews recovery codes: the old ones end", async () => {
  const person = await account();
  const none = await person.call("POST", "/v1/me/recovery-codes");
  expect([none.status, none.body]).toMatchObject([409, { code: "conflict" }]);
  const { recoveryCodes: old } = await addTotp(person);
  const { recoveryCodes } = await person.must<ChangedFactors>(200, "POST", "/v1/me/recovery-codes");
  expect(recoveryCodes).toHaveLength(10);
  expect((await person.secondFactor({ recoveryCode: old[0] })).status).toBe(400);
  expect((await person.secondFactor({ recoveryCode: recoveryCodes?.[0] })).status).toBe(200);
});

it("takes no code of another account", async () => {
  const [one, other] = await Promise.all([account(), account()]);
  await addTotp(one);
  const { secret, recoveryCodes } = await addTotp(other);
  expect((await one.secondFactor({ recoveryCode: recoveryCodes[0] })).status).toBe(400);
  expect((await one.secondFactor({ code: codeAt(one.app, secret) })).status).toBe(400);
});

it("lets a ticket expire after five minutes, and with a new password; and takes no other text", async () => {
  const person = await account();
  const { secret } = await addTotp(person);
  const send = (ticket: string) =>
    person.app.call("POST", "/v1/auth/second-factor", {
      body: { ticket, code: codeAt(person.app, secret) },
    });
  const late = await person.ticket();
  person.app.moveMs(300_000);
  const forged = `${late.slice(0, -2)}xx`;
  for (const ticket of [late, forged, "x", person.token]) {
    const answer = await send(ticket);
    expect([answer.status, answer.body], ticket).toMatchObject([400, refusedFor("ticket")]);
    expect(answer.body.detail).toContain("Sign in again");
  }
  const fresh = await person.ticket();
  await person.must(200, "POST", "/v1/auth/confirm", {
    password: person.world.password,
    code: codeAt(person.app, secret),
  });
  person.app.moveMs(30_000);
  await person.must(200, "POST", "/v1/me/password", {
    currentPassword: person.world.password,
    password: "another long passphrase",
  });
  expect((await send(fresh)).body).toMatchObject(refusedFor("ticket"));
});

it("asks for exactly one thing beside the ticket", async () => {
  const person = await account();
  const { secret } = await addTotp(person);
  const code = codeAt(person.app, secret);
  for (const shown of [{}, { code, recoveryCode: "x" }]) {
    const answer = await person.secondFactor(shown);
    expect([answer.status, answer.body]).toMatchObject([
      400,
      {
        code: "validation_failed",
        errors: [{ path: "code", message: expect.stringContaining("exactly one") }],
      },
    ]);
  }
});

it("closes the second step after ten wrong codes, tells the person, and opens it after a quarter of an hour", async () => {
  const person = await account();
  const { secret } = await addTotp(person);
  const wrong = codeAt(person.app, secret, 100);
  for (let i = 0; i < 10; i++) expect((await person.secondFactor({ code: wrong })).status).toBe(400);
  await person.app.settled();
  expect((await mailTo(person.world.email)).subject).toBe("Somebody guesses your codes");
  const limited = await person.secondFactor({ code: codeAt(person.app, secret) });
  expect([limited.status, limited.body]).toMatchObject([429, { code: "rate_limited" }]);
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  person.app.moveMs(15 * 60_000);
  expect((await person.secondFactor({ code: codeAt(person.app, secret) })).status).toBe(200);
});

it("closes the second step for the day after thirty wrong codes", async () => {
  const person = await account();
  const { secret, recoveryCodes } = await addTotp(person);
  for (let i = 0; i < 30; i++) {
    if (i > 0 && i % 10 === 0) person.app.moveMs(15 * 60_000);
    expect((await person.secondFactor({ code: codeAt(person.app, secret, 100) })).status).toBe(400);
  }
  person.app.moveMs(15 * 60_000);
  for (const shown of [{ code: codeAt(person.app, secret) }, { recoveryCode: recoveryCodes[0] }]) {
    const limited = await person.secondFactor(shown);
    expect([limited.status, limited.body]).toMatchObject([
      429,
      { detail: expect.stringContaining("30 wrong codes for this account are allowed in 24 hours") },
    ]);
  }
  person.app.moveMs(24 * 3_600_000);
  expect((await person.secondFactor({ code: codeAt(person.app, secret) })).status).toBe(200);
});

it("lets no more than ten of many guesses at once be tried", async () => {
  const person = await account();
  const { secret } = await addTotp(person);
  const ticket = await person.ticket();
  const wrong = codeAt(person.app, secret, 100);
  const answers = await Promise.all(
    Array.from({ length: 15 }, () =>
      person.app.call("POST", "/v1/auth/second-factor", { body: { ticket, code: wrong } }),
    ),
  );
  expect(answers.filter((one) => one.status === 400)).toHaveLength(10);
  expect(answers.filter((one) => one.status === 429)).toHaveLength(5);
});

it("confirms with all that a sign-in asks for", async () => {
  const person = await account();
  const { secret } = await addTotp(person);
  const confirm = (body: object) => person.call("POST", "/v1/auth/confirm", { body });
  const { password } = person.world;
  const code = () => codeAt(person.app, secret);
  // A password alone must not be able to take the second factor away.
  expect((await confirm({ password })).body).toMatchObject({
    code: "validation_failed",
    errors: [{ path: "code" }],
  });
  expect((await confirm({ code: code() })).body).toMatchObject({ errors: [{ path: "password" }] });
  expect((await confirm({ password: "not it at all", code: code() })).body).toMatchObject({
    errors: [{ path: "password", message: "is wrong" }],
  });
  expect((await confirm({ password, code: "000000" })).body).toMatchObject(refusedFor("code"));
  expect((await confirm({})).body).toMatchObject({ code: "validation_failed" });
  expect((await confirm({ password, code: code() })).status).toBe(200);
  // Each code counts once, here too.
  expect((await confirm({ password, code: code() })).body).toMatchObject(refusedFor("code"));
});

it("opens sensitive actions for fifteen minutes", async () => {
  const person = await account();
  person.app.moveMs(14 * 60_000 + 59_000);
  const renewed = await person.app.call<{ accessToken: string; refreshToken: string }>(
    "POST",
    "/v1/auth/sign-in?tokens=body",
    { body: { email: person.world.email, password: person.world.password } },
  );
  person.app.moveMs(14 * 60_000);
  const { accessToken } = (
    await person.app.call<{ accessToken: string }>("POST", "/v1/auth/refresh", {
      body: { refreshToken: renewed.body.refreshToken },
    })
  ).body;
  person.token = accessToken;
  await person.must(201, "POST", "/v1/me/totp");
  person.app.moveMs(60_000);
  expect((await person.call("POST", "/v1/me/totp")).body).toMatchObject({
    code: "reauthentication_required",
  });
  const { recentUntil } = await person.must<{ recentUntil: string }>(200, "POST", "/v1/auth/confirm", {
    password: person.world.password,
  });
  expect(Date.parse(recentUntil) - person.app.nowMs()).toBe(15 * 60_000);
  await person.must(201, "POST", "/v1/me/totp");
});

it("removes the app with its codes, and takes the second factor from every session", async () => {
  const person = await account();
  const { secret, recoveryCodes } = await addTotp(person);
  const start = await person.call("POST", "/v1/me/totp");
  expect(start.body).toMatchObject({ code: "already_exists" });
  await person.secondFactor({ code: codeAt(person.app, secret) });
  const changed = await person.must<ChangedFactors>(200, "DELETE", "/v1/me/totp");
  expect(changed.factors).toMatchObject({ totp: null, recoveryCodes: null });
  await person.app.settled();
  expect((await mailTo(person.world.email)).subject).toBe("Your authenticator app was removed");
  const told = await person.must<{ items: { action: string }[] }>(200, "GET", "/v1/me/events");
  expect(told.items.map(({ action }) => action)).toEqual(expect.arrayContaining(["totp.add", "totp.remove"]));
  expect((await person.signIn()).body.accessToken).toEqual(expect.any(String));
  const devices = await person.must<{ items: { secondFactor: boolean }[] }>(200, "GET", "/v1/me/sessions");
  expect(devices.items.map((one) => one.secondFactor)).not.toContain(true);
  expect((await person.call("DELETE", "/v1/me/totp")).status).toBe(404);
  expect(recoveryCodes).toHaveLength(10);
});

it("lets only a session that has shown the second factor change it", async () => {
  const person = await account();
  const before = (await person.signIn()).body.accessToken;
  const { secret } = await addTotp(person);
  person.token = before;
  for (const [method, path] of [
    ["DELETE", "/v1/me/totp"],
    ["POST", "/v1/me/recovery-codes"],
    ["POST", "/v1/me/passkeys/options"],
  ] as const) {
    const answer = await person.call(method, path);
    expect([answer.status, answer.body.code], path).toEqual([403, "reauthentication_required"]);
  }
  await person.must(200, "POST", "/v1/auth/confirm", {
    password: person.world.password,
    code: codeAt(person.app, secret),
  });
  await person.must(200, "DELETE", "/v1/me/totp");
});

it("refuses API keys: they have no account", async () => {
  const person = await account();
  const answer = await person.call("GET", "/v1/me/factors", { token: person.world.apiKey });
  expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining("API key")]);
});
