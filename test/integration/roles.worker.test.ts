/** Roles of one's own, scopes and denials, as the API holds people to them. */
import { expect, it } from "vitest";
import { enrol } from "../harness/worker/enrolled.ts";
import { type Answer, call, expectCall, member, type Person, type World, world } from "../harness/world.ts";

interface Problem {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
}
interface Named {
  id: string;
}
interface Page {
  items: { id: string }[];
}

const refusal = ({ status, body }: Answer<Problem>) => [status, body.code, body.errors[0]?.path];
const org = (w: World, rest: string) => `/v1/orgs/${w.organization}${rest}`;

const role = (w: World, name: string, statements: object[]) =>
  expectCall<Named>(201, "POST", org(w, "/roles"), { token: w.token, body: { name, statements } });

const bind = (w: World, subject: string, given: string, scope?: object) =>
  expectCall<Named>(201, "POST", org(w, "/bindings"), {
    token: w.token,
    body: { subject, role: given, ...(scope && { scope }) },
  });

/** Belongs to the organization and may see no more than its name. */
async function bare(w: World): Promise<Person> {
  const { id } = await role(w, `bare ${crypto.randomUUID()}`, [{ permissions: ["organization.read"] }]);
  return member(w, id);
}

const ids = async (as: { token: string }, path: string) =>
  (await expectCall<Page>(200, "GET", path, as)).items.map(({ id }) => id);

it("names what is wrong with a role: the field, and the permission that was meant", async () => {
  const w = await world();
  const make = (statement: object) =>
    call<Problem>("POST", org(w, "/roles"), { token: w.token, body: { name: "r", statements: [statement] } });
  const mistyped = await make({ permissions: ["rollouts.write"] });
  expect(refusal(mistyped)).toEqual([400, "validation_failed", "statements[0].permissions[0]"]);
  expect(mistyped.body.errors[0]?.message).toContain("did you mean rollout.write?");
  const byLabels = { kind: "agents", selector: "color=blue" };
  expect(refusal(await make({ permissions: ["fleet.read"], scope: byLabels }))).toEqual([
    400,
    "validation_failed",
    "statements[0].scope",
  ]);
  const other = await world();
  const foreign = { kind: "project", projectId: other.project };
  expect(refusal(await make({ permissions: ["fleet.read"], scope: foreign }))).toEqual([
    400,
    "validation_failed",
    "statements[0].scope.projectId",
  ]);
});

it("changes a role for whoever has it, by the version that was read, and deletes it only unused", async () => {
  const w = await world();
  const made = await role(w, "Config readers", [{ permissions: ["organization.read", "project.read"] }]);
  const reader = await member(w, made.id);
  const path = `/v1/roles/${made.id}`;
  expect((await call("GET", `/v1/projects/${w.project}`, { token: reader.token })).status).toBe(200);
  const read = await call("GET", path, { token: w.token });
  const headers = { "if-match": read.headers.get("etag") ?? "" };
  const body = { statements: [{ permissions: ["organization.read"] }] };
  await expectCall(200, "PATCH", path, { token: w.token, body, headers });
  expect((await call("GET", `/v1/projects/${w.project}`, { token: reader.token })).status).toBe(403);
  const stale = await call<Problem>("PATCH", path, { token: w.token, body: { name: "X" }, headers });
  expect([stale.status, stale.body.code]).toEqual([409, "conflict"]);
  const used = await call<Problem>("DELETE", path, { token: w.token });
  expect([used.status, used.body.detail]).toEqual([409, expect.stringContaining("1 member")]);
  await expectCall(200, "PATCH", org(w, `/members/${reader.id}`), {
    token: w.token,
    body: { role: "viewer" },
  });
  await expectCall(200, "DELETE", path, { token: w.token });
});

it("shows who may see one environment that alone, in every list and by every id", async () => {
  const w = await world();
  const as = { token: w.token };
  const made = <T = Named>(path: string, body: object) => expectCall<T>(201, "POST", path, { ...as, body });
  const staging = await made(`/v1/projects/${w.project}/environments`, { name: "Staging" });
  const fleet = await made(`/v1/projects/${w.project}/fleets`, {
    name: "Staging",
    environmentId: staging.id,
  });
  const elsewhere = await made(org(w, "/projects"), { name: "Elsewhere" });
  const one = await bare(w);
  await bind(w, one.id, "operator", {
    kind: "environment",
    projectId: w.project,
    environmentId: staging.id,
  });
  expect(await ids(one, org(w, "/projects"))).toEqual([w.project]);
  expect(await ids(one, `/v1/projects/${w.project}/environments`)).toEqual([staging.id]);
  expect(await ids(one, `/v1/projects/${w.project}/fleets`)).toEqual([fleet.id]);
  expect((await call("GET", `/v1/fleets/${fleet.id}`, one)).status).toBe(200);
  expect((await call("GET", `/v1/fleets/${w.fleet}`, one)).status).toBe(403);
  expect((await call("GET", `/v1/fleets/${w.fleet}/rollouts`, one)).status).toBe(403);
  expect((await call("GET", `/v1/projects/${elsewhere.id}`, one)).status).toBe(403);
  const usage = await expectCall<{ fleets: { fleetId: string }[] }>(200, "GET", org(w, "/usage"), one);
  expect(usage.fleets.map(({ fleetId }) => fleetId)).not.toContain(w.fleet);
  expect((await call("GET", org(w, "/invoices/preview"), one)).status).toBe(403);
  expect((await call("GET", org(w, "/events"), one)).status).toBe(200);
  expect((await call("GET", org(w, "/members"), one)).status).toBe(403);
});

it("lets a denial win over a role, and nobody lift it from themselves", async () => {
  const w = await world();
  const admin = await member(w, "admin");
  const team = await expectCall<Named>(201, "POST", org(w, "/teams"), {
    token: w.token,
    body: { name: "No deploys" },
  });
  const denial = await role(w, "No rollouts", [
    { effect: "deny", permissions: ["rollout.write"], scope: { kind: "project", projectId: w.project } },
  ]);
  const binding = await bind(w, team.id, denial.id);
  await expectCall(201, "POST", `/v1/teams/${team.id}/members`, {
    token: w.token,
    body: { userId: admin.id },
  });
  const as = { token: admin.token };
  const config = await expectCall<Named>(201, "POST", `/v1/projects/${w.project}/configs`, {
    ...as,
    body: { name: "c", kind: "file", content: "x\n" },
  });
  const deploy = () =>
    call<Problem>("POST", `/v1/fleets/${w.fleet}/rollouts`, {
      ...as,
      body: { assignments: [{ config: config.id }] },
    });
  const denied = await deploy();
  expect([denied.status, denied.body.detail]).toEqual([403, expect.stringContaining("team No deploys")]);
  const explained = await expectCall<{ verdict: string; summary: string; by: { source: string }[] }>(
    200,
    "POST",
    org(w, "/access/explain"),
    { token: w.token, body: { subject: admin.id, permission: "rollout.write", projectId: w.project } },
  );
  expect([explained.verdict, explained.by.map(({ source }) => source)]).toEqual([
    "deny",
    ["role No rollouts, by team No deploys"],
  ]);
  const lifts = [
    call<Problem>("DELETE", `/v1/teams/${team.id}/members/${admin.id}`, as),
    call<Problem>("DELETE", `/v1/bindings/${binding.id}`, as),
    call<Problem>("DELETE", `/v1/teams/${team.id}`, as),
    call<Problem>("PATCH", `/v1/roles/${denial.id}`, {
      ...as,
      body: { statements: [{ permissions: ["organization.read"] }] },
    }),
    call<Problem>("POST", org(w, "/service-accounts"), {
      ...as,
      body: { name: "way out", role: "operator" },
    }),
  ];
  for (const attempt of await Promise.all(lifts)) {
    expect([attempt.status, attempt.body.code]).toEqual([403, "forbidden"]);
  }
  await expectCall(200, "DELETE", `/v1/teams/${team.id}/members/${admin.id}`, { token: w.token });
  expect((await deploy()).status).toBe(201);
  const mine = await expectCall<{ permissions: { permission: string; verdict: string }[] }>(
    200,
    "GET",
    `/v1/me/permissions?org=${w.organization}&projectId=${w.project}`,
    as,
  );
  expect(mine.permissions.find(({ permission }) => permission === "rollout.write")?.verdict).toBe("allow");
});

it("holds who may see some agents to those, by their labels", async () => {
  const w = await world();
  const [blue] = await enrol(w, ["blue"], { nonIdentifying: { "muster.label.color": "blue" } });
  const [red] = await enrol(w, ["red"], { nonIdentifying: { "muster.label.color": "red" } });
  const one = await bare(w);
  const fleets = await role(w, "Fleets", [
    { permissions: ["project.read", "environment.read", "fleet.read"] },
  ]);
  await bind(w, one.id, fleets.id);
  const agents = await role(w, "Blue agents", [
    { permissions: ["agent.*"], scope: { kind: "agents", selector: "color=blue" } },
  ]);
  expect((await call("GET", `/v1/fleets/${w.fleet}/agents`, one)).status).toBe(403);
  await bind(w, one.id, agents.id);
  expect(await ids(one, `/v1/fleets/${w.fleet}/agents`)).toEqual([blue?.id]);
  expect((await call("GET", `/v1/agents/${blue?.id}`, one)).status).toBe(200);
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/explain"],
    ["POST", "/restart"],
    ["POST", "/revoke"],
    ["DELETE", ""],
  ] as const) {
    const answer = await call<Problem>(method, `/v1/agents/${red?.id}${path}`, one);
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, "forbidden"]);
  }
  expect((await call("POST", `/v1/agents/${blue?.id}/revoke`, one)).status).toBe(200);
  const live = await call<Problem>("GET", `/v1/fleets/${w.fleet}/live`, one);
  expect([live.status, live.body.code]).toEqual([403, "forbidden"]);
});

it("lets who has a project's roles give them there, and nowhere else", async () => {
  const w = await world();
  const lead = await bare(w);
  const guest = await bare(w);
  await bind(w, lead.id, "admin", { kind: "project", projectId: w.project });
  const give = (scope: object, given = "viewer") =>
    call<Problem>("POST", org(w, "/bindings"), {
      token: lead.token,
      body: { subject: guest.id, role: given, scope },
    });
  const inProject = { kind: "project", projectId: w.project };
  expect((await give(inProject)).status).toBe(201);
  expect(refusal(await give(inProject))).toEqual([409, "already_exists", "subject"]);
  expect((await give({ kind: "organization" })).status).toBe(403);
  expect((await give(inProject, "owner")).status).toBe(403);
  expect(await ids(guest, org(w, "/projects"))).toEqual([w.project]);
});

it("lets an owner lift what denies them something, so that nobody is locked out for good", async () => {
  const w = await world();
  const me = await expectCall<{ actor: { user: { id: string } } }>(200, "GET", "/v1/me", { token: w.token });
  const denial = await role(w, "No audit", [{ effect: "deny", permissions: ["audit.read"] }]);
  const binding = await bind(w, me.actor.user.id, denial.id);
  const read = () => call<Problem>("GET", org(w, "/audit-events"), { token: w.token });
  expect((await read()).status).toBe(403);
  await expectCall(200, "DELETE", `/v1/bindings/${binding.id}`, { token: w.token });
  expect((await read()).status).toBe(200);
});
