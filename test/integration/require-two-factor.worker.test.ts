import { expect, it } from "vitest";
import type { Organization } from "../../protocol/api/auth.ts";
import type { TwoFactorPolicy } from "../../protocol/api/factors.ts";
import { type Account, account, addPasskey, addTotp, codeAt } from "../harness/worker/account.ts";
import { makeAuthenticator } from "../harness/worker/authenticator.ts";
import { member } from "../harness/world.ts";

const origin = "https://muster.example";
const policyPath = ({ world }: Account) => `/v1/orgs/${world.organization}/two-factor-policy`;

const require = (owner: Account, requireTwoFactor = true) =>
  owner.must<TwoFactorPolicy>(200, "PATCH", policyPath(owner), { requireTwoFactor });

async function blockedOf(
  person: Account,
  organization: string,
): Promise<Organization["blocked"] | undefined> {
  const { organizations } = await person.must<{ organizations: Organization[] }>(200, "GET", "/v1/me");
  return organizations.find(({ id }) => id === organization)?.blocked;
}

/** An owner with a second factor, and a member without, each signed in by the same app. */
async function ownerAndMember(): Promise<{ owner: Account; other: Account }> {
  const owner = await account();
  await addTotp(owner);
  const { email, password } = await member(owner.world, "operator");
  const other = await account(undefined, { app: owner.app, world: { ...owner.world, email, password } });
  return { owner, other };
}

it("is refused to who would be locked out by it, and says why before", async () => {
  const owner = await account();
  expect(await owner.must(200, "GET", policyPath(owner))).toEqual({
    requireTwoFactor: false,
    membersWithout: 1,
    obstacle: expect.stringContaining("lock you out"),
  });
  const refused = await owner.call("PATCH", policyPath(owner), { body: { requireTwoFactor: true } });
  expect([refused.status, refused.body]).toMatchObject([
    409,
    { code: "conflict", errors: [{ path: "requireTwoFactor" }] },
  ]);
  await addTotp(owner);
  expect(await owner.must(200, "GET", policyPath(owner))).toMatchObject({
    membersWithout: 0,
    obstacle: null,
  });
  expect(await require(owner)).toMatchObject({ requireTwoFactor: true });
});

it("closes the organization to sessions without a second factor, at once, and nothing else", async () => {
  const { owner, other } = await ownerAndMember();
  const fleets = `/v1/projects/${owner.world.project}/fleets`;
  await other.must(200, "GET", fleets);
  expect(await owner.must(200, "GET", policyPath(owner))).toMatchObject({ membersWithout: 1 });
  await require(owner);

  for (const [method, path, body] of [
    ["GET", fleets],
    ["GET", `/v1/fleets/${owner.world.fleet}`],
    ["GET", `/v1/orgs/${owner.world.organization}/projects`],
    ["POST", `/v1/orgs/${owner.world.organization}/projects`, { name: "Mine" }],
    ["GET", `/v1/orgs/${owner.world.organization}/members`],
  ] as const) {
    const answer = await other.call(method, path, body ? { body } : {});
    expect([answer.status, answer.body.code], path).toEqual([403, "two_factor_required"]);
  }
  expect(await blockedOf(other, owner.world.organization)).toBe("two_factor_required");
  // The account is open, and so are other organizations and API keys.
  await other.must(200, "GET", "/v1/me/factors");
  await owner.must(200, "GET", fleets);
  expect((await owner.call("GET", fleets, { token: owner.world.apiKey })).status).toBe(200);
});

it("opens with the first second factor, in the session that added it and in those that show it", async () => {
  const { owner, other } = await ownerAndMember();
  await require(owner);
  const elsewhere = (await other.signIn()).body.accessToken;
  const device = await makeAuthenticator(origin);
  await addPasskey(other, device);
  expect(await blockedOf(other, owner.world.organization)).toBeNull();
  // Another session, open since before, has shown one factor only.
  const added = other.token;
  other.token = elsewhere;
  expect(await blockedOf(other, owner.world.organization)).toBe("two_factor_required");
  const options = await other.must<Parameters<typeof device.get>[0]>(200, "POST", "/v1/auth/confirm/options");
  await other.must(200, "POST", "/v1/auth/confirm", { passkey: await device.get(options) });
  expect(await blockedOf(other, owner.world.organization)).toBeNull();
  other.token = added;
  const { passkeys } = await other.must<{ passkeys: { id: string }[] }>(200, "GET", "/v1/me/factors");
  await other.must(200, "DELETE", `/v1/me/passkeys/${passkeys[0]?.id}`);
  expect(await blockedOf(other, owner.world.organization)).toBe("two_factor_required");
  other.token = elsewhere;
  expect(await blockedOf(other, owner.world.organization)).toBe("two_factor_required");
});

it("stays open over a refresh of a session that showed two factors", async () => {
  const { owner } = await ownerAndMember();
  await require(owner);
  owner.app.moveMs(60_000);
  const { secret } = await again(owner);
  const answer = await owner.app.call<{ refreshToken: string }>(
    "POST",
    "/v1/auth/second-factor?tokens=body",
    {
      body: { ticket: await owner.ticket(), code: codeAt(owner.app, secret) },
    },
  );
  expect(answer.status).toBe(200);
  const next = await owner.app.call<{ organizations: Organization[] }>("POST", "/v1/auth/refresh", {
    body: { refreshToken: answer.body.refreshToken },
  });
  expect(next.body.organizations.map(({ blocked }) => blocked)).toEqual([null]);
});

/** Another app in place of the one that is there. */
async function again(person: Account) {
  await person.must(200, "DELETE", "/v1/me/totp");
  return addTotp(person);
}

it("is told in the audit log with before and after, and may be taken back", async () => {
  const { owner, other } = await ownerAndMember();
  await require(owner);
  await require(owner);
  expect(await require(owner, false)).toMatchObject({ requireTwoFactor: false });
  expect(await blockedOf(other, owner.world.organization)).toBeNull();
  const log = await owner.must<{ items: { action: string; changes: object[] }[] }>(
    200,
    "GET",
    `/v1/orgs/${owner.world.organization}/audit-events?action=organization.require_two_factor`,
  );
  expect(log.items.map(({ changes }) => changes)).toEqual([
    [{ path: "requireTwoFactor", before: true, after: false }],
    [{ path: "requireTwoFactor", before: false, after: true }],
  ]);
});

it("is nothing for operators or keys", async () => {
  const { owner, other } = await ownerAndMember();
  for (const token of [other.token, owner.world.apiKey]) {
    const answer = await owner.call("PATCH", policyPath(owner), { token, body: { requireTwoFactor: true } });
    expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
  }
});
