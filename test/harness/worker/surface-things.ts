/**
 * What the tests of the whole surface ask about: a thing for every id that a path can name, of one tenant, and ids of the
 * same kinds that nobody has. A new kind of id fails until it has one here.
 */
import { env } from "cloudflare:workers";
import type { ExecStarted } from "../../../protocol/api/exec.ts";
import { usualCapabilities } from "../fake-agent.ts";
import { expectCall, member, type World, world } from "../world.ts";
import { enrol } from "./enrolled.ts";
import { newId } from "./fleet-world.ts";
import { publish, releaseOf } from "./released.ts";
import { joinStream, openOrder, streamingAgent } from "./streams.ts";

/** Ids of everything that a path can name, of one tenant. */
export interface Things {
  world: World;
  ids: Record<string, string>;
}

export async function things(): Promise<Things> {
  const w = await world();
  await publish(releaseOf("1.2.3"));
  const as = { token: w.token };
  const made = <T = { id: string }>(path: string, body: object) =>
    expectCall<T>(201, "POST", path, { ...as, body });
  const config = await made(`/v1/projects/${w.project}/configs`, { name: "c", kind: "file", content: "x\n" });
  const [spareConfig, draftedConfig, publishedConfig, doomedConfig] = await Promise.all(
    ["spare", "drafted", "published", "doomed"].map((name) => configWithDraft(w, name)),
  );
  const template = await made(`/v1/projects/${w.project}/templates`, {
    name: "t",
    kind: "file",
    content: "${param:A}\n",
    parameters: [{ name: "A", default: "a", pattern: "[a-z]+" }],
  });
  const doomedTemplate = await made(`/v1/projects/${w.project}/templates`, {
    name: "doomed",
    kind: "file",
    content: "x\n",
  });
  const fromTemplate = await made(`/v1/projects/${w.project}/configs/from-template`, {
    template: template.id,
    name: "from-template",
  });
  const key = await made(`/v1/orgs/${w.organization}/api-keys`, { name: "victim", role: "viewer" });
  const token = await made(`/v1/fleets/${w.fleet}/enrollment-tokens`, { maxUses: 1 });
  const [agent, doomed, leaving] = await enrol(w, ["a", "doomed", "leaving"], { onConfig: () => undefined });
  const [restarts] = await enrol(w, ["restarts"], {
    capabilities: [...usualCapabilities, "AcceptsRestartCommand"],
  });
  const restart = await made<{ restart: { id: string } }>(`/v1/fleets/${w.fleet}/agents/actions`, {
    action: "restart",
    agents: [restarts?.id],
  });
  const started = await made<{ rollout: { id: string }; release: { id: string } }>(
    `/v1/fleets/${w.fleet}/rollouts`,
    { assignments: [{ config: config.id }] },
  );
  const connection = await made(`/v1/orgs/${w.organization}/sso-connections`, {
    name: "Provider",
    issuer: "https://login.example.com",
    clientId: "muster",
  });
  const domains = `/v1/orgs/${w.organization}/sso-connections/${connection.id}/domains`;
  const domain = await made(domains, { domain: "one.example" });
  // No resolver is asked for one that is verified already.
  await testEnv.DB.prepare("update sso_domains set verified_at = 1 where id = ?").bind(domain.id).run();
  const doomedDomain = await made(domains, { domain: "two.example" });
  const doomedConnection = await made(`/v1/orgs/${w.organization}/sso-connections`, {
    name: "Doomed",
    issuer: "https://login.example.com",
    clientId: "muster",
  });
  const variables = `/v1/environments/${w.environment}/variables`;
  const variable = await made(variables, { name: "ONE", value: 1 });
  const doomedVariable = await made(variables, { name: "DOOMED", value: 1 });
  const secrets = await secretsOf(w);
  const streams = await streamsOf(w);
  const colleague = await member(w, "viewer");
  const doomedMember = await member(w, "viewer");
  const orgs = `/v1/orgs/${w.organization}`;
  const team = await made(`${orgs}/teams`, { name: "Team" });
  const doomedTeam = await made(`${orgs}/teams`, { name: "Doomed" });
  const teamMember = await member(w, "viewer");
  await made(`/v1/teams/${team.id}/members`, { userId: teamMember.id });
  const role = await made(`${orgs}/roles`, { name: "Role", statements: [{ permissions: ["config.read"] }] });
  const doomedRole = await made(`${orgs}/roles`, {
    name: "Doomed",
    statements: [{ permissions: ["config.read"] }],
  });
  const binding = await made(`${orgs}/bindings`, { subject: team.id, role: "viewer" });
  const serviceAccount = await made(`${orgs}/service-accounts`, { name: "Program" });
  const doomedServiceAccount = await made(`${orgs}/service-accounts`, { name: "Doomed" });
  const invitation = await made(`${orgs}/invitations`, { email: `i-${crypto.randomUUID()}@example.com` });
  const doomedInvitation = await made(`${orgs}/invitations`, {
    email: `i-${crypto.randomUUID()}@example.com`,
  });
  // Not the one that asks: it is revoked.
  await expectCall(200, "POST", "/v1/auth/sign-in", { body: { email: w.email, password: w.password } });
  const sessions = await expectCall<{ items: { id: string; current: boolean }[] }>(
    200,
    "GET",
    "/v1/me/sessions",
    as,
  );
  return {
    world: w,
    ids: {
      passkey: await insertPasskey(w.email),
      session: sessions.items.find(({ current }) => !current)?.id ?? "",
      connection: connection.id,
      doomedConnection: doomedConnection.id,
      domain: domain.id,
      doomedDomain: doomedDomain.id,
      user: colleague.id,
      doomedMember: doomedMember.id,
      teamMember: teamMember.id,
      team: team.id,
      doomedTeam: doomedTeam.id,
      role: role.id,
      doomedRole: doomedRole.id,
      binding: binding.id,
      serviceAccount: serviceAccount.id,
      doomedServiceAccount: doomedServiceAccount.id,
      variable: variable.id,
      doomedVariable: doomedVariable.id,
      ...secrets,
      ...streams,
      invitation: invitation.id,
      doomedInvitation: doomedInvitation.id,
      org: w.organization,
      project: w.project,
      fleet: w.fleet,
      agent: agent?.id ?? "",
      doomed: doomed?.id ?? "",
      leaving: leaving?.id ?? "",
      restart: restart.restart.id,
      environment: w.environment,
      config: config.id,
      template: template.id,
      doomedTemplate: doomedTemplate.id,
      fromTemplate: fromTemplate.id,
      spareConfig: spareConfig ?? "",
      draftedConfig: draftedConfig ?? "",
      publishedConfig: publishedConfig ?? "",
      doomedConfig: doomedConfig ?? "",
      label: "stable",
      number: "1",
      key: key.id,
      token: token.id,
      release: started.release.id,
      rollout: started.rollout.id,
    },
  };
}

/** Two versions, the second labelled, and a draft. */
async function configWithDraft(w: World, name: string): Promise<string> {
  const as = { token: w.token };
  const content = "x\n";
  const { id } = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    ...as,
    body: { name, kind: "file", content },
  });
  await expectCall(201, "POST", `/v1/configs/${id}/versions`, { ...as, body: { content: "y\n" } });
  await expectCall(200, "PUT", `/v1/configs/${id}/labels/stable`, { ...as, body: { version: 2 } });
  await expectCall(200, "PUT", `/v1/configs/${id}/draft`, { ...as, body: { content: "z\n" } });
  return id;
}

/** One of two versions, one to delete, and two whose only version waits for an approval. */
async function secretsOf(w: World) {
  const as = { token: w.token };
  const environment = `/v1/environments/${w.environment}`;
  const made = async (name: string) => {
    const body = { name, value: "correct horse" };
    return (await expectCall<{ id: string }>(201, "POST", `${environment}/secrets`, { ...as, body })).id;
  };
  const secret = await made("ONE");
  await expectCall(201, "POST", `/v1/secrets/${secret}/versions`, { ...as, body: { value: "battery" } });
  const doomedSecret = await made("DOOMED");
  await expectCall(200, "PATCH", environment, { ...as, body: { protected: true } });
  const pendingSecret = await made("PENDING");
  const unwantedSecret = await made("UNWANTED");
  await expectCall(200, "PATCH", environment, { ...as, body: { protected: false } });
  return { secret, doomedSecret, pendingSecret, unwantedSecret };
}

/** An agent that lets people run commands; sessions that wait for an approval, one that is open, one with a recording. */
async function streamsOf(w: World) {
  const as = { token: w.token };
  const [agent] = await enrol(w, ["shells"], streamingAgent);
  const environment = `/v1/environments/${w.environment}`;
  const start = (status: number, more = {}) =>
    expectCall<ExecStarted>(status, "POST", `/v1/agents/${agent?.id}/exec`, {
      ...as,
      body: { command: ["uptime"], ...more },
    });
  const asked = async (status: number) => (await start(status)).session.id;
  await expectCall(200, "PATCH", environment, { ...as, body: { protected: true } });
  const [stream, unwantedStream, doomedStream] = [await asked(202), await asked(202), await asked(202)];
  await expectCall(200, "PATCH", environment, { ...as, body: { protected: false } });
  const recorded = await start(201, { record: true });
  const order = agent && (await openOrder(agent.fake));
  if (order) await joinStream(order.path, order.ticket);
  await joinStream(recorded.stream?.path ?? "", recorded.stream?.ticket ?? "");
  await testEnv.DB.prepare(
    "update exec_sessions set state = 'ended', reason = 'closed', ended_at = ?, recorded_bytes = 1 where id = ?",
  )
    .bind(Date.now(), recorded.session.id)
    .run();
  const recordedStream = recorded.session.id;
  return {
    recordedStream,
    shells: agent?.id ?? "",
    stream,
    unwantedStream,
    doomedStream,
    openStream: await asked(201),
  };
}

// The binding that vitest.config.ts gives to this project.
const testEnv = env as unknown as { DB: D1Database };

/** Only a browser can make one by the API. */
async function insertPasskey(email: string): Promise<string> {
  const id = newId("passkey");
  await testEnv.DB.prepare(
    `insert into passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, name, created_at)
     select ?1, id, ?1, '', 0, '[]', 0, 'Laptop', 0 from users where email = ?2`,
  )
    .bind(id, email)
    .run();
  // Only a session that has shown the second factor may change it.
  await testEnv.DB.prepare(
    "update sessions set second_factor = 1 where user_id = (select id from users where email = ?)",
  )
    .bind(email)
    .run();
  return id;
}

/** Ids of the same kinds that nobody has. */
export const nobodys: Record<string, string> = {
  passkey: newId("passkey"),
  session: newId("session"),
  connection: newId("ssoConnection"),
  doomedConnection: newId("ssoConnection"),
  domain: newId("ssoDomain"),
  doomedDomain: newId("ssoDomain"),
  user: newId("user"),
  doomedMember: newId("user"),
  teamMember: newId("user"),
  team: newId("team"),
  doomedTeam: newId("team"),
  role: newId("role"),
  doomedRole: newId("role"),
  binding: newId("binding"),
  serviceAccount: newId("serviceAccount"),
  doomedServiceAccount: newId("serviceAccount"),
  variable: newId("variable"),
  doomedVariable: newId("variable"),
  secret: newId("secret"),
  doomedSecret: newId("secret"),
  pendingSecret: newId("secret"),
  unwantedSecret: newId("secret"),
  invitation: newId("invitation"),
  doomedInvitation: newId("invitation"),
  org: newId("organization"),
  project: newId("project"),
  environment: newId("environment"),
  fleet: newId("fleet"),
  doomed: newId("agent"),
  agent: newId("agent"),
  leaving: newId("agent"),
  restart: newId("restart"),
  config: newId("config"),
  template: newId("template"),
  doomedTemplate: newId("template"),
  fromTemplate: newId("config"),
  spareConfig: newId("config"),
  draftedConfig: newId("config"),
  publishedConfig: newId("config"),
  doomedConfig: newId("config"),
  label: "stable",
  number: "1",
  key: newId("apiKey"),
  token: newId("enrollmentToken"),
  release: newId("release"),
  rollout: newId("rollout"),
  shells: newId("agent"),
  stream: newId("stream"),
  unwantedStream: newId("stream"),
  doomedStream: newId("stream"),
  openStream: newId("stream"),
  recordedStream: newId("stream"),
};
