import { expect, it } from "vitest";
import type { Session } from "../../protocol/api/auth.ts";
import type { ChangedFactors, Factors, PasskeyCreation, PasskeyRequest } from "../../protocol/api/factors.ts";
import { type Account, account, addPasskey, addTotp, codeAt } from "../harness/worker/account.ts";
import { type Authenticator, makeAuthenticator, type Twist } from "../harness/worker/authenticator.ts";
import { mailTo } from "../harness/world.ts";

const origin = "https://muster.example";
const refused = { code: "token_invalid", errors: [{ path: "passkey" }] };

const askAny = async ({ app }: Account) =>
  (await app.call<PasskeyRequest>("POST", "/v1/auth/passkeys/options")).body;

/** A sign-in by the passkey alone. */
async function signIn(person: Account, device: Authenticator, twist: Twist = {}) {
  const passkey = await device.get(await askAny(person), twist);
  return person.app.call<Session & { code: string }>("POST", "/v1/auth/passkeys", { body: { passkey } });
}

it("adds a passkey, which signs in without the password and counts as two factors", async () => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  const { passkey, changed } = await addPasskey(person, device, "Laptop");
  expect(passkey).toMatchObject({ name: "Laptop", lastUsedAt: null, synced: false });
  expect(changed.recoveryCodes).toHaveLength(10);
  await person.app.settled();
  expect((await mailTo(person.world.email)).subject).toBe("A passkey was added");
  const told = await person.must<{ items: { action: string }[] }>(200, "GET", "/v1/me/events");
  expect(told.items.map(({ action }) => action)).toContain("passkey.add");

  const answer = await signIn(person, device);
  expect([answer.status, answer.body.user?.email]).toEqual([200, person.world.email]);
  person.token = answer.body.accessToken;
  const factors = await person.must<Factors>(200, "GET", "/v1/me/factors");
  expect(factors.passkeys).toMatchObject([{ lastUsedAt: expect.any(String) }]);
  const sessions = await person.must<{
    items: { current: boolean; method: string; secondFactor: boolean }[];
  }>(200, "GET", "/v1/me/sessions");
  expect(sessions.items.find((one) => one.current)).toMatchObject({ method: "passkey", secondFactor: true });
});

it("asks for discoverable passkeys, with verification, of this host", async () => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  const first = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
  expect(first).toMatchObject({
    rp: { id: "muster.example" },
    attestation: "none",
    excludeCredentials: [],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  await addPasskey(person, device);
  const next = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
  expect(next.excludeCredentials).toMatchObject([{ id: device.credentialId }]);
  // Nobody is told by it which passkeys there are.
  expect(await askAny(person)).toMatchObject({ allowCredentials: [], userVerification: "required" });
});

const otherChallenge = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
const twists: [string, Twist][] = [
  ["another site's origin", { origin: "https://muster.example.evil.example" }],
  ["another port", { origin: "https://muster.example:8443" }],
  ["another RP id", { rpId: "example" }],
  ["a challenge that nobody gave", { challenge: otherChallenge }],
  ["another ceremony", { type: "payment.get" }],
  ["no PIN, finger or face", { userVerified: false }],
];

it.each(twists)("refuses a sign-in with %s", async (_, twist) => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  await addPasskey(person, device);
  const answer = await signIn(person, device, twist);
  expect([answer.status, answer.body]).toMatchObject([400, refused]);
  expect((await signIn(person, device)).status).toBe(200);
});

it.each([...twists, ["an attestation that nobody asked for", { attestation: "apple" }] as [string, Twist]])(
  "refuses a new passkey with %s",
  async (_, twist) => {
    const person = await account();
    const device = await makeAuthenticator(origin);
    const options = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
    const answer = await person.call("POST", "/v1/me/passkeys", {
      body: { name: "Laptop", passkey: await device.create(options, twist) },
    });
    expect([answer.status, answer.body]).toMatchObject([400, refused]);
    expect((await person.must<Factors>(200, "GET", "/v1/me/factors")).passkeys).toEqual([]);
  },
);

it("refuses a counter that went back, and tells the person that there may be a copy", async () => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  await addPasskey(person, device);
  expect((await signIn(person, device, { counter: 7 })).status).toBe(200);
  for (const counter of [7, 3, 0]) {
    const answer = await signIn(person, device, { counter });
    expect([answer.status, answer.body], String(counter)).toMatchObject([400, refused]);
  }
  await person.app.settled();
  expect((await mailTo(person.world.email)).subject).toContain("copy");
  expect((await signIn(person, device, { counter: 8 })).status).toBe(200);
});

it("takes passkeys that never count", async () => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  const options = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
  const passkey = await device.create(options, { counter: 0 });
  await person.must(201, "POST", "/v1/me/passkeys", { name: "Phone", passkey });
  expect((await signIn(person, device, { counter: 0 })).status).toBe(200);
  expect((await signIn(person, device, { counter: 0 })).status).toBe(200);
});

it("takes each answer once, also when it is sent twice at the same moment", async () => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  const options = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
  const made = await device.create(options, { counter: 0 });
  await person.must(201, "POST", "/v1/me/passkeys", { name: "Phone", passkey: made });
  const answerTo = await device.get(await askAny(person), { counter: 0 });
  const send = () => person.app.call("POST", "/v1/auth/passkeys", { body: { passkey: answerTo } });
  const both = await Promise.all([send(), send()]);
  expect(both.map((one) => one.status).sort()).toEqual([200, 400]);
  expect(await send()).toMatchObject({ status: 400, body: refused });
  await person.must(200, "DELETE", `/v1/me/passkeys/${await onlyPasskey(person)}`);
  // The answer that made it does not make it again.
  const again = await person.call("POST", "/v1/me/passkeys", { body: { name: "Again", passkey: made } });
  expect([again.status, again.body]).toMatchObject([400, refused]);
});

async function onlyPasskey(person: Account): Promise<string> {
  const { passkeys } = await person.must<Factors>(200, "GET", "/v1/me/factors");
  expect(passkeys).toHaveLength(1);
  return passkeys[0]?.id ?? "";
}

it("lets a challenge expire, and takes one for what it was asked for only", async () => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  await addPasskey(person, device);
  const late = await askAny(person);
  person.app.moveMs(300_000);
  const send = async (options: PasskeyRequest) =>
    person.app.call("POST", "/v1/auth/passkeys", { body: { passkey: await device.get(options) } });
  expect(await send(late)).toMatchObject({ status: 400, body: refused });
  const toConfirm = await person.must<PasskeyRequest>(200, "POST", "/v1/auth/confirm/options");
  expect(await send(toConfirm)).toMatchObject({ status: 400, body: refused });
  const toAdd = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
  expect(await send({ ...late, challenge: toAdd.challenge })).toMatchObject({ status: 400, body: refused });
});

it("is the second step after the password, for the person of the ticket only", async () => {
  const [person, other] = await Promise.all([account(), account()]);
  const [device, foreign] = await Promise.all([makeAuthenticator(origin), makeAuthenticator(origin)]);
  await addPasskey(person, device);
  await addPasskey(other, foreign);
  const step = (await person.signIn()).body.secondFactor;
  expect(step.methods).toEqual(["passkey", "recovery_code"]);
  const { ticket } = step;
  const ask = async () =>
    (await person.app.call<PasskeyRequest>("POST", "/v1/auth/passkeys/options", { body: { ticket } })).body;
  const options = await ask();
  expect(options.allowCredentials).toMatchObject([{ id: device.credentialId }]);
  const send = async (passkey: object) =>
    person.app.call("POST", "/v1/auth/second-factor", { body: { ticket, passkey } });
  expect(await send(await foreign.get(options))).toMatchObject({ status: 400, body: refused });
  // A challenge of a sign-in without password does not do for a second step.
  expect(await send(await device.get(await askAny(person)))).toMatchObject({ status: 400, body: refused });
  expect((await send(await device.get(await ask()))).status).toBe(200);
});

it("refuses an answer that names another account, or an unknown passkey", async () => {
  const person = await account();
  const [device, stranger] = await Promise.all([makeAuthenticator(origin), makeAuthenticator(origin)]);
  await addPasskey(person, device);
  const userHandle = Buffer.from("usr_01JD0000000000000000000000").toString("base64url");
  expect(await signIn(person, device, { userHandle })).toMatchObject({ status: 400, body: refused });
  expect(await signIn(person, stranger)).toMatchObject({ status: 400, body: refused });
  // Another device that claims to be the first one cannot sign for it.
  const claimed = await stranger.get(await askAny(person));
  const forged = { ...claimed, id: device.credentialId, rawId: device.credentialId };
  const answer = await person.app.call("POST", "/v1/auth/passkeys", { body: { passkey: forged } });
  expect([answer.status, answer.body]).toMatchObject([400, refused]);
});

it("confirms presence by a passkey, and by nothing less when that is the second factor", async () => {
  const person = await account();
  const none = await person.call("POST", "/v1/auth/confirm/options");
  expect([none.status, none.body]).toMatchObject([409, { code: "conflict" }]);
  const device = await makeAuthenticator(origin);
  await addPasskey(person, device);
  const { password } = person.world;
  expect((await person.call("POST", "/v1/auth/confirm", { body: { password } })).body).toMatchObject({
    code: "validation_failed",
    errors: [{ path: "passkey" }],
  });
  const options = await person.must<PasskeyRequest>(200, "POST", "/v1/auth/confirm/options");
  const passkey = await device.get(options);
  await person.must(200, "POST", "/v1/auth/confirm", { passkey });
  expect((await person.call("POST", "/v1/auth/confirm", { body: { passkey } })).body).toMatchObject(refused);
});

it("renames and removes passkeys of one's own only", async () => {
  const [person, other] = await Promise.all([account(), account()]);
  const { passkey } = await addPasskey(person, await makeAuthenticator(origin));
  const path = `/v1/me/passkeys/${passkey.id}`;
  expect(await person.must(200, "PATCH", path, { name: "Old laptop" })).toMatchObject({ name: "Old laptop" });
  for (const method of ["PATCH", "DELETE"]) {
    const body = method === "PATCH" ? { body: { name: "Mine" } } : {};
    expect((await other.call(method, path, body)).status).toBe(404);
  }
  const changed = await person.must<ChangedFactors>(200, "DELETE", path);
  expect(changed.factors).toMatchObject({ passkeys: [], recoveryCodes: null });
  expect((await person.signIn()).body.accessToken).toEqual(expect.any(String));
});

it("keeps the second factor, and the codes, while one of two is left", async () => {
  const person = await account();
  const { secret, recoveryCodes } = await addTotp(person);
  const { passkey, changed } = await addPasskey(person, await makeAuthenticator(origin));
  expect(changed.recoveryCodes).toBeNull();
  const { factors } = await person.must<ChangedFactors>(200, "DELETE", `/v1/me/passkeys/${passkey.id}`);
  expect(factors.recoveryCodes).toMatchObject({ left: recoveryCodes.length });
  expect((await person.signIn()).body.secondFactor.methods).toEqual(["totp", "recovery_code"]);
  expect((await person.secondFactor({ code: codeAt(person.app, secret) })).status).toBe(200);
});

it("does not know the same device twice, and takes no more than twenty", async () => {
  const person = await account();
  const device = await makeAuthenticator(origin);
  await addPasskey(person, device);
  const again = await device.create(
    await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options"),
  );
  expect(
    await person.call("POST", "/v1/me/passkeys", { body: { name: "Same", passkey: again } }),
  ).toMatchObject({ status: 409, body: { code: "already_exists" } });
  for (let i = 1; i < 20; i++) await addPasskey(person, await makeAuthenticator(origin), `Key ${i}`);
  const options = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
  const passkey = await (await makeAuthenticator(origin)).create(options);
  expect(await person.call("POST", "/v1/me/passkeys", { body: { name: "Key 21", passkey } })).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("20 passkeys") },
  });
});

it.each([
  ["http://127.0.0.1:8787", "http://localhost:8787"],
  ["https://192.0.2.7", "a host name with https"],
  ["http://muster.example", "https"],
])("says why there are no passkeys at %s", async (publicUrl, instead) => {
  const person = await account(publicUrl);
  const factors = await person.must<Factors>(200, "GET", "/v1/me/factors");
  expect(factors.passkeysRefused).toContain(instead);
  for (const path of ["/v1/me/passkeys/options", "/v1/auth/passkeys/options"]) {
    const answer = await person.call("POST", path);
    expect([answer.status, answer.body.detail]).toEqual([409, factors.passkeysRefused]);
  }
});

it("works on localhost without TLS", async () => {
  const person = await account("http://localhost:8787");
  await addPasskey(person, await makeAuthenticator("http://localhost:8787"));
});

it("names the field of what is not an answer of a passkey", async () => {
  const person = await account();
  const answer = await person.app.call("POST", "/v1/auth/passkeys", { body: { passkey: { id: "%" } } });
  expect([answer.status, answer.body]).toMatchObject([
    400,
    {
      code: "validation_failed",
      errors: expect.arrayContaining([expect.objectContaining({ path: "passkey.id" })]),
    },
  ]);
});
