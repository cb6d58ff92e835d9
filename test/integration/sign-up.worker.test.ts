import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { appAt } from "../harness/worker/app-at.ts";
import { call, expectCall, mailsTo, mailTo, person, prepareStore } from "../harness/world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as { DB: D1Database };
const password = "correct horse battery";
const newEmail = () => `p-${crypto.randomUUID()}@example.com`;
const tables = ["users", "organizations", "memberships", "projects", "environments", "fleets", "sessions"];

async function rows(table: string): Promise<number> {
  await prepareStore();
  const row = await testEnv.DB.prepare(`select count(*) as n from ${table}`).first<{ n: number }>();
  return row?.n ?? -1;
}

const signUp = (email: string, more: object = {}) =>
  call("POST", "/v1/auth/sign-up", { body: { email, password, organizationName: "Acme", ...more } });
const verify = (token: string, by = password) =>
  call<{ code: string; detail: string; errors: unknown[] }>("POST", "/v1/auth/email-verification", {
    body: { token, password: by },
  });

it("makes nothing until the link is opened, and then everything at once", async () => {
  const email = newEmail();
  const before = await Promise.all([rows("users"), rows("organizations")]);
  const asked = await signUp(email.toUpperCase(), { name: "Ada" });
  expect([asked.status, asked.body]).toEqual([202, { email, expiresAt: expect.any(String) }]);
  expect(asked.headers.get("set-cookie")).toBeNull();
  expect(await Promise.all([rows("users"), rows("organizations")])).toEqual(before);
  expect((await call("POST", "/v1/auth/sign-in", { body: { email, password } })).status).toBe(401);

  const mail = await mailTo(email);
  expect(mail).toMatchObject({ template: "sign_up", subject: "Confirm your e-mail address" });
  expect(mail.html).toContain(`/verify#token=${mail.token}`);
  const opened = await expectCall<{ user: object; organizations: object[] }>(
    201,
    "POST",
    "/v1/auth/email-verification",
    { body: { token: mail.token, password } },
  );
  expect(opened.user).toMatchObject({ email, name: "Ada", hasPassword: true });
  expect(opened.organizations).toEqual([expect.objectContaining({ name: "Acme", role: "owner" })]);
  expect((await call("POST", "/v1/auth/sign-in", { body: { email, password } })).status).toBe(200);
});

it("keeps of a link only its hash, and of a mail only what is sealed", async () => {
  const email = newEmail();
  await signUp(email);
  const { token } = await mailTo(email);
  for (const table of ["account_tokens", "mails"]) {
    const { results } = await testEnv.DB.prepare(`select * from ${table}`).all();
    expect(JSON.stringify(results)).not.toContain(token);
    expect(JSON.stringify(results)).not.toContain("scrypt$");
  }
});

it("answers alike whether there is an account or not, and tells only its owner", async () => {
  const known = await person();
  const before = await Promise.all(tables.map(rows));
  const fresh = newEmail();
  const answers = [await signUp(known.email), await signUp(fresh)];
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  expect(answers.map(({ body }) => Object.keys(body))).toEqual([
    ["email", "expiresAt"],
    ["email", "expiresAt"],
  ]);
  expect(await Promise.all(tables.map(rows))).toEqual(before);
  expect(await mailTo(known.email)).toMatchObject({ template: "sign_up_known", token: "" });
  expect(await mailTo(fresh)).toMatchObject({ template: "sign_up" });
});

it("says of a link that is used, expired or not ours what to do next", async () => {
  const email = newEmail();
  await signUp(email);
  const { token } = await mailTo(email);
  expect((await verify(token)).status).toBe(201);
  const used = await verify(token);
  expect([used.status, used.body.code]).toEqual([400, "token_invalid"]);
  expect(used.body.detail).toContain("used");
  expect(used.body.detail).toContain("Sign in");

  const forged = await verify(`${token.slice(0, -2)}AA`);
  expect(forged.body).toMatchObject({ code: "token_invalid", errors: [{ path: "token" }] });
  expect(forged.body.detail).toContain("not one of ours");

  const late = newEmail();
  await signUp(late);
  const app = await appAt();
  app.moveMs(24 * 3_600_000 + 1000);
  const expired = await app.call<{ detail: string }>("POST", "/v1/auth/email-verification", {
    body: { token: (await mailTo(late)).token, password },
  });
  expect([expired.status, expired.body]).toMatchObject([400, { code: "token_invalid" }]);
  expect(expired.body.detail).toContain("expired. Sign up again");
});

it("makes no account of a stranger's sign-up when the owner of the address opens its link", async () => {
  const email = newEmail();
  await signUp(email, { password: "what the stranger knows" });
  const { token } = await mailTo(email);
  const before = await Promise.all(tables.map(rows));
  const opened = await verify(token, "what the owner believes it is");
  expect([opened.status, opened.body]).toMatchObject([
    400,
    { code: "validation_failed", errors: [{ path: "password" }] },
  ]);
  expect(opened.body.detail).toContain("no account is made");
  expect(await Promise.all(tables.map(rows))).toEqual(before);
  const stranger = await call("POST", "/v1/auth/sign-in", {
    body: { email, password: "what the stranger knows" },
  });
  expect(stranger.status).toBe(401);
  // Nothing stands in the way of the owner's own sign-up.
  await signUp(email);
  expect((await verify((await mailTo(email)).token)).status).toBe(201);
});

it("lets a link count once, also when it is opened twice at once", async () => {
  const email = newEmail();
  await signUp(email);
  const { token } = await mailTo(email);
  const both = await Promise.all([verify(token), verify(token)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 400]);
});

it("makes one account of two sign-ups with the same address", async () => {
  const email = newEmail();
  await signUp(email);
  await signUp(email, { password: "another long enough one" });
  const [second, first] = await mailsTo(email);
  const tokenOf = (text = "") => text.match(/#token=([\w-]+)/)?.[1] ?? "";
  expect((await verify(tokenOf(second?.text), "another long enough one")).status).toBe(201);
  const late = await verify(tokenOf(first?.text));
  expect([late.status, late.body.code]).toEqual([400, "token_invalid"]);
  expect(late.body.detail).toContain("Sign in");
});

it.each([
  ["password1234", "commonest"],
  ["short", "at least 12"],
  ["Acme Acme Acme", "little more"],
])("refuses the password %s and names the field", async (given, reason) => {
  const answer = await signUp(newEmail(), { password: given });
  expect([answer.status, answer.body]).toMatchObject([
    400,
    { code: "validation_failed", errors: [{ path: "password", message: expect.stringContaining(reason) }] },
  ]);
});

it("limits the sign-ups of one address, of no other, and for a quarter of an hour", async () => {
  const app = await appAt();
  // Hashing is what the limit saves; here only the counting matters.
  app.platform.passwords = { hash: async () => "x", matches: async () => false };
  const from = (address: string) =>
    app.call<{ code: string }>("POST", "/v1/auth/sign-up", {
      headers: { "cf-connecting-ip": address },
      body: { email: newEmail(), password, organizationName: "Acme" },
    });
  for (let i = 0; i < 50; i++) expect((await from("192.0.2.7")).status).toBe(202);
  const limited = await from("192.0.2.7");
  expect([limited.status, limited.body.code]).toEqual([429, "rate_limited"]);
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await from("192.0.2.8")).status).toBe(202);
  app.moveMs(15 * 60_000);
  expect((await from("192.0.2.7")).status).toBe(202);
});

it("sends no address more than five mails by strangers in a quarter of an hour", async () => {
  const email = newEmail();
  for (let i = 0; i < 5; i++) {
    expect((await call("POST", "/v1/auth/password-reset", { body: { email } })).status).toBe(202);
  }
  const limited = await call("POST", "/v1/auth/password-reset", { body: { email } });
  expect([limited.status, limited.body]).toMatchObject([429, { code: "rate_limited", retryable: true }]);
});

it("closes sign-up where it is told to", async () => {
  const app = await appAt("http://muster.test", { ALLOW_SIGN_UP: "false" });
  const answer = await app.call("POST", "/v1/auth/sign-up", {
    body: { email: newEmail(), password, organizationName: "Acme" },
  });
  expect(answer.status).toBe(403);
});
