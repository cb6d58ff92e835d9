/** People of an organization: invited, joined, changed, gone; always with an owner, and none giving more than they have. */
import { expect, it } from "vitest";
import { run } from "../harness/worker/audit.ts";
import {
  type Answer,
  call,
  expectCall,
  mailTo,
  member,
  type Person,
  person,
  type World,
  world,
} from "../harness/world.ts";

interface Problem {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
}
interface Invitation {
  id: string;
  status: string;
  receipt: { warnings: string[]; undo: { href: string } | null };
}

const refusal = ({ status, body }: Answer<Problem>) => [status, body.code, body.errors[0]?.path];
const members = (w: World, rest = "") => `/v1/orgs/${w.organization}/members${rest}`;
const address = () => `i-${crypto.randomUUID()}@example.com`;

const invite = (w: World, email: string, body: object = {}) =>
  expectCall<Invitation>(201, "POST", `/v1/orgs/${w.organization}/invitations`, {
    token: w.token,
    body: { email, ...body },
  });

const actions = async (w: World) =>
  (
    await expectCall<{ items: { action: string }[] }>(200, "GET", `/v1/orgs/${w.organization}/audit-events`, {
      token: w.token,
    })
  ).items.map(({ action }) => action);

it("invites somebody new by mail, who signs up by the link, once", async () => {
  const w = await world();
  const team = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/teams`, {
    token: w.token,
    body: { name: "Payments" },
  });
  const email = address();
  await invite(w, email, { role: "operator", teamIds: [team.id] });
  const { token } = await mailTo(email);
  const preview = await expectCall(200, "POST", "/v1/invitations/preview", { body: { token } });
  expect(preview).toMatchObject({ email, roleName: "operator", organizationName: "Acme", hasAccount: false });

  const weak = await call<Problem>("POST", "/v1/auth/sign-up-invited", {
    body: { token, name: "Grace", password: "aaaaaaaaaaaaaa" },
  });
  expect(refusal(weak)).toEqual([400, "validation_failed", "password"]);
  const body = { token, name: "Grace", password: "correct horse battery" };
  const joined = await expectCall<{ accessToken: string; organizations: { id: string; role: string }[] }>(
    201,
    "POST",
    "/v1/auth/sign-up-invited",
    { body },
  );
  expect(joined.organizations).toMatchObject([{ id: w.organization, role: "operator" }]);
  const listed = await expectCall<{ items: { email: string; teams: { id: string }[] }[] }>(
    200,
    "GET",
    members(w, "?q=GRACE"),
    { token: w.token },
  );
  expect(listed.items).toMatchObject([
    { email, role: "operator", teams: [{ id: team.id, name: "Payments" }] },
  ]);

  const again = await call<Problem>("POST", "/v1/auth/sign-up-invited", { body });
  expect(refusal(again)).toEqual([400, "token_invalid", "token"]);
  expect(again.body.detail).toContain("accepted already");
  expect(await actions(w)).toContain("invitation.accept");
});

it("lets who has an account accept with it, and nobody else", async () => {
  const w = await world();
  const guest = await person("Ada");
  const stranger = await person();
  await invite(w, guest.email);
  const { token } = await mailTo(guest.email);
  const preview = await expectCall(200, "POST", "/v1/invitations/preview", { body: { token } });
  expect(preview.hasAccount).toBe(true);
  const accept = (as: Person) =>
    call<Problem>("POST", "/v1/invitations/accept", { token: as.token, body: { token } });
  expect(refusal(await accept(stranger))).toEqual([403, "forbidden", "token"]);
  const accepted = await accept(guest);
  expect(accepted.status).toBe(200);
  expect(accepted.body).toMatchObject({ organization: { id: w.organization, role: "viewer" } });
  expect((await call("GET", `/v1/orgs/${w.organization}`, { token: guest.token })).status).toBe(200);
  expect(refusal(await accept(guest))).toEqual([400, "token_invalid", "token"]);
  const again = await call<Problem>("POST", `/v1/orgs/${w.organization}/invitations`, {
    token: w.token,
    body: { email: guest.email.toUpperCase() },
  });
  expect(refusal(again)).toEqual([409, "already_exists", "email"]);
});

it("counts only the newest link: replaced, revoked, tampered ones say what to do", async () => {
  const w = await world();
  const email = address();
  const preview = (token: string) => call<Problem>("POST", "/v1/invitations/preview", { body: { token } });
  await invite(w, email);
  const first = (await mailTo(email)).token;
  const second = await invite(w, email, { role: "operator" });
  expect(second.receipt.warnings.join()).toContain("counts no longer");
  expect((await preview(first)).body.detail).toContain("replaced by a newer one");
  const { token } = await mailTo(email);
  expect((await preview(token)).status).toBe(200);
  expect((await preview(`${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`)).body.code).toBe(
    "token_invalid",
  );
  const soon = await call<Problem>("POST", `/v1/invitations/${second.id}/resend`, { token: w.token });
  expect([soon.status, soon.body.code]).toEqual([429, "rate_limited"]);
  const revoked = await expectCall<Invitation>(200, "POST", `/v1/invitations/${second.id}/revoke`, {
    token: w.token,
  });
  expect(revoked.status).toBe("revoked");
  expect((await preview(token)).body.detail).toContain("taken back");
  const twice = await call<Problem>("POST", `/v1/invitations/${second.id}/revoke`, { token: w.token });
  expect(refusal(twice)).toEqual([409, "conflict", "invitation"]);
  const open = await expectCall<{ items: unknown[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/invitations?status=open`,
    { token: w.token },
  );
  expect(open.items).toEqual([]);
});

it("says of an invitation that has expired what to do, and sends it again with a link that counts", async () => {
  const w = await world();
  const email = address();
  const { id } = await invite(w, email);
  const { token } = await mailTo(email);
  await run("update invitations set expires_at = 1, sent_at = 1 where id = ?", id);
  const body = { token, name: "Grace", password: "correct horse battery" };
  const late = await call<Problem>("POST", "/v1/auth/sign-up-invited", { body });
  expect(refusal(late)).toEqual([400, "token_invalid", "token"]);
  expect(late.body.detail).toContain("has expired after 7 days. Ask for another one.");
  await expectCall(200, "POST", `/v1/invitations/${id}/resend`, { token: w.token });
  expect(await actions(w)).toContain("invitation.resend");
  const fresh = await mailTo(email);
  expect(fresh.token).not.toBe(token);
  const joined = { ...body, token: fresh.token };
  await expectCall(201, "POST", "/v1/auth/sign-up-invited", { body: joined });
});

it("lets nobody join an organization that is deleted, until it is brought back", async () => {
  const w = await world();
  const guest = await person();
  await invite(w, guest.email);
  const { token } = await mailTo(guest.email);
  const accept = () =>
    call<Problem>("POST", "/v1/invitations/accept", { token: guest.token, body: { token } });
  const deletedAt = (value: number | null) =>
    run("update organizations set deleted_at = ? where id = ?", value, w.organization);
  await deletedAt(1);
  const preview = await call<Problem>("POST", "/v1/invitations/preview", { body: { token } });
  for (const answer of [preview, await accept()]) {
    expect(refusal(answer)).toEqual([400, "token_invalid", "token"]);
    expect(answer.body.detail).toContain("is deleted. Its owners may bring it back");
  }
  await deletedAt(null);
  expect((await accept()).status).toBe(200);
});

it("never is without an owner, whoever leaves, steps down, or is removed at once", async () => {
  const w = await world();
  const me = await expectCall<{ actor: { user: { id: string } } }>(200, "GET", "/v1/me", { token: w.token });
  const self = me.actor.user.id;
  const as = { token: w.token };
  const leave = () => call<Problem>("POST", `/v1/orgs/${w.organization}/leave`, as);
  expect(refusal(await leave())).toEqual([409, "conflict", "role"]);
  const stepDown = await call<Problem>("PATCH", members(w, `/${self}`), { ...as, body: { role: "admin" } });
  expect(refusal(stepDown)).toEqual([409, "conflict", "role"]);

  const second = await member(w, "owner");
  const both = await Promise.all([
    call<Problem>("PATCH", members(w, `/${self}`), { ...as, body: { role: "admin" } }),
    call<Problem>("POST", `/v1/orgs/${w.organization}/leave`, { token: second.token }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
});

it("hands the ownership over, to a member only", async () => {
  const w = await world();
  const heir = await member(w, "viewer");
  const transfer = (to: string) =>
    call<Problem>("POST", `/v1/orgs/${w.organization}/transfer`, { token: w.token, body: { member: to } });
  const stranger = await person();
  expect(refusal(await transfer(stranger.id))).toEqual([400, "validation_failed", "member"]);
  expect((await transfer(heir.id)).status).toBe(200);
  const { items } = await expectCall<{ items: { userId: string; role: string }[] }>(200, "GET", members(w), {
    token: w.token,
  });
  expect(items.map(({ role }) => role).toSorted()).toEqual(["admin", "owner"]);
  expect(items.find(({ userId }) => userId === heir.id)?.role).toBe("owner");
});

it("ends teams, bindings and keys with the membership, at once", async () => {
  const w = await world();
  const gone = await member(w, "admin");
  const { secret } = await expectCall<{ secret: string }>(
    201,
    "POST",
    `/v1/orgs/${w.organization}/api-keys`,
    {
      token: gone.token,
      body: { name: "mine", role: "viewer" },
    },
  );
  expect((await call("GET", "/v1/me", { token: secret })).status).toBe(200);
  const other = await expectCall<{ secret: string; id: string }>(
    201,
    "POST",
    `/v1/orgs/${w.organization}/api-keys`,
    { token: gone.token, body: { name: "unused", role: "viewer" } },
  );
  await expectCall(200, "DELETE", members(w, `/${gone.id}`), { token: w.token });
  expect((await call("GET", `/v1/orgs/${w.organization}`, { token: gone.token })).status).toBe(404);
  expect((await call("GET", "/v1/me", { token: other.secret })).status).toBe(401);
  const key = await expectCall(200, "GET", `/v1/api-keys/${other.id}`, { token: w.token });
  expect(key.revokedAt).not.toBeNull();
  expect(await actions(w)).toContain("member.remove");
});

it("takes back, with a membership, an invitation that would lead back in", async () => {
  const w = await world();
  const email = address();
  await invite(w, email);
  const { token } = await mailTo(email);
  // As somebody who joined by single sign-on while the invitation was open.
  const gone = await member(w, "viewer");
  await run("update users set email = ? where id = ?", email, gone.id);
  await expectCall(200, "DELETE", members(w, `/${gone.id}`), { token: w.token });
  const back = await call<Problem>("POST", "/v1/invitations/accept", { token: gone.token, body: { token } });
  expect(refusal(back)).toEqual([400, "token_invalid", "token"]);
  expect(back.body.detail).toContain("taken back");
});

it("weighs the teams of an invitation again when somebody else sends it again", async () => {
  const w = await world();
  const [admin, email] = [await member(w, "admin"), address()];
  const as = { token: w.token };
  const team = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/teams`, {
    ...as,
    body: { name: "Owners" },
  });
  await expectCall(201, "POST", `/v1/orgs/${w.organization}/bindings`, {
    ...as,
    body: { subject: team.id, role: "owner" },
  });
  const { id } = await invite(w, email, { teamIds: [team.id] });
  await run("update invitations set expires_at = 1, sent_at = 1 where id = ?", id);
  const resend = (token: string) => call<Problem>("POST", `/v1/invitations/${id}/resend`, { token });
  expect(refusal(await resend(admin.token))).toEqual([403, "forbidden", "teamIds[0]"]);
  expect((await resend(w.token)).status).toBe(200);
});

it("lets nobody enable a service account that has more than they, by its bindings too", async () => {
  const w = await world();
  const admin = await member(w, "admin");
  const as = { token: w.token };
  const { id } = await expectCall<{ id: string }>(
    201,
    "POST",
    `/v1/orgs/${w.organization}/service-accounts`,
    {
      ...as,
      body: { name: "program", role: "viewer" },
    },
  );
  await expectCall(201, "POST", `/v1/orgs/${w.organization}/bindings`, {
    ...as,
    body: { subject: id, role: "owner" },
  });
  await expectCall(200, "PATCH", `/v1/service-accounts/${id}`, { ...as, body: { disabled: true } });
  const enable = (token: string) =>
    call<Problem>("PATCH", `/v1/service-accounts/${id}`, { token, body: { disabled: false } });
  expect(refusal(await enable(admin.token))).toEqual([403, "forbidden", "disabled"]);
  expect((await enable(w.token)).status).toBe(200);
});

it("lets nobody give, change or remove more than they have", async () => {
  const w = await world();
  const admin = await member(w, "admin");
  const owner = await expectCall<{ items: { userId: string }[] }>(200, "GET", members(w, "?role=owner"), {
    token: w.token,
  });
  const ownerId = owner.items[0]?.userId;
  const as = { token: admin.token };
  const attempts = [
    call<Problem>("POST", `/v1/orgs/${w.organization}/invitations`, {
      ...as,
      body: { email: address(), role: "owner" },
    }),
    call<Problem>("PATCH", members(w, `/${admin.id}`), { ...as, body: { role: "owner" } }),
    call<Problem>("PATCH", members(w, `/${ownerId}`), { ...as, body: { role: "viewer" } }),
    call<Problem>("DELETE", members(w, `/${ownerId}`), as),
    call<Problem>("POST", `/v1/orgs/${w.organization}/roles`, {
      ...as,
      body: { name: "sly", statements: [{ permissions: ["*"] }] },
    }),
    call<Problem>("POST", `/v1/orgs/${w.organization}/bindings`, {
      ...as,
      body: { subject: admin.id, role: "owner" },
    }),
    call<Problem>("POST", `/v1/orgs/${w.organization}/service-accounts`, {
      ...as,
      body: { name: "sly", role: "owner" },
    }),
    call<Problem>("POST", `/v1/orgs/${w.organization}/api-keys`, {
      ...as,
      body: { name: "sly", role: "owner" },
    }),
  ];
  for (const attempt of await Promise.all(attempts)) {
    expect([attempt.status, attempt.body.code]).toEqual([403, "forbidden"]);
  }
});
