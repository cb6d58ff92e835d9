import type { IdPrefix } from "../../domain/ids.ts";
import type { AgentRelease } from "../../protocol/api/agent-releases.ts";

/** A valid id of its kind; `n` tells several apart and keeps their order. */
export const fakeId = <P extends IdPrefix>(prefix: P, n = 1) =>
  `${prefix}_01JD${String(n).padStart(22, "0")}` as const;

export const at = "2026-11-21T09:00:00.000Z";
export const hash = "ab".repeat(32);

export const organizationId = fakeId("org");
export const projectId = fakeId("prj");
export const fleetId = fakeId("flt");
export const role = "owner";
/** What the caller may do in it is empty here: commands do not decide, the server does. */
export const organizations = [
  {
    id: organizationId,
    name: "Acme",
    slug: "acme",
    plan: "free",
    role,
    roleName: "Owner",
    access: [],
    blocked: null,
    deletedAt: null,
    createdAt: at,
  },
];
export const user = {
  id: fakeId("usr"),
  email: "ada@example.com",
  name: "Ada",
  createdAt: at,
  hasPassword: true,
};

export const fleetBody = {
  id: fleetId,
  organizationId,
  projectId,
  environmentId: fakeId("env"),
  name: "Web servers",
  slug: "web",
  locationHint: null,
  currentReleaseId: null,
  driftPolicy: "tell",
  offlineAfterSeconds: null,
  createdAt: at,
};

export const agentBody = {
  drift: null,
  id: fakeId("agt"),
  fleetId,
  instanceUid: "0123456789abcdef0123456789abcdef",
  name: "web-1",
  type: "greeter",
  version: "1.0.0",
  labels: { role: "web", region: "eu" },
  status: "online",
  healthy: true,
  healthError: null,
  transport: "websocket",
  credential: "agent",
  capabilities: ["ReportsStatus"],
  config: { state: "in_sync", wantedHash: hash, reportedHash: hash, releaseId: fakeId("rel"), error: null },
  enrolledAt: at,
  connectedAt: at,
  lastSeenAt: at,
};

export const configBody = {
  id: fakeId("cfg"),
  organizationId,
  projectId,
  name: "greeting",
  kind: "file",
  latestVersion: 2,
  labels: { team: "web" },
  createdAt: at,
  updatedAt: at,
};

export const versionBody = {
  id: fakeId("ver"),
  configId: configBody.id,
  number: 2,
  sha256: hash,
  sizeBytes: 6,
  message: "why",
  author: "ada@example.com",
  createdAt: at,
};

export const releaseBody = {
  id: fakeId("rel"),
  fleetId,
  number: 3,
  packages: [],
  assignments: [
    {
      configId: configBody.id,
      configName: "greeting",
      kind: "file",
      versionId: versionBody.id,
      version: 2,
      sha256: hash,
      selector: "role=web",
      fileName: "config.txt",
    },
  ],
  message: null,
  author: "ada@example.com",
  createdAt: at,
};

export const counts = {
  waiting: 0,
  staging: 0,
  staged: 0,
  offered: 0,
  applying: 0,
  applied: 0,
  verified: 2,
  failed: 0,
  rejected: 0,
  timed_out: 0,
  unreachable: 0,
  unchanged: 0,
  reverting: 0,
  reverted: 0,
  revert_failed: 0,
};

export const rolloutBody = {
  id: fakeId("rol"),
  fleetId,
  releaseId: releaseBody.id,
  releaseNumber: 3,
  state: "succeeded",
  reason: null,
  strategy: { kind: "rolling", batch: "25%", pauseSeconds: 5 },
  gates: { soakSeconds: 10, maxFailures: 0, applyTimeoutSeconds: 120, progressDeadlineSeconds: 600 },
  autoRevert: true,
  schedule: {},
  revertOf: null,
  approval: null,
  freezeOverride: null,
  message: null,
  author: "ada@example.com",
  counts,
  total: 2,
  createdAt: at,
  startedAt: at,
  endedAt: "2026-11-21T09:01:10.000Z",
};

export const receipt = {
  id: fakeId("rcp"),
  kind: "rollout.start",
  ids: { rollout: rolloutBody.id },
  summary: "Rollout of release 3 to 2 agents has started",
  warnings: ["edge v1 (role=edge) matches no agent now"],
  changes: [],
  next: [{ label: "watch it", command: `muster rollouts watch ${rolloutBody.id}` }],
  undo: { command: `muster rollouts abort ${rolloutBody.id}`, href: "/v1/rollouts" },
  cost: null,
};

export const environmentBody = {
  id: fakeId("env"),
  organizationId,
  projectId,
  name: "Production",
  slug: "production",
  protected: true,
  windows: [{ days: ["mon", "tue", "wed"], from: "22:00", to: "04:00", timeZone: "Europe/Berlin" }],
  freezes: [
    { from: "2026-11-21T08:00:00.000Z", until: "2026-11-21T20:00:00.000Z", reason: "sales day" },
    { from: "2026-12-24T12:00:00.000Z", until: "2026-12-27T06:00:00.000Z", reason: "holidays" },
    { from: "2026-11-01T00:00:00.000Z", until: "2026-11-02T00:00:00.000Z", reason: "over" },
  ],
  revision: 4,
  createdAt: at,
};

export const webhookKeyBody = {
  organizationId,
  key: "whsec_c2VjcmV0",
  version: 2,
  rotatedAt: at,
  previous: { version: 1, signsUntil: "2026-11-22T09:00:00.000Z" },
};

export const tokenBody = {
  id: fakeId("tok"),
  fleetId,
  name: "enrolment",
  labels: { role: "web" },
  maxUses: 5,
  uses: 1,
  expiresAt: null,
  revokedAt: null,
  createdAt: at,
};

export const event = {
  id: fakeId("evt"),
  type: "agent.connected",
  at,
  organizationId,
  fleetId,
  agentId: agentBody.id,
  rolloutId: null,
  actor: null,
  summary: "web-1 connected",
  data: {},
};

export const period = { from: "2026-11-01T00:00:00.000Z", to: at };
export const meter = "config_deliveries";

const releaseUrl = "https://muster.example/downloads/1.4.0";
export const agentReleaseBody: AgentRelease = {
  version: "1.4.0",
  latest: true,
  sourceDate: at,
  publicKey: "MCowBQYDK2VwAyEA",
  platforms: ["linux-x64"],
  package: {
    name: "muster-agent",
    version: "1.4.0",
    url: `${releaseUrl}/muster-agent.json`,
    sha256: hash,
  },
  files: [
    {
      name: "muster-agent-linux-x64",
      kind: "binary",
      os: "linux",
      arch: "x64",
      bytes: 101_000_000,
      sha256: hash,
      signature: "AAAA",
      url: `${releaseUrl}/muster-agent-linux-x64`,
    },
  ],
};
