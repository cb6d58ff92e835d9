/**
 * What the tests of the whole surface ask with: a body for every operation that needs one, and which of the things its
 * path names. A new operation with a required body fails until it has one here.
 */
import { type Answer, call } from "../world.ts";
import { newId } from "./fleet-world.ts";
import type { Operation } from "./surface.ts";

/** A body that the schema takes, for each operation that requires one. */
export const bodies: Record<string, (ids: Record<string, string>) => object> = {
  confirmPresence: () => ({ password: "not it, but long" }),
  confirmTotp: () => ({ code: "000000" }),
  addPasskey: () => ({
    name: "Laptop",
    passkey: {
      id: "aaaa",
      rawId: "aaaa",
      type: "public-key",
      response: { clientDataJSON: "e30", attestationObject: "oA" },
    },
  }),
  renamePasskey: () => ({ name: "Renamed" }),
  updateMe: () => ({ name: "Renamed" }),
  changePassword: () => ({ currentPassword: "not it, but long", password: "another long one" }),
  changeEmail: () => ({ email: `new-${crypto.randomUUID()}@example.com` }),
  completeEmailChange: () => ({ token: "not one of ours" }),
  createSsoConnection: () => ({ name: "P", issuer: "https://login.example.com", clientId: "muster" }),
  updateSsoConnection: () => ({ name: "Renamed" }),
  addSsoDomain: () => ({ domain: `d${crypto.randomUUID()}.example` }),
  updateSsoPolicy: () => ({ requireSso: false }),
  updateTwoFactorPolicy: () => ({ requireTwoFactor: false }),
  findDevice: () => ({ userCode: "BCDF-GHJK" }),
  decideDevice: () => ({ userCode: "BCDF-GHJK", decision: "deny" }),
  createOrganization: () => ({ name: `O ${crypto.randomUUID()}` }),
  updateOrganization: () => ({ name: "Renamed" }),
  updateMember: () => ({ role: "viewer" }),
  // Of nobody: the examples need their owner.
  transferOrganization: () => ({ member: newId("user") }),
  createInvitation: () => ({ email: `i-${crypto.randomUUID()}@example.com` }),
  acceptInvitation: () => ({ token: "none" }),
  createTeam: () => ({ name: `T ${crypto.randomUUID()}` }),
  updateTeam: () => ({ name: "Renamed" }),
  addTeamMember: (ids) => ({ userId: ids.user }),
  createRole: () => ({ name: `R ${crypto.randomUUID()}`, statements: [{ permissions: ["config.read"] }] }),
  updateRole: () => ({ description: "Renamed" }),
  createBinding: (ids) => ({ subject: ids.user, role: "viewer" }),
  createServiceAccount: () => ({ name: `S ${crypto.randomUUID()}` }),
  updateServiceAccount: () => ({ description: "Renamed" }),
  explainAccess: (ids) => ({ subject: ids.user, permission: "config.read" }),
  createApiKey: () => ({ name: "k", role: "viewer" }),
  createProject: () => ({ name: `P ${crypto.randomUUID()}` }),
  createEnvironment: () => ({ name: `E ${crypto.randomUUID()}` }),
  createVariable: () => ({ name: `V_${crypto.randomUUID().replaceAll("-", "_")}`, value: "x" }),
  createSecret: () => ({ name: `S_${crypto.randomUUID().replaceAll("-", "_")}`, value: "correct horse" }),
  rotateSecret: () => ({ value: "battery staple" }),
  updateSecret: () => ({ description: "Renamed" }),
  updateVariable: () => ({ description: "Renamed" }),
  createFleet: () => ({ name: `F ${crypto.randomUUID()}` }),
  updateFleet: () => ({ name: "Renamed" }),
  setOwnTelemetry: () => ({ metrics: { endpoint: "https://otlp.example.com/v1/metrics" } }),
  setMetricsCollection: () => ({ enabled: true }),
  setLogShipping: () => ({ enabled: true }),
  startExec: () => ({ command: ["uptime"] }),
  validateConfig: () => ({ kind: "file", content: "x\n" }),
  createConfig: () => ({ name: `c-${crypto.randomUUID()}`, kind: "file" }),
  createTemplate: () => ({ name: `t-${crypto.randomUUID()}`, kind: "file", content: "x\n" }),
  updateTemplate: () => ({ title: `Renamed ${crypto.randomUUID()}` }),
  createTemplateVersion: () => ({ content: "y\n" }),
  instantiateTemplate: () => ({
    template: "environment-file",
    name: `f-${crypto.randomUUID()}`,
  }),
  compilePipelines: () => ({
    graph: {
      nodes: [
        { id: "in", role: "receiver", component: "otlp", config: { protocols: { grpc: null } } },
        { id: "out", role: "exporter", component: "debug", config: null },
      ],
      edges: [{ from: "in", to: "out", signal: "traces" }],
    },
  }),
  parsePipelines: () => ({ content: "receivers:\n  otlp:\n    protocols:\n      grpc:\n" }),
  createConfigVersion: () => ({ content: "y\n" }),
  updateAgent: () => ({ labels: { tier: "edge" } }),
  actOnAgents: (ids) => ({ action: "label", agents: [ids.agent], labels: { team: "x" } }),
  updateConfig: () => ({ labels: { tier: "edge" } }),
  putConfigDraft: () => ({ content: "z\n" }),
  putConfigVersionLabel: () => ({ version: 1 }),
  createRelease: (ids) => ({ assignments: [{ config: ids.config }] }),
  startRollout: (ids) => ({ assignments: [{ config: ids.config }] }),
  updateEnvironment: () => ({ name: "Renamed" }),
  approveRollout: () => ({ verdict: "approve" }),
  overrideFreeze: () => ({ reason: "an emergency" }),
};

/** What is gone afterwards must be nobody else's example. */
const places: Record<string, Record<string, string>> = {
  removeMember: { user: "doomedMember" },
  removeTeamMember: { user: "teamMember" },
  deleteTeam: { team: "doomedTeam" },
  deleteRole: { role: "doomedRole" },
  deleteServiceAccount: { serviceAccount: "doomedServiceAccount" },
  revokeInvitation: { invitation: "doomedInvitation" },
  deleteTemplate: { template: "doomedTemplate" },
  getConfigTemplate: { config: "fromTemplate" },
  updateConfigFromTemplate: { config: "fromTemplate" },
  deleteVariable: { variable: "doomedVariable" },
  deleteSecret: { secret: "doomedSecret" },
  approveSecretVersion: { secret: "pendingSecret" },
  rejectSecretVersion: { secret: "unwantedSecret" },
  startExec: { agent: "shells" },
  getExecRecording: { stream: "recordedStream" },
  rejectExecSession: { stream: "unwantedStream" },
  endExecSession: { stream: "doomedStream" },
  renewStreamTicket: { stream: "openStream" },
  deleteAgent: { agent: "doomed" },
  decommissionAgent: { agent: "leaving" },
  deleteSsoConnection: { connection: "doomedConnection" },
  deleteSsoDomain: { domain: "doomedDomain" },
  deleteConfig: { config: "doomedConfig" },
  deleteConfigVersion: { config: "spareConfig" },
  deleteConfigVersionLabel: { config: "spareConfig" },
  diffConfig: { config: "publishedConfig" },
  getConfigDraft: { config: "spareConfig" },
  discardConfigDraft: { config: "draftedConfig" },
  publishConfigDraft: { config: "publishedConfig" },
};

/** The operation's path with an example at each place. */
export function pathOf(operation: Operation, ids: Record<string, string>): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[places[operation.id]?.[name] ?? name];
    if (!id) throw new Error(`no example for {${name}} of ${operation.path}`);
    return id;
  });
}

export function send(
  operation: Operation,
  ids: Record<string, string>,
  token?: string,
  given?: object,
): Promise<Answer<Problem>> {
  const path = pathOf(operation, ids);
  const body = given ?? bodies[operation.id]?.(ids);
  if (operation.needsBody && !body) throw new Error(`no example body for ${operation.id}`);
  return call<Problem>(operation.method, path, {
    ...(token && { token }),
    ...(body && { body }),
  });
}

export interface Problem {
  code: string;
  detail: string;
  title: string;
}

/** The same refusal, whatever ids it names. */
export const withoutIds = ({ code, title, detail }: Problem) => ({
  code,
  title,
  detail: detail.replace(/\b[a-z]{3}_[0-9A-Z]{26}\b/g, "<id>"),
});
