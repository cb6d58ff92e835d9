// Made from the OpenAPI document by `node scripts/generate-client.ts`; do not edit it by hand.

export type AcceptedDraft = {
  files: Array<{
    name: string;
    configId: `cfg_${string}`;
    configName: string;
    baseVersion: number;
    content: string;
    diff: string;
  }>;
};

export type AcceptedDrift = {
  receipt: Receipt;
  versions: Array<{
    name: string;
    configId: `cfg_${string}`;
    configName: string;
    version: number;
  }>;
  rolloutId: `rol_${string}`;
};

export type AcceptedInvitation = {
  organization: Organization;
  receipt: Receipt;
};

export type AccessExplanation = {
  organizationId: `org_${string}`;
  subject: `usr_${string}` | `sva_${string}` | `key_${string}`;
  name: string;
  permission: "organization.read" | "organization.write" | "organization.export" | "organization.delete" | "organization.transfer" | "member.read" | "member.write" | "team.read" | "team.write" | "role.read" | "role.write" | "service_account.read" | "service_account.write" | "api_key.read" | "api_key.write" | "sso.read" | "sso.write" | "audit.read" | "audit.export" | "quota.read" | "usage.read" | "billing.read" | "billing.write" | "project.read" | "project.write" | "environment.read" | "environment.write" | "fleet.read" | "fleet.write" | "agent.read" | "agent.operate" | "agent.revoke" | "agent.delete" | "enrollment_token.read" | "enrollment_token.write" | "config.read" | "config.write" | "variable.read" | "variable.write" | "secret.read" | "secret.write" | "rollout.read" | "rollout.write" | "rollout.approve" | "rollout.override_freeze" | "exec.read" | "exec.run" | "log.read" | "event.read" | "webhook_key.read" | "webhook_key.write";
  place: {
    projectId?: `prj_${string}` | undefined;
    environmentId?: `env_${string}` | undefined;
    labels?: Record<string, string> | undefined;
  };
  verdict: AccessVerdict;
  summary: string;
  by: AccessStatement[];
  needsApproval: boolean;
};

export type AccessScope = {
  kind: "organization";
} | {
  kind: "project";
  projectId: `prj_${string}`;
} | {
  kind: "environment";
  projectId: `prj_${string}`;
  environmentId: `env_${string}`;
} | {
  kind: "agents";
  selector: string;
};

export type AccessStatement = {
  effect: "allow" | "deny";
  permissions: PermissionPattern[];
  within: AccessScope[];
  source: string;
};

export type AccessVerdict = "allow" | "partly" | "deny";

export type AccountEvent = {
  id: `ace_${string}`;
  at: string;
  action: string;
  summary: string;
  address: string;
  device: string;
  requestId: string;
};

export type AddedTeamMember = {
  userId: `usr_${string}`;
  email: string;
  name: string | null;
  fromSso: boolean;
  addedAt: string;
  receipt: Receipt;
};

export type Agent = {
  id: `agt_${string}`;
  fleetId: `flt_${string}`;
  instanceUid: string;
  name: string;
  type: string | null;
  version: string | null;
  labels: Record<string, string>;
  status: "online" | "offline" | "revoked";
  healthy: boolean | null;
  healthError: string | null;
  transport: "websocket" | "http" | null;
  credential: "agent" | "enrollment_token";
  capabilities: string[];
  config: {
    state: "none" | "in_sync" | "offered" | "applying" | "failed" | "pending";
    wantedHash: string | null;
    reportedHash: string | null;
    releaseId: `rel_${string}` | null;
    error: string | null;
  };
  drift: {
    since: string;
    severity: "minor" | "major" | "critical";
    files: Array<{
      name: string;
      change: "missing" | "changed";
      severity: "minor" | "major" | "critical";
    }>;
  } | null;
  decommissioned?: {
    reason: string;
    by: string;
    at: string;
  } | null | undefined;
  enrolledAt: string;
  connectedAt: string | null;
  lastSeenAt: string | null;
};

export type AgentAction = {
  id: `agt_${string}`;
  fleetId: `flt_${string}`;
  instanceUid: string;
  name: string;
  type: string | null;
  version: string | null;
  labels: Record<string, string>;
  status: "online" | "offline" | "revoked";
  healthy: boolean | null;
  healthError: string | null;
  transport: "websocket" | "http" | null;
  credential: "agent" | "enrollment_token";
  capabilities: string[];
  config: {
    state: "none" | "in_sync" | "offered" | "applying" | "failed" | "pending";
    wantedHash: string | null;
    reportedHash: string | null;
    releaseId: `rel_${string}` | null;
    error: string | null;
  };
  drift: {
    since: string;
    severity: "minor" | "major" | "critical";
    files: Array<{
      name: string;
      change: "missing" | "changed";
      severity: "minor" | "major" | "critical";
    }>;
  } | null;
  decommissioned?: {
    reason: string;
    by: string;
    at: string;
  } | null | undefined;
  enrolledAt: string;
  connectedAt: string | null;
  lastSeenAt: string | null;
  receipt: Receipt;
};

export type AgentActionPlan = {
  total: number;
  nothing: number;
  runsOther: number;
  byRollout: boolean;
  maxUnavailable: number | null;
  agents: Array<{
    agentId: `agt_${string}`;
    name: string;
    does: "relabel" | "restart" | "revoke" | "decommission" | "nothing";
    text: string;
    runs: "same" | "other";
    before: Record<string, string>;
    after: Record<string, string>;
  }>;
  warnings: string[];
  planToken: string;
};

export type AgentActionResult = {
  receipt: Receipt;
  agents: number;
  rolloutId: `rol_${string}` | null;
  restart: AgentRestart | null;
};

export type AgentDetail = {
  id: `agt_${string}`;
  fleetId: `flt_${string}`;
  instanceUid: string;
  name: string;
  type: string | null;
  version: string | null;
  labels: Record<string, string>;
  status: "online" | "offline" | "revoked";
  healthy: boolean | null;
  healthError: string | null;
  transport: "websocket" | "http" | null;
  credential: "agent" | "enrollment_token";
  capabilities: string[];
  config: {
    state: "none" | "in_sync" | "offered" | "applying" | "failed" | "pending";
    wantedHash: string | null;
    reportedHash: string | null;
    releaseId: `rel_${string}` | null;
    error: string | null;
  };
  drift: {
    since: string;
    severity: "minor" | "major" | "critical";
    files: Array<{
      name: string;
      change: "missing" | "changed";
      severity: "minor" | "major" | "critical";
    }>;
  } | null;
  decommissioned?: {
    reason: string;
    by: string;
    at: string;
  } | null | undefined;
  enrolledAt: string;
  connectedAt: string | null;
  lastSeenAt: string | null;
  labelSources: {
    reported: Record<string, string>;
    token: Record<string, string>;
    operator: Record<string, string | null>;
    name: string | null;
  };
  attributes: {
    identifying: Record<string, unknown>;
    nonIdentifying: Record<string, unknown>;
  };
  health: unknown;
  effectiveConfig: Array<{
    name: string;
    contentType: string;
    content: string;
    encoding: "utf8" | "base64";
  }>;
  wantedConfig: Array<{
    name: string;
    contentType: string;
    content: string;
    encoding: "utf8" | "base64";
  }>;
  packages: Array<{
    name: string;
    version: string;
    hash: string;
    offeredVersion: string;
    offeredHash: string;
    status: "installed" | "install_pending" | "installing" | "install_failed" | "downloading";
    error: string | null;
  }>;
  history: Array<{
    hash: string;
    releaseId: `rel_${string}` | null;
    status: string;
    error: string | null;
    at: string;
  }>;
};

export type AgentDrift = {
  agentId: `agt_${string}`;
  fleetId: `flt_${string}`;
  comparison: "files" | "own_form" | "none";
  text: string;
  expectedHash: string | null;
  drift: {
    since: string;
    severity: "minor" | "major" | "critical";
    files: Array<{
      name: string;
      change: "missing" | "changed";
      severity: "minor" | "major" | "critical";
    }>;
  } | null;
  repair: {
    kind: "tell" | "reapply" | "accept" | "given_up";
    text: string;
    at: string | null;
    attempts: number;
  } | null;
  files: Array<{
    name: string;
    configId: `cfg_${string}` | null;
    configName: string | null;
    version: number | null;
    state: "same" | "changed" | "missing" | "unknown";
    severity: "minor" | "major" | "critical" | null;
    diff: string | null;
    desired: string;
    current: string | null;
  }>;
};

export type AgentExplanation = {
  agentId: `agt_${string}`;
  summary: string;
  reasons: Array<{
    topic: "connection" | "health" | "config" | "drift" | "rollout" | "credential";
    text: string;
    since: string | null;
    facts: Record<string, unknown>;
  }>;
  release: {
    id: `rel_${string}`;
    number: number;
  } | null;
  matched: Array<{
    configId: `cfg_${string}`;
    configName: string;
    version: number;
    selector: string;
  }>;
  rollout: {
    id: `rol_${string}`;
    state: string;
    wave: number | null;
    agentState: string;
    gate: string | null;
    startedBy: string | null;
  } | null;
  latched: Array<{
    hash: string;
    error: string;
    at: string;
  }>;
};

export type AgentMetrics = {
  agentId: `agt_${string}`;
  fleetId: `flt_${string}`;
  source: "stored" | "live";
  note: string | null;
  resolution: "10s" | "1m" | "1h";
  startsAt: string;
  stepSeconds: number;
  points: number;
  series: Array<{
    name: string;
    unit: "share" | "number" | "bytes" | "bytes_per_second" | "processors";
    average: Array<number | null>;
    minimum: Array<number | null>;
    maximum: Array<number | null>;
  }>;
};

export type AgentRelease = {
  version: string;
  latest: boolean;
  sourceDate: string;
  publicKey: string | null;
  platforms: string[];
  package: {
    name: string;
    version: string;
    url: string;
    sha256: string;
  };
  files: AgentReleaseFile[];
};

export type AgentReleaseFile = {
  name: string;
  kind: "binary" | "deb" | "rpm" | "other";
  os: "linux" | "darwin" | null;
  arch: "x64" | "arm64" | null;
  bytes: number;
  sha256: string;
  signature: string | null;
  url: string;
};

export type AgentReleasePage = {
  items: AgentRelease[];
  nextCursor: string | null;
};

export type AgentRender = {
  agentId: `agt_${string}`;
  name: string;
  hash: string | null;
  change: "changed" | "unchanged" | "latched" | "none";
  problem: string | null;
  reasons: string[];
  files: Array<{
    name: string;
    contentType: string;
    content: string;
    against: {
      desired: string | null;
      applied: string | null;
      effective: string | null;
    };
  }>;
};

export type AgentRestart = {
  id: `rst_${string}`;
  fleetId: `flt_${string}`;
  state: "running" | "succeeded" | "failed" | "cancelled";
  reason: string | null;
  total: number;
  restarted: number;
  waiting: number;
  maxUnavailable: number;
  restarting: Array<{
    agentId: `agt_${string}`;
    name: string;
    since: string;
  }>;
  left: Array<{
    agentId: `agt_${string}`;
    name: string;
    reason: string;
  }>;
  startedBy: string;
  createdAt: string;
  endedAt: string | null;
};

export type AgentRestarts = {
  items: AgentRestart[];
};

export type AgentVariable = {
  name: string;
  named: boolean;
  chosen: Variable | null;
  problem: string | null;
  rows: Array<{
    id: `var_${string}`;
    level: "fleet_labels" | "labels" | "fleet" | "environment";
    selector: string;
    matches: boolean;
  }>;
};

export type ApiKey = {
  id: `key_${string}`;
  organizationId: `org_${string}`;
  name: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  scope: AccessScope;
  prefix: string;
  owner: `usr_${string}` | `sva_${string}` | null;
  ownerName: string | null;
  createdBy: string;
  createdAt: string;
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  requestsPerMinute: number | null;
  replaces: `key_${string}` | null;
};

export type ApiKeyChange = {
  id: `key_${string}`;
  organizationId: `org_${string}`;
  name: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  scope: AccessScope;
  prefix: string;
  owner: `usr_${string}` | `sva_${string}` | null;
  ownerName: string | null;
  createdBy: string;
  createdAt: string;
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  requestsPerMinute: number | null;
  replaces: `key_${string}` | null;
  receipt: Receipt;
};

export type AuditEvent = {
  id: `aud_${string}`;
  organizationId: `org_${string}`;
  seq: number;
  at: string;
  actor: string;
  actorName: string;
  onBehalfOf: string | null;
  action: string;
  target: string;
  summary: string;
  changes: Array<{
    path: string;
    before?: unknown | undefined;
    after?: unknown | undefined;
  }>;
  address: string;
  userAgent: string;
  requestId: string;
  sensitiveRead: boolean;
  hash: string | null;
};

export type AuditVerification = {
  valid: boolean;
  checked: number;
  complete: boolean;
  firstBroken: {
    seq: number;
    id: string | null;
    fault: "changed" | "missing" | "unsealed" | "not_as_noted";
    detail: string;
  } | null;
  head: {
    seq: number;
    hash: string;
  } | null;
  anchor: {
    seq: number;
    hash: string;
    removedBefore: string;
  } | null;
};

export type CatalogueTemplate = {
  name: string;
  kind: string;
  title: string;
  description: string;
  version: number;
  content: string;
  parameters: TemplateParameter[];
};

export type ChangedFactors = {
  factors: Factors;
  recoveryCodes: string[] | null;
};

export type ChangedOwnTelemetry = {
  fleetId: `flt_${string}`;
  metrics: {
    endpoint: string;
    headers: Record<string, {
      value: string;
    } | {
      secret: string;
      prefix: string;
      version: number;
    }>;
  } | null;
  traces: {
    endpoint: string;
    headers: Record<string, {
      value: string;
    } | {
      secret: string;
      prefix: string;
      version: number;
    }>;
  } | null;
  logs: {
    endpoint: string;
    headers: Record<string, {
      value: string;
    } | {
      secret: string;
      prefix: string;
      version: number;
    }>;
  } | null;
  agents: {
    takes: number;
    applied: number;
    failed: number;
    waiting: number;
  };
  items: Array<{
    agentId: `agt_${string}`;
    name: string;
    state: "waiting" | "offered" | "applied" | "failed";
    error: string | null;
    at: string | null;
  }>;
  receipt: Receipt;
};

export type CollectorComponent = {
  role: "receiver" | "processor" | "exporter" | "connector" | "extension";
  type: string;
  aliases: string[];
  title: string;
  summary: string;
  documentation: string;
  signals: Array<"traces" | "metrics" | "logs" | "profiles">;
  connects: Array<{
    from: "traces" | "metrics" | "logs" | "profiles";
    to: "traces" | "metrics" | "logs" | "profiles";
  }>;
  schema: Record<string, unknown>;
  example: string;
  agents: number | null;
};

export type CompiledPipelines = {
  content: string | null;
  problems: PipelineProblem[];
  diagnostics: Diagnostic[];
};

export type Config = {
  id: `cfg_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  kind: string;
  latestVersion: number;
  labels: Record<string, string>;
  createdAt: string;
  updatedAt: string;
};

export type ConfigChange = {
  id: `cfg_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  kind: string;
  latestVersion: number;
  labels: Record<string, string>;
  createdAt: string;
  updatedAt: string;
  receipt: Receipt;
};

export type ConfigDiff = {
  configId: `cfg_${string}`;
  from: {
    name: string;
    version: number | null;
  };
  to: {
    name: string;
    version: number | null;
  };
  added: number;
  removed: number;
  unified: string;
  hunks: Array<{
    lines: Array<{
      change: "same" | "added" | "removed";
      text: string;
      before: number | null;
      after: number | null;
    }>;
    sideBySide: Array<{
      change: "same" | "changed" | "added" | "removed";
      before: {
        line: number;
        text: string;
      } | null;
      after: {
        line: number;
        text: string;
      } | null;
    }>;
  }>;
};

export type ConfigDraft = {
  configId: `cfg_${string}`;
  content: string;
  baseVersion: number;
  latestVersion: number;
  revision: number;
  author: string;
  updatedAt: string;
  diagnostics: Diagnostic[];
};

export type ConfigDrift = {
  items: Array<{
    fleetId: `flt_${string}`;
    fleetName: string;
    files: string[];
    versions: Array<{
      version: number;
      desired: number;
      current: number;
    }>;
    drifted: Array<{
      agentId: `agt_${string}`;
      name: string;
      version: number;
      severity: "minor" | "major" | "critical";
      since: string;
    }>;
  }>;
  unasked: Array<{
    fleetId: `flt_${string}`;
    fleetName: string;
  }>;
};

export type ConfigKind = {
  kind: string;
  title: string;
  contentType: string;
  defaultFileName: string;
  language: string;
  template: string;
};

export type ConfigTemplate = {
  origin: TemplateOrigin;
  title: string;
  latestVersion: number;
  outdated: boolean;
  parameters: TemplateParameter[];
};

export type ConfigUse = {
  fleetId: `flt_${string}`;
  fleetName: string;
  environmentId: `env_${string}`;
  releaseId: `rel_${string}`;
  releaseNumber: number;
  current: boolean;
  version: number;
  selector: string;
  fileName: string;
  createdAt: string;
};

export type ConfigVersion = {
  id: `ver_${string}`;
  configId: `cfg_${string}`;
  number: number;
  sha256: string;
  sizeBytes: number;
  message: string | null;
  author: string;
  createdAt: string;
};

export type ConfigVersionDetail = {
  id: `ver_${string}`;
  configId: `cfg_${string}`;
  number: number;
  sha256: string;
  sizeBytes: number;
  message: string | null;
  author: string;
  createdAt: string;
  content: string;
  diagnostics: Diagnostic[];
};

export type ConfigVersionLabel = {
  configId: `cfg_${string}`;
  label: string;
  version: number;
  author: string;
  updatedAt: string;
};

export type ConfigVersionLabelChange = {
  configId: `cfg_${string}`;
  label: string;
  version: number;
  author: string;
  updatedAt: string;
  receipt: Receipt;
};

export type ConfirmationCall = {
  type: "rollout.confirmation";
  timestamp: string;
  data: {
    organizationId: `org_${string}`;
    fleetId: `flt_${string}`;
    rolloutId: `rol_${string}`;
    releaseNumber: number;
    confirmationId: string;
    attempt: number;
    phase: "start" | "wave" | "promotion" | "rollback";
    wave: number | null;
  };
};

export type ConfirmationReply = {
  verdict: "confirm" | "deny" | "wait";
  reason?: string | null | undefined;
};

export type Confirmed = {
  authenticatedAt: string;
  recentUntil: string;
};

export type CreatedApiKey = {
  id: `key_${string}`;
  organizationId: `org_${string}`;
  name: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  scope: AccessScope;
  prefix: string;
  owner: `usr_${string}` | `sva_${string}` | null;
  ownerName: string | null;
  createdBy: string;
  createdAt: string;
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  requestsPerMinute: number | null;
  replaces: `key_${string}` | null;
  secret: string;
  receipt: Receipt;
};

export type CreatedConfig = {
  id: `cfg_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  kind: string;
  latestVersion: number;
  labels: Record<string, string>;
  createdAt: string;
  updatedAt: string;
  version: ConfigVersion | null;
};

export type CreatedEnrollmentToken = {
  id: `tok_${string}`;
  fleetId: `flt_${string}`;
  name: string;
  labels: Record<string, string>;
  maxUses: number | null;
  uses: number | null;
  expiresAt: string | null;
  revokedAt: string | null;
  createdAt: string;
  secret: string;
  endpoint: string;
  command: string;
};

export type CreatedOrganization = {
  id: `org_${string}`;
  name: string;
  slug: string;
  plan: "free" | "team" | "enterprise";
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  access: Array<AccessStatement[]>;
  blocked: "sso_required" | "two_factor_required" | null;
  deletedAt: string | null;
  createdAt: string;
  version: number;
  requireSso: boolean;
  requireTwoFactor: boolean;
  erasedAfter: string | null;
  receipt: Receipt;
  created: {
    project: `prj_${string}`;
    environment: `env_${string}`;
    fleet: `flt_${string}`;
  };
};

export type CreatedTemplate = {
  id: `tpl_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  kind: string;
  title: string;
  description: string;
  latestVersion: number;
  createdAt: string;
  updatedAt: string;
  version: TemplateVersion;
  receipt: Receipt;
};

export type CreatedTemplateVersion = {
  id: `tpv_${string}`;
  templateId: `tpl_${string}`;
  number: number;
  message: string | null;
  author: string;
  createdAt: string;
  content: string;
  parameters: TemplateParameter[];
  receipt: Receipt;
};

export type DeletedAgent = {
  receipt: Receipt;
};

export type DeletedSso = {
  receipt: Receipt;
};

export type DeviceAuthorization = {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
};

export type DeviceRequest = {
  userCode: string;
  client: string;
  address: string;
  createdAt: string;
  expiresAt: string;
  decision: "approve" | "deny" | null;
  sessionId: `ses_${string}` | null;
};

export type Diagnostic = {
  severity: "error" | "warning";
  code: string;
  message: string;
  line: number;
  column: number;
  path: string;
  hint: string | null;
};

export type DiscoveredSso = {
  connection: {
    id: `sso_${string}`;
    name: string;
    organizationName: string;
  } | null;
  required: boolean;
};

export type DriftedAgent = {
  since: string;
  severity: "minor" | "major" | "critical";
  files: Array<{
    name: string;
    change: "missing" | "changed";
    severity: "minor" | "major" | "critical";
  }>;
  agentId: `agt_${string}`;
  name: string;
  status: string;
  expectedHash: string;
  repair: {
    kind: "tell" | "reapply" | "accept" | "given_up";
    text: string;
    at: string | null;
    attempts: number;
  };
};

export type EffectivePermissions = {
  organizationId: `org_${string}`;
  subject: `usr_${string}` | `sva_${string}` | `key_${string}`;
  name: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  blocked: string | null;
  access: Array<AccessStatement[]>;
  permissions: Array<{
    permission: "organization.read" | "organization.write" | "organization.export" | "organization.delete" | "organization.transfer" | "member.read" | "member.write" | "team.read" | "team.write" | "role.read" | "role.write" | "service_account.read" | "service_account.write" | "api_key.read" | "api_key.write" | "sso.read" | "sso.write" | "audit.read" | "audit.export" | "quota.read" | "usage.read" | "billing.read" | "billing.write" | "project.read" | "project.write" | "environment.read" | "environment.write" | "fleet.read" | "fleet.write" | "agent.read" | "agent.operate" | "agent.revoke" | "agent.delete" | "enrollment_token.read" | "enrollment_token.write" | "config.read" | "config.write" | "variable.read" | "variable.write" | "secret.read" | "secret.write" | "rollout.read" | "rollout.write" | "rollout.approve" | "rollout.override_freeze" | "exec.read" | "exec.run" | "log.read" | "event.read" | "webhook_key.read" | "webhook_key.write";
    verdict: AccessVerdict;
  }>;
};

export type EmailChanged = {
  email: string;
};

export type EnrollmentToken = {
  id: `tok_${string}`;
  fleetId: `flt_${string}`;
  name: string;
  labels: Record<string, string>;
  maxUses: number | null;
  uses: number | null;
  expiresAt: string | null;
  revokedAt: string | null;
  createdAt: string;
};

export type Environment = {
  id: `env_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  slug: string;
  protected: boolean;
  windows: Array<{
    days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
    from: string;
    to: string;
    timeZone: string;
  }>;
  freezes: Array<{
    from: string;
    until: string;
    reason: string;
  }>;
  revision: number;
  createdAt: string;
};

export type EnvironmentChange = {
  id: `env_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  slug: string;
  protected: boolean;
  windows: Array<{
    days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
    from: string;
    to: string;
    timeZone: string;
  }>;
  freezes: Array<{
    from: string;
    until: string;
    reason: string;
  }>;
  revision: number;
  createdAt: string;
  receipt: Receipt;
};

export type EventsPage = {
  items: FleetEvent[];
  nextCursor: string | null;
  truncated: boolean;
};

export type ExecAction = {
  id: `str_${string}`;
  organizationId: `org_${string}`;
  fleetId: `flt_${string}`;
  agentId: `agt_${string}`;
  agentName: string;
  state: "awaiting_approval" | "approved" | "rejected" | "expired" | "open" | "ended";
  actor: string;
  actorName: string;
  command: string[];
  container: string | null;
  tty: boolean;
  record: boolean;
  reason: string | null;
  idleSeconds: number;
  maxSeconds: number;
  createdAt: string;
  expiresAt: string | null;
  decision: {
    verdict: "approved" | "rejected";
    name: string;
    at: string;
    comment: string | null;
  } | null;
  openedAt: string | null;
  end: {
    reason: "exited" | "refused" | "closed" | "timeout" | "idle" | "viewer_gone" | "agent_gone" | "never_joined" | "ended";
    exitCode: number | null;
    signal: string | null;
    at: string;
    seconds: number;
    bytesIn: number;
    bytesOut: number;
  } | null;
  recording: {
    bytes: number;
    until: string;
  } | null;
  receipt: Receipt;
};

export type ExecSession = {
  id: `str_${string}`;
  organizationId: `org_${string}`;
  fleetId: `flt_${string}`;
  agentId: `agt_${string}`;
  agentName: string;
  state: "awaiting_approval" | "approved" | "rejected" | "expired" | "open" | "ended";
  actor: string;
  actorName: string;
  command: string[];
  container: string | null;
  tty: boolean;
  record: boolean;
  reason: string | null;
  idleSeconds: number;
  maxSeconds: number;
  createdAt: string;
  expiresAt: string | null;
  decision: {
    verdict: "approved" | "rejected";
    name: string;
    at: string;
    comment: string | null;
  } | null;
  openedAt: string | null;
  end: {
    reason: "exited" | "refused" | "closed" | "timeout" | "idle" | "viewer_gone" | "agent_gone" | "never_joined" | "ended";
    exitCode: number | null;
    signal: string | null;
    at: string;
    seconds: number;
    bytesIn: number;
    bytesOut: number;
  } | null;
  recording: {
    bytes: number;
    until: string;
  } | null;
};

export type ExecSessionPage = {
  items: ExecSession[];
  nextCursor: string | null;
};

export type ExecStarted = {
  session: ExecSession;
  stream: StreamTicket | null;
  receipt: Receipt;
};

export type Factors = {
  totp: {
    confirmedAt: string;
  } | null;
  recoveryCodes: {
    left: number;
    createdAt: string;
  } | null;
  passkeys: Passkey[];
  passkeysRefused: string | null;
  requiredBy: Array<{
    id: `org_${string}`;
    name: string;
  }>;
};

export type FilledTemplate = {
  kind: string;
  origin: TemplateOrigin;
  content: string;
  diagnostics: Diagnostic[];
};

export type Fleet = {
  id: `flt_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  environmentId: `env_${string}`;
  name: string;
  slug: string;
  locationHint: "wnam" | "enam" | "sam" | "weur" | "eeur" | "apac" | "oc" | "afr" | "me" | null;
  currentReleaseId: `rel_${string}` | null;
  driftPolicy: "tell" | "reapply" | "accept";
  offlineAfterSeconds: number | null;
  createdAt: string;
};

export type FleetComponents = {
  agents: number;
  reporting: number;
  versions: Array<{
    version: string;
    agents: number;
  }>;
  components: Array<{
    role: "receiver" | "processor" | "exporter" | "connector" | "extension";
    type: string;
    agents: number;
  }>;
};

export type FleetDetail = {
  id: `flt_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  environmentId: `env_${string}`;
  name: string;
  slug: string;
  locationHint: "wnam" | "enam" | "sam" | "weur" | "eeur" | "apac" | "oc" | "afr" | "me" | null;
  currentReleaseId: `rel_${string}` | null;
  driftPolicy: "tell" | "reapply" | "accept";
  offlineAfterSeconds: number | null;
  createdAt: string;
  counts: {
    total: number;
    online: number;
    offline: number;
    revoked: number;
    unhealthy: number;
    failed: number;
    drifted: number;
  } | null;
  activeRolloutId: `rol_${string}` | null;
};

export type FleetDrift = {
  policy: "tell" | "reapply" | "accept";
  desired: {
    releaseId: `rel_${string}` | null;
    releaseNumber: number | null;
    agents: number;
  };
  current: {
    inSync: number;
    drifted: number;
    critical: number;
    major: number;
    minor: number;
    behind: number;
    silent: number;
  };
  order: {
    rolloutId: `rol_${string}`;
    policy: "tell" | "reapply" | "accept";
    agents: number;
    at: string;
  } | null;
  items: DriftedAgent[];
  nextCursor: string | null;
};

export type FleetEvent = {
  id: `evt_${string}`;
  type: "agent.enrolled" | "agent.connected" | "agent.disconnected" | "agent.health_changed" | "agent.config_offered" | "agent.config_applied" | "agent.config_failed" | "agent.credential_issued" | "agent.duplicate_uid" | "agent.packages_changed" | "agent.drifted" | "agent.drift_ended" | "agent.drift_given_up" | "agent.throttled" | "agent.relabelled" | "agent.renamed" | "agent.restarted" | "agent.own_telemetry_failed" | "stream.opened" | "stream.ended" | "agent.offline" | "agent.back" | "agent.revoked" | "agent.decommissioned" | "agent.clone_detected" | "agent.host_changed" | "agent.deleted" | "agent.restart_requested" | "fleet.agents_relabelled" | "restart.started" | "restart.ended" | "fleet.drifted" | "fleet.drift_ended" | "fleet.own_telemetry_changed" | "enrollment_token.revoked" | "rollout.scheduled" | "rollout.approved" | "rollout.freeze_overridden" | "rollout.started" | "rollout.wave_started" | "rollout.wave_passed" | "rollout.staging_started" | "rollout.staged" | "rollout.activated" | "rollout.paused" | "rollout.resumed" | "rollout.retried" | "rollout.abort_requested" | "rollout.rolling_back" | "rollout.succeeded" | "rollout.failed" | "rollout.cancelled" | "rollout.rolled_back" | "rollout.rollback_incomplete";
  at: string;
  organizationId: `org_${string}`;
  fleetId: `flt_${string}`;
  agentId: `agt_${string}` | null;
  rolloutId: `rol_${string}` | null;
  actor: string | null;
  summary: string;
  data: Record<string, unknown>;
};

export type FleetMetrics = {
  fleetId: `flt_${string}`;
  note: string | null;
  resolution: "10s" | "1m" | "1h";
  startsAt: string;
  stepSeconds: number;
  points: number;
  series: Array<{
    name: string;
    unit: "share" | "number" | "bytes" | "bytes_per_second" | "processors";
    agents: number[];
    average: Array<number | null>;
    minimum: Array<number | null>;
    maximum: Array<number | null>;
    p95: Array<number | null>;
  }>;
};

export type Health = {
  status: "ok";
  mail: "configured" | "not configured";
};

export type InputImpact = {
  name: string;
  fleets: Array<{
    fleet: `flt_${string}`;
    slug: string;
    releaseNumber: number | null;
    agents: number;
    changed: number;
    names: string[];
    problem: string | null;
  }>;
  changed: number;
  more: boolean;
};

export type InstantiatedTemplate = {
  id: `cfg_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  kind: string;
  latestVersion: number;
  labels: Record<string, string>;
  createdAt: string;
  updatedAt: string;
  version: ConfigVersion;
  origin: TemplateOrigin;
  diagnostics: Diagnostic[];
  receipt: Receipt;
};

export type Invitation = {
  id: `ivt_${string}`;
  organizationId: `org_${string}`;
  email: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  teamIds: Array<`tea_${string}`>;
  status: "open" | "expired" | "accepted" | "revoked";
  invitedBy: string;
  createdAt: string;
  sentAt: string;
  expiresAt: string;
  acceptedAt: string | null;
  acceptedBy: `usr_${string}` | null;
};

export type InvitationChange = {
  id: `ivt_${string}`;
  organizationId: `org_${string}`;
  email: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  teamIds: Array<`tea_${string}`>;
  status: "open" | "expired" | "accepted" | "revoked";
  invitedBy: string;
  createdAt: string;
  sentAt: string;
  expiresAt: string;
  acceptedAt: string | null;
  acceptedBy: `usr_${string}` | null;
  receipt: Receipt;
};

export type InvitationPreview = {
  organizationName: string;
  email: string;
  roleName: string;
  invitedByName: string;
  expiresAt: string;
  hasAccount: boolean;
};

export type InvoicePreview = {
  organizationId: `org_${string}`;
  period: {
    from: string;
    to: string;
  };
  currency: string;
  lines: Array<{
    meter: "connected_agent_seconds" | "config_deliveries" | "shipped_log_bytes" | "metered_agent_seconds";
    description: string;
    quantity: number;
    unit: string;
    included: number;
    billable: number;
    unitPriceMicros: number;
    perUnits: number;
    amountMicros: number;
  }>;
  totalMicros: number;
  priceListVersion: string;
  recompute: string;
};

export type KeptLogs = {
  agentId: `agt_${string}`;
  items: Array<{
    at: string;
    source: string;
    stream: "stdout" | "stderr" | null;
    text: string;
    dropped: number;
  }>;
  nextCursor: string | null;
  kept: {
    bytes: number;
    oldestAt: string | null;
    newestAt: string | null;
    todayBytes: number;
    sources: string[];
  };
};

export type LedgerEntry = {
  id: `led_${string}`;
  fleetId: `flt_${string}`;
  hour: string;
  meter: "connected_agent_seconds" | "config_deliveries" | "shipped_log_bytes" | "metered_agent_seconds";
  quantity: number;
  sequence: number;
  recordedAt: string;
};

export type LinkSent = {
  email: string;
  expiresAt: string;
};

export type ListedConfigVersion = {
  id: `ver_${string}`;
  configId: `cfg_${string}`;
  number: number;
  sha256: string;
  sizeBytes: number;
  message: string | null;
  author: string;
  createdAt: string;
  labels: string[];
};

export type LogShipping = {
  fleetId: `flt_${string}`;
  enabled: boolean;
  sources: string[];
  retentionDays: number;
  dailyMegabytes: number;
  taken: boolean;
};

export type LogShippingChanged = {
  shipping: LogShipping;
  receipt: Receipt;
};

export type Me = {
  actor: {
    kind: "user";
    user: User;
  } | {
    kind: "api_key";
    apiKey: {
      id: `key_${string}`;
      name: string;
      role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
    };
  };
  organizations: Organization[];
};

export type Member = {
  userId: `usr_${string}`;
  organizationId: `org_${string}`;
  email: string;
  name: string | null;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  twoFactor: boolean;
  teams: Array<{
    id: `tea_${string}`;
    name: string;
  }>;
  joinedAt: string;
};

export type MemberChange = {
  userId: `usr_${string}`;
  organizationId: `org_${string}`;
  email: string;
  name: string | null;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  twoFactor: boolean;
  teams: Array<{
    id: `tea_${string}`;
    name: string;
  }>;
  joinedAt: string;
  receipt: Receipt;
};

export type MergeConflict = {
  line: number;
  ours: string;
  base: string;
  theirs: string;
};

export type MetricsCollection = {
  fleetId: `flt_${string}`;
  enabled: boolean;
  everySeconds: number;
  scrape: string[];
  taken: boolean;
};

export type MetricsCollectionChanged = {
  collection: MetricsCollection;
  receipt: Receipt;
};

export type Organization = {
  id: `org_${string}`;
  name: string;
  slug: string;
  plan: "free" | "team" | "enterprise";
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  access: Array<AccessStatement[]>;
  blocked: "sso_required" | "two_factor_required" | null;
  deletedAt: string | null;
  createdAt: string;
};

export type OrganizationChange = {
  id: `org_${string}`;
  name: string;
  slug: string;
  plan: "free" | "team" | "enterprise";
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  access: Array<AccessStatement[]>;
  blocked: "sso_required" | "two_factor_required" | null;
  deletedAt: string | null;
  createdAt: string;
  version: number;
  requireSso: boolean;
  requireTwoFactor: boolean;
  erasedAfter: string | null;
  receipt: Receipt;
};

export type OrganizationDetail = {
  id: `org_${string}`;
  name: string;
  slug: string;
  plan: "free" | "team" | "enterprise";
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  access: Array<AccessStatement[]>;
  blocked: "sso_required" | "two_factor_required" | null;
  deletedAt: string | null;
  createdAt: string;
  version: number;
  requireSso: boolean;
  requireTwoFactor: boolean;
  erasedAfter: string | null;
};

export type OwnTelemetry = {
  fleetId: `flt_${string}`;
  metrics: {
    endpoint: string;
    headers: Record<string, {
      value: string;
    } | {
      secret: string;
      prefix: string;
      version: number;
    }>;
  } | null;
  traces: {
    endpoint: string;
    headers: Record<string, {
      value: string;
    } | {
      secret: string;
      prefix: string;
      version: number;
    }>;
  } | null;
  logs: {
    endpoint: string;
    headers: Record<string, {
      value: string;
    } | {
      secret: string;
      prefix: string;
      version: number;
    }>;
  } | null;
  agents: {
    takes: number;
    applied: number;
    failed: number;
    waiting: number;
  };
  items: Array<{
    agentId: `agt_${string}`;
    name: string;
    state: "waiting" | "offered" | "applied" | "failed";
    error: string | null;
    at: string | null;
  }>;
};

export type ParsedPipelines = {
  graph: PipelineGraph | null;
  diagnostics: Diagnostic[];
};

export type Passkey = {
  id: `psk_${string}`;
  name: string;
  synced: boolean;
  createdAt: string;
  lastUsedAt: string | null;
};

export type PasskeyAssertion = {
  id: string;
  rawId: string;
  type: "public-key";
  response: {
    clientDataJSON: string;
    authenticatorData: string;
    signature: string;
    userHandle?: string | null | undefined;
  };
};

export type PasskeyCreation = {
  challenge: string;
  rp: {
    id: string;
    name: string;
  };
  user: {
    id: string;
    name: string;
    displayName: string;
  };
  pubKeyCredParams: Array<{
    type: "public-key";
    alg: number;
  }>;
  timeout: number;
  attestation: "none";
  excludeCredentials: Array<{
    id: string;
    type: "public-key";
    transports: string[];
  }>;
  authenticatorSelection: {
    residentKey: "required";
    requireResidentKey: true;
    userVerification: "required";
  };
};

export type PasskeyRegistration = {
  id: string;
  rawId: string;
  type: "public-key";
  response: {
    clientDataJSON: string;
    attestationObject: string;
    transports?: string[] | undefined;
  };
};

export type PasskeyRequest = {
  challenge: string;
  rpId: string;
  timeout: number;
  userVerification: "required";
  allowCredentials: Array<{
    id: string;
    type: "public-key";
    transports: string[];
  }>;
};

export type PermissionCatalogue = {
  permissions: Array<{
    name: "organization.read" | "organization.write" | "organization.export" | "organization.delete" | "organization.transfer" | "member.read" | "member.write" | "team.read" | "team.write" | "role.read" | "role.write" | "service_account.read" | "service_account.write" | "api_key.read" | "api_key.write" | "sso.read" | "sso.write" | "audit.read" | "audit.export" | "quota.read" | "usage.read" | "billing.read" | "billing.write" | "project.read" | "project.write" | "environment.read" | "environment.write" | "fleet.read" | "fleet.write" | "agent.read" | "agent.operate" | "agent.revoke" | "agent.delete" | "enrollment_token.read" | "enrollment_token.write" | "config.read" | "config.write" | "variable.read" | "variable.write" | "secret.read" | "secret.write" | "rollout.read" | "rollout.write" | "rollout.approve" | "rollout.override_freeze" | "exec.read" | "exec.run" | "log.read" | "event.read" | "webhook_key.read" | "webhook_key.write";
    summary: string;
    byLabels: boolean;
    protected: boolean;
    roles: Array<"viewer" | "billing" | "operator" | "admin" | "owner">;
  }>;
  roles: Array<{
    name: "viewer" | "billing" | "operator" | "admin" | "owner";
    summary: string;
    permissions: Array<"organization.read" | "organization.write" | "organization.export" | "organization.delete" | "organization.transfer" | "member.read" | "member.write" | "team.read" | "team.write" | "role.read" | "role.write" | "service_account.read" | "service_account.write" | "api_key.read" | "api_key.write" | "sso.read" | "sso.write" | "audit.read" | "audit.export" | "quota.read" | "usage.read" | "billing.read" | "billing.write" | "project.read" | "project.write" | "environment.read" | "environment.write" | "fleet.read" | "fleet.write" | "agent.read" | "agent.operate" | "agent.revoke" | "agent.delete" | "enrollment_token.read" | "enrollment_token.write" | "config.read" | "config.write" | "variable.read" | "variable.write" | "secret.read" | "secret.write" | "rollout.read" | "rollout.write" | "rollout.approve" | "rollout.override_freeze" | "exec.read" | "exec.run" | "log.read" | "event.read" | "webhook_key.read" | "webhook_key.write">;
  }>;
};

export type PermissionPattern = "organization.read" | "organization.write" | "organization.export" | "organization.delete" | "organization.transfer" | "member.read" | "member.write" | "team.read" | "team.write" | "role.read" | "role.write" | "service_account.read" | "service_account.write" | "api_key.read" | "api_key.write" | "sso.read" | "sso.write" | "audit.read" | "audit.export" | "quota.read" | "usage.read" | "billing.read" | "billing.write" | "project.read" | "project.write" | "environment.read" | "environment.write" | "fleet.read" | "fleet.write" | "agent.read" | "agent.operate" | "agent.revoke" | "agent.delete" | "enrollment_token.read" | "enrollment_token.write" | "config.read" | "config.write" | "variable.read" | "variable.write" | "secret.read" | "secret.write" | "rollout.read" | "rollout.write" | "rollout.approve" | "rollout.override_freeze" | "exec.read" | "exec.run" | "log.read" | "event.read" | "webhook_key.read" | "webhook_key.write" | "organization.*" | "member.*" | "team.*" | "role.*" | "service_account.*" | "api_key.*" | "sso.*" | "audit.*" | "quota.*" | "usage.*" | "billing.*" | "project.*" | "environment.*" | "fleet.*" | "agent.*" | "enrollment_token.*" | "config.*" | "variable.*" | "secret.*" | "rollout.*" | "exec.*" | "log.*" | "event.*" | "webhook_key.*" | "*";

export type PipelineEdge = {
  from: string;
  to: string;
  signal: "traces" | "metrics" | "logs" | "profiles";
};

export type PipelineGraph = {
  nodes: PipelineNode[];
  edges: PipelineEdge[];
};

export type PipelineNode = {
  id: string;
  role: "receiver" | "processor" | "exporter" | "connector" | "extension";
  component: string;
  name: string;
  config: unknown;
  signals?: Array<"traces" | "metrics" | "logs" | "profiles"> | undefined;
  placement: "edges" | "auto" | "off";
};

export type PipelineProblem = {
  severity: "error" | "warning";
  code: string;
  message: string;
  hint: string | null;
  nodes: string[];
  edges: number[];
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: "validation_failed" | "malformed_body" | "unauthenticated" | "invalid_credentials" | "authorization_pending" | "token_invalid" | "session_revoked" | "forbidden" | "reauthentication_required" | "sso_required" | "two_factor_required" | "approval_required" | "not_found" | "method_not_allowed" | "conflict" | "already_exists" | "rollout_active" | "rollout_finished" | "plan_outdated" | "idempotency_mismatch" | "idempotency_in_progress" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "config_invalid" | "plan_impossible" | "upgrade_required" | "rate_limited" | "quota_exceeded" | "internal" | "unavailable";
  requestId: string;
  retryable: boolean;
  retryAfterSeconds?: number | undefined;
  quota?: {
    name: string;
    limit: number;
    used: number;
    resetsAt: string | null;
  } | undefined;
  error?: string | undefined;
  errors: Array<{
    path: string;
    message: string;
  }>;
};

export type Project = {
  id: `prj_${string}`;
  organizationId: `org_${string}`;
  name: string;
  slug: string;
  createdAt: string;
};

export type Quota = {
  name: "projects" | "environments" | "fleets" | "agentsPerFleet" | "configs" | "versionsPerConfig" | "templates" | "variables" | "secrets" | "members" | "pendingInvitations" | "teams" | "roles" | "serviceAccounts" | "apiKeys" | "enrollmentTokens" | "execSessions";
  scope: "organization" | "fleet" | "config";
  limit: number;
  used: number | null;
  fullest: {
    id: string;
    name: string;
  } | null;
};

export type Quotas = {
  organizationId: `org_${string}`;
  plan: "free" | "team" | "enterprise";
  auditRetentionDays: number;
  quotas: Quota[];
  rates: Rate[];
};

export type Rate = {
  name: "caller" | "organization";
  limit: number;
  windowSeconds: number;
  used: number | null;
  resetsAt: string | null;
};

export type Receipt = {
  id: `rcp_${string}`;
  kind: string;
  ids: Record<string, string>;
  summary: string;
  warnings: string[];
  changes: Array<{
    path: string;
    before?: unknown | undefined;
    after?: unknown | undefined;
  }>;
  next: Array<{
    label: string;
    command?: string | undefined;
    href?: string | undefined;
  }>;
  undo: {
    command: string;
    href: string;
  } | null;
  cost: {
    summary: string;
    micros: number;
    currency: string;
  } | null;
};

export type ReceiptAnswer = {
  receipt: Receipt;
};

export type Release = {
  id: `rel_${string}`;
  fleetId: `flt_${string}`;
  number: number;
  assignments: Array<{
    configId: `cfg_${string}`;
    configName: string;
    kind: string;
    versionId: `ver_${string}`;
    version: number;
    sha256: string;
    selector: string;
    fileName: string;
    image?: {
      ref: string;
      digest: string;
    } | undefined;
  }>;
  packages: Array<{
    name: string;
    version: string;
    url: string;
    sha256: string;
    signature: string | null;
    type: "top-level" | "addon";
    selector: string;
  }>;
  message: string | null;
  author: string;
  createdAt: string;
};

export type RestartAction = {
  id: `rst_${string}`;
  fleetId: `flt_${string}`;
  state: "running" | "succeeded" | "failed" | "cancelled";
  reason: string | null;
  total: number;
  restarted: number;
  waiting: number;
  maxUnavailable: number;
  restarting: Array<{
    agentId: `agt_${string}`;
    name: string;
    since: string;
  }>;
  left: Array<{
    agentId: `agt_${string}`;
    name: string;
    reason: string;
  }>;
  startedBy: string;
  createdAt: string;
  endedAt: string | null;
  receipt: Receipt;
};

export type Role = {
  id: `rle_${string}`;
  organizationId: `org_${string}`;
  name: string;
  description: string;
  statements: RoleStatementOutput[];
  version: number;
  createdAt: string;
  updatedAt: string;
};

export type RoleBinding = {
  id: `bnd_${string}`;
  organizationId: `org_${string}`;
  subject: `usr_${string}` | `tea_${string}` | `sva_${string}`;
  subjectName: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  scope: AccessScope;
  fromSso: boolean;
  createdAt: string;
};

export type RoleBindingChange = {
  id: `bnd_${string}`;
  organizationId: `org_${string}`;
  subject: `usr_${string}` | `tea_${string}` | `sva_${string}`;
  subjectName: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  scope: AccessScope;
  fromSso: boolean;
  createdAt: string;
  receipt: Receipt;
};

export type RoleChange = {
  id: `rle_${string}`;
  organizationId: `org_${string}`;
  name: string;
  description: string;
  statements: RoleStatementOutput[];
  version: number;
  createdAt: string;
  updatedAt: string;
  receipt: Receipt;
};

export type RoleStatement = {
  effect?: "allow" | "deny" | undefined;
  permissions: PermissionPattern[];
  scope?: AccessScope | undefined;
};

export type RoleStatementOutput = {
  effect: "allow" | "deny";
  permissions: PermissionPattern[];
  scope: AccessScope;
};

export type Rollout = {
  id: `rol_${string}`;
  fleetId: `flt_${string}`;
  releaseId: `rel_${string}`;
  releaseNumber: number;
  state: "awaiting_approval" | "scheduled" | "running" | "paused" | "rolling_back" | "succeeded" | "failed" | "cancelled" | "rolled_back" | "rollback_incomplete";
  reason: string | null;
  hold?: "person" | "inconclusive" | "promotion" | "window" | null | undefined;
  strategy: {
    kind: "all-at-once";
  } | {
    kind: "rolling";
    batch: number | string;
    pauseSeconds: number;
    maxUnavailable: number | string | null;
    rate: {
      perMinute: number;
      factor: number;
      everySucceeded: number;
      maxPerMinute: number;
    } | null;
  } | {
    kind: "canary";
    steps: Array<{
      agents: number | string;
    } | {
      selector: string;
    }>;
    promotion: "automatic" | "manual";
    pauseSeconds: number;
  } | {
    kind: "blue-green";
    activation: "automatic" | "manual";
  };
  gates: {
    soakSeconds: number;
    maxFailures: number | string | 0 | "0%";
    minReported: number;
    applyTimeoutSeconds: number;
    progressDeadlineSeconds: number;
    metrics: Array<{
      metric: string;
      as: "value" | "rate";
      per: string | null;
      max: number | null;
      min: number | null;
      compare: {
        worse: "higher" | "lower";
        byPercent: number;
        atLeast: number;
      } | null;
      minSamples: number;
    }>;
    webhooks: Array<{
      url: string;
      on: Array<"start" | "wave" | "promotion" | "rollback">;
      timeoutSeconds: number;
      attempts: number;
      whenUnanswered: "hold" | "fail";
    }>;
    approval: boolean;
  };
  autoRevert: boolean;
  schedule: {
    startAt: string | null;
    windows: Array<{
      days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
      from: string;
      to: string;
      timeZone: string;
    }>;
  };
  revertOf: `rol_${string}` | null;
  approval: {
    required: boolean;
    by: string | null;
    verdict: "approve" | "reject" | null;
    comment: string | null;
    at: string | null;
  } | null;
  freezeOverride: {
    by: string;
    reason: string;
  } | null;
  message: string | null;
  author: string;
  counts: {
    waiting: number;
    staging: number;
    staged: number;
    offered: number;
    applying: number;
    applied: number;
    verified: number;
    failed: number;
    rejected: number;
    timed_out: number;
    unreachable: number;
    unchanged: number;
    reverting: number;
    reverted: number;
    revert_failed: number;
  };
  total: number;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
};

export type RolloutAction = {
  receipt: Receipt;
  rollout: Rollout;
};

export type RolloutApprovals = {
  required: boolean;
  protected: boolean;
  you: {
    may: boolean;
    why: string | null;
  };
  items: Array<{
    verdict: "approve" | "reject";
    by: string;
    comment: string | null;
    at: string | null;
  }>;
  nextCursor: string | null;
};

export type RolloutDetail = {
  id: `rol_${string}`;
  fleetId: `flt_${string}`;
  releaseId: `rel_${string}`;
  releaseNumber: number;
  state: "awaiting_approval" | "scheduled" | "running" | "paused" | "rolling_back" | "succeeded" | "failed" | "cancelled" | "rolled_back" | "rollback_incomplete";
  reason: string | null;
  hold?: "person" | "inconclusive" | "promotion" | "window" | null | undefined;
  strategy: {
    kind: "all-at-once";
  } | {
    kind: "rolling";
    batch: number | string;
    pauseSeconds: number;
    maxUnavailable: number | string | null;
    rate: {
      perMinute: number;
      factor: number;
      everySucceeded: number;
      maxPerMinute: number;
    } | null;
  } | {
    kind: "canary";
    steps: Array<{
      agents: number | string;
    } | {
      selector: string;
    }>;
    promotion: "automatic" | "manual";
    pauseSeconds: number;
  } | {
    kind: "blue-green";
    activation: "automatic" | "manual";
  };
  gates: {
    soakSeconds: number;
    maxFailures: number | string | 0 | "0%";
    minReported: number;
    applyTimeoutSeconds: number;
    progressDeadlineSeconds: number;
    metrics: Array<{
      metric: string;
      as: "value" | "rate";
      per: string | null;
      max: number | null;
      min: number | null;
      compare: {
        worse: "higher" | "lower";
        byPercent: number;
        atLeast: number;
      } | null;
      minSamples: number;
    }>;
    webhooks: Array<{
      url: string;
      on: Array<"start" | "wave" | "promotion" | "rollback">;
      timeoutSeconds: number;
      attempts: number;
      whenUnanswered: "hold" | "fail";
    }>;
    approval: boolean;
  };
  autoRevert: boolean;
  schedule: {
    startAt: string | null;
    windows: Array<{
      days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
      from: string;
      to: string;
      timeZone: string;
    }>;
  };
  revertOf: `rol_${string}` | null;
  approval: {
    required: boolean;
    by: string | null;
    verdict: "approve" | "reject" | null;
    comment: string | null;
    at: string | null;
  } | null;
  freezeOverride: {
    by: string;
    reason: string;
  } | null;
  message: string | null;
  author: string;
  counts: {
    waiting: number;
    staging: number;
    staged: number;
    offered: number;
    applying: number;
    applied: number;
    verified: number;
    failed: number;
    rejected: number;
    timed_out: number;
    unreachable: number;
    unchanged: number;
    reverting: number;
    reverted: number;
    revert_failed: number;
  };
  total: number;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  waves: Array<{
    number: number;
    state: "waiting" | "running" | "passed" | "failed" | "stopped" | "skipped";
    size: number;
    counts: {
      waiting: number;
      staging: number;
      staged: number;
      offered: number;
      applying: number;
      applied: number;
      verified: number;
      failed: number;
      rejected: number;
      timed_out: number;
      unreachable: number;
      unchanged: number;
      reverting: number;
      reverted: number;
      revert_failed: number;
    };
    startedAt: string | null;
    endedAt: string | null;
  }> | null;
  decisions: Array<{
    at: string;
    wave: number | null;
    verdict: "pass" | "hold" | "fail" | "info";
    gate: string;
    text: string;
    inputs: Record<string, number | string>;
  }> | null;
  live: boolean;
};

export type RolloutExplanation = {
  rolloutId: `rol_${string}`;
  state: "awaiting_approval" | "scheduled" | "running" | "paused" | "rolling_back" | "succeeded" | "failed" | "cancelled" | "rolled_back" | "rollback_incomplete";
  summary: string;
  waits: Array<{
    on: string;
    since: string | null;
    until: string | null;
    action: {
      label: string;
      command: string;
    } | null;
  }>;
  why: Array<{
    at: string | null;
    text: string;
  }>;
};

export type RolloutExport = {
  format: "muster.rollout/1";
  rolloutId: `rol_${string}`;
  document: unknown;
};

export type RolloutPreview = {
  assignments: Array<{
    configId: `cfg_${string}`;
    configName: string;
    kind: string;
    versionId: `ver_${string}`;
    version: number;
    sha256: string;
    selector: string;
    fileName: string;
    image?: {
      ref: string;
      digest: string;
    } | undefined;
    agents: number;
    carriedOver: boolean;
  }>;
  total: number;
  unchanged: number;
  waves: Array<{
    number: number;
    agents: Array<{
      id: `agt_${string}`;
      name: string;
      status: string;
      change: "changed" | "unchanged" | "latched";
      diff: number | null;
    }>;
  }>;
  diffs: Array<{
    from: string | null;
    to: string;
    agents: number;
    reasons: string[];
    files: Array<{
      name: string;
      change: "added" | "changed" | "removed";
      diff: string | null;
    }>;
    packages: Array<{
      name: string;
      from: string | null;
      to: string | null;
    }>;
  }>;
  warnings: string[];
  startsAt: string | null;
  planToken: string;
};

export type RotatedWebhookKey = {
  receipt: Receipt;
  webhookKey: WebhookKey;
};

export type SecondFactorStep = {
  secondFactor: {
    ticket: string;
    methods: Array<"totp" | "recovery_code" | "passkey">;
    expiresInSeconds: number;
  };
};

export type Secret = {
  id: `sec_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  environmentId: `env_${string}`;
  name: string;
  fleet: `flt_${string}` | null;
  selector: string;
  level: "fleet_labels" | "labels" | "fleet" | "environment";
  description: string;
  currentVersion: number | null;
  latestVersion: number;
  pendingVersion: number | null;
  revision: number;
  createdAt: string;
  updatedAt: string;
};

export type SecretChange = {
  id: `sec_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  environmentId: `env_${string}`;
  name: string;
  fleet: `flt_${string}` | null;
  selector: string;
  level: "fleet_labels" | "labels" | "fleet" | "environment";
  description: string;
  currentVersion: number | null;
  latestVersion: number;
  pendingVersion: number | null;
  revision: number;
  createdAt: string;
  updatedAt: string;
  receipt: Receipt;
};

export type SecretsKey = {
  organizationId: `org_${string}`;
  masterKeyId: string;
  keys: Array<{
    id: `oky_${string}`;
    masterKeyId: string;
    seals: boolean;
    versions: number;
    createdAt: string;
  }>;
  fleetsBehind: number;
};

export type SecretsKeyChange = {
  organizationId: `org_${string}`;
  masterKeyId: string;
  keys: Array<{
    id: `oky_${string}`;
    masterKeyId: string;
    seals: boolean;
    versions: number;
    createdAt: string;
  }>;
  fleetsBehind: number;
  receipt: Receipt;
};

export type SecretUsage = {
  secretId: `sec_${string}`;
  configs: Array<{
    configId: `cfg_${string}`;
    name: string;
    version: number;
  }>;
  releases: Array<{
    releaseId: `rel_${string}`;
    number: number;
    fleet: `flt_${string}`;
    version: number;
  }>;
  fleets: Array<{
    fleet: `flt_${string}`;
    slug: string;
    held: number[];
    versions: Array<{
      number: number;
      agents: number;
      first: Array<{
        id: `agt_${string}`;
        name: string;
      }>;
    }>;
    problem: string | null;
  }>;
  fleetsLeftOut: number;
};

export type SecretVersion = {
  id: `sev_${string}`;
  secretId: `sec_${string}`;
  number: number;
  state: "current" | "old" | "pending" | "rejected" | "destroyed";
  author: string;
  createdAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  destroyedAt: string | null;
};

export type SecretVersionChange = {
  id: `sev_${string}`;
  secretId: `sec_${string}`;
  number: number;
  state: "current" | "old" | "pending" | "rejected" | "destroyed";
  author: string;
  createdAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  destroyedAt: string | null;
  receipt: Receipt;
};

export type ServiceAccount = {
  id: `sva_${string}`;
  organizationId: `org_${string}`;
  name: string;
  description: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  createdBy: string;
  createdAt: string;
  disabledAt: string | null;
};

export type ServiceAccountChange = {
  id: `sva_${string}`;
  organizationId: `org_${string}`;
  name: string;
  description: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}`;
  roleName: string;
  createdBy: string;
  createdAt: string;
  disabledAt: string | null;
  receipt: Receipt;
};

export type Session = {
  accessToken: string;
  expiresInSeconds: number;
  refreshToken?: string | undefined;
  user: User;
  organizations: Organization[];
};

export type SessionsEnded = {
  endedSessions: number;
};

export type SignedInDevice = {
  id: `ses_${string}`;
  current: boolean;
  device: string;
  client: "dashboard" | "cli";
  address: string;
  method: "password" | "passkey" | "sso" | "email_link";
  secondFactor: boolean;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
};

export type SignInAnswer = Session | SecondFactorStep;

export type SignUpAnswer = {
  accessToken: string;
  expiresInSeconds: number;
  refreshToken?: string | undefined;
  user: User;
  organizations: Organization[];
  created: {
    organization: `org_${string}`;
    project: `prj_${string}`;
    environment: `env_${string}`;
    fleet: `flt_${string}`;
  };
};

export type SsoConnection = {
  id: `sso_${string}`;
  organizationId: `org_${string}`;
  name: string;
  issuer: string;
  clientId: string;
  clientSecretSet: boolean;
  scopes: string[];
  groupsClaim: string;
  groupRoles: SsoGroupRole[];
  defaultRole: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}` | null;
  enabled: boolean;
  redirectUri: string;
  domains: SsoDomain[];
  version: number;
  createdAt: string;
  updatedAt: string;
};

export type SsoDomain = {
  id: `dom_${string}`;
  connectionId: `sso_${string}`;
  domain: string;
  record: {
    type: "TXT";
    name: string;
    value: string;
  };
  verifiedAt: string | null;
  createdAt: string;
};

export type SsoGroupRole = {
  group: string;
  role: "viewer" | "billing" | "operator" | "admin" | "owner" | `rle_${string}` | null;
  teamId: `tea_${string}` | null;
};

export type SsoPolicy = {
  requireSso: boolean;
  obstacle: string | null;
};

export type SsoTest = {
  ok: boolean;
  checks: Array<{
    name: "discovery" | "endpoints" | "features" | "keys" | "client" | "domains";
    ok: boolean;
    detail: string;
  }>;
};

export type StartedRollout = {
  receipt: Receipt;
  rollout: Rollout;
  release: Release;
};

export type StartedSso = {
  url: string;
};

export type StartedTotp = {
  secret: string;
  uri: string;
};

export type StreamTicket = {
  streamId: `str_${string}`;
  path: string;
  ticket: string;
  expiresAt: string;
};

export type Team = {
  id: `tea_${string}`;
  organizationId: `org_${string}`;
  name: string;
  slug: string;
  memberCount: number;
  createdAt: string;
};

export type TeamChange = {
  id: `tea_${string}`;
  organizationId: `org_${string}`;
  name: string;
  slug: string;
  memberCount: number;
  createdAt: string;
  receipt: Receipt;
};

export type TeamMember = {
  userId: `usr_${string}`;
  email: string;
  name: string | null;
  fromSso: boolean;
  addedAt: string;
};

export type Template = {
  id: `tpl_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  kind: string;
  title: string;
  description: string;
  latestVersion: number;
  createdAt: string;
  updatedAt: string;
};

export type TemplateChange = {
  id: `tpl_${string}`;
  organizationId: `org_${string}`;
  projectId: `prj_${string}`;
  name: string;
  kind: string;
  title: string;
  description: string;
  latestVersion: number;
  createdAt: string;
  updatedAt: string;
  receipt: Receipt;
};

export type TemplateMerge = {
  from: TemplateOrigin;
  to: TemplateOrigin;
  baseVersion: number;
  changed: boolean;
  content: string;
  parts: Array<{
    text: string;
  } | {
    conflict: MergeConflict;
  }>;
  conflicts: MergeConflict[];
  diagnostics: Diagnostic[];
};

export type TemplateOrigin = {
  template: string;
  version: number;
  parameters: Record<string, string>;
};

export type TemplateParameter = {
  name: string;
  title: string;
  type: "string" | "number" | "boolean" | "json";
  default: string | null;
  pattern: string | null;
  help: string;
};

export type TemplateVersion = {
  id: `tpv_${string}`;
  templateId: `tpl_${string}`;
  number: number;
  message: string | null;
  author: string;
  createdAt: string;
};

export type TemplateVersionDetail = {
  id: `tpv_${string}`;
  templateId: `tpl_${string}`;
  number: number;
  message: string | null;
  author: string;
  createdAt: string;
  content: string;
  parameters: TemplateParameter[];
};

export type TwoFactorPolicy = {
  requireTwoFactor: boolean;
  membersWithout: number;
  obstacle: string | null;
};

export type UpdatedAgent = {
  id: `agt_${string}`;
  fleetId: `flt_${string}`;
  instanceUid: string;
  name: string;
  type: string | null;
  version: string | null;
  labels: Record<string, string>;
  status: "online" | "offline" | "revoked";
  healthy: boolean | null;
  healthError: string | null;
  transport: "websocket" | "http" | null;
  credential: "agent" | "enrollment_token";
  capabilities: string[];
  config: {
    state: "none" | "in_sync" | "offered" | "applying" | "failed" | "pending";
    wantedHash: string | null;
    reportedHash: string | null;
    releaseId: `rel_${string}` | null;
    error: string | null;
  };
  drift: {
    since: string;
    severity: "minor" | "major" | "critical";
    files: Array<{
      name: string;
      change: "missing" | "changed";
      severity: "minor" | "major" | "critical";
    }>;
  } | null;
  decommissioned?: {
    reason: string;
    by: string;
    at: string;
  } | null | undefined;
  enrolledAt: string;
  connectedAt: string | null;
  lastSeenAt: string | null;
  receipt: Receipt;
  rolloutId: `rol_${string}` | null;
};

export type UpdatedFromTemplate = {
  version: ConfigVersion;
  origin: TemplateOrigin;
  diagnostics: Diagnostic[];
  receipt: Receipt;
};

export type Usage = {
  organizationId: `org_${string}`;
  from: string;
  to: string;
  meters: Array<{
    meter: "connected_agent_seconds" | "config_deliveries" | "shipped_log_bytes" | "metered_agent_seconds";
    quantity: number;
    unit: string;
  }>;
  fleets: Array<{
    fleetId: `flt_${string}`;
    fleetName: string;
    meter: "connected_agent_seconds" | "config_deliveries" | "shipped_log_bytes" | "metered_agent_seconds";
    quantity: number;
    unit: string;
    live: boolean;
  }>;
  hours: Array<{
    hour: string;
    meter: "connected_agent_seconds" | "config_deliveries" | "shipped_log_bytes" | "metered_agent_seconds";
    quantity: number;
  }>;
};

export type User = {
  id: `usr_${string}`;
  email: string;
  name: string | null;
  createdAt: string;
  hasPassword: boolean;
};

export type Validation = {
  valid: boolean;
  diagnostics: Diagnostic[];
  checkedAgainst: {
    agents: number;
    reporting: number;
    versions: string[];
  } | null;
};

export type Variable = {
  id: `var_${string}`;
  environmentId: `env_${string}`;
  name: string;
  fleet: `flt_${string}` | null;
  selector: string;
  level: "fleet_labels" | "labels" | "fleet" | "environment";
  type: "string" | "number" | "boolean" | "json";
  value: unknown;
  description: string;
  author: string;
  version: number;
  createdAt: string;
  updatedAt: string;
};

export type VariableChange = {
  id: `var_${string}`;
  environmentId: `env_${string}`;
  name: string;
  fleet: `flt_${string}` | null;
  selector: string;
  level: "fleet_labels" | "labels" | "fleet" | "environment";
  type: "string" | "number" | "boolean" | "json";
  value: unknown;
  description: string;
  author: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  receipt: Receipt;
};

export type WebhookKey = {
  organizationId: `org_${string}`;
  key: string;
  version: number;
  rotatedAt: string | null;
  previous: {
    version: number;
    signsUntil: string;
  } | null;
};

export interface Operations {
  /** Delete an agent: end its connection and credential, and forget it */
  "DELETE /v1/agents/{agent}": {
    id: "deleteAgent";
    path: { agent: string; };
    query: undefined;
    body: undefined;
    answer: DeletedAgent;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Take a role away that was given */
  "DELETE /v1/bindings/{binding}": {
    id: "deleteBinding";
    path: { binding: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a config that no release names, with its versions */
  "DELETE /v1/configs/{config}": {
    id: "deleteConfig";
    path: { config: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Throw the draft away */
  "DELETE /v1/configs/{config}/draft": {
    id: "discardConfigDraft";
    path: { config: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Take a label away; the version stays */
  "DELETE /v1/configs/{config}/labels/{label}": {
    id: "deleteConfigVersionLabel";
    path: { config: string; label: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a version that nothing uses */
  "DELETE /v1/configs/{config}/versions/{number}": {
    id: "deleteConfigVersion";
    path: { config: string; number: number | "latest" | string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Remove a passkey */
  "DELETE /v1/me/passkeys/{passkey}": {
    id: "removePasskey";
    path: { passkey: string; };
    query: undefined;
    body: undefined;
    answer: ChangedFactors;
    errors: "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Remove the authenticator app */
  "DELETE /v1/me/totp": {
    id: "removeTotp";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ChangedFactors;
    errors: "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete an organization; an owner may bring it back for 30 days */
  "DELETE /v1/orgs/{org}": {
    id: "deleteOrganization";
    path: { org: string; };
    query: { confirm?: string | null | undefined; };
    body: undefined;
    answer: OrganizationChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Remove a member, with teams, bindings and API keys */
  "DELETE /v1/orgs/{org}/members/{user}": {
    id: "removeMember";
    path: { org: string; user: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a connection with its domains, and end the sessions by it */
  "DELETE /v1/orgs/{org}/sso-connections/{connection}": {
    id: "deleteSsoConnection";
    path: { org: string; connection: string; };
    query: undefined;
    body: undefined;
    answer: DeletedSso;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Give a domain up */
  "DELETE /v1/orgs/{org}/sso-domains/{domain}": {
    id: "deleteSsoDomain";
    path: { org: string; domain: string; };
    query: undefined;
    body: undefined;
    answer: DeletedSso;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a role that nobody has */
  "DELETE /v1/roles/{role}": {
    id: "deleteRole";
    path: { role: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a secret with all its versions */
  "DELETE /v1/secrets/{secret}": {
    id: "deleteSecret";
    path: { secret: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Destroy a version: its sealed bytes go */
  "DELETE /v1/secrets/{secret}/versions/{number}": {
    id: "destroySecretVersion";
    path: { secret: string; number: number | string; };
    query: undefined;
    body: undefined;
    answer: SecretVersionChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a service account and revoke its keys */
  "DELETE /v1/service-accounts/{serviceAccount}": {
    id: "deleteServiceAccount";
    path: { serviceAccount: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a team and what it was given; its people stay */
  "DELETE /v1/teams/{team}": {
    id: "deleteTeam";
    path: { team: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Take somebody out of a team */
  "DELETE /v1/teams/{team}/members/{user}": {
    id: "removeTeamMember";
    path: { team: string; user: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a template that no config is made from */
  "DELETE /v1/templates/{template}": {
    id: "deleteTemplate";
    path: { template: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Delete a variable's row; releases that have it keep it */
  "DELETE /v1/variables/{variable}": {
    id: "deleteVariable";
    path: { variable: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** This API as a readable page */
  "GET /docs/api": {
    id: "apiPage";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Response;
    errors: "internal" | "unavailable";
  };
  /** The versions of Muster's own agent that are to be had here, the newest first */
  "GET /v1/agent-releases": {
    id: "listAgentReleases";
    path: undefined;
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: AgentReleasePage;
    errors: "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One agent: health, attributes, configs wanted and reported */
  "GET /v1/agents/{agent}": {
    id: "getAgent";
    path: { agent: string; };
    query: undefined;
    body: undefined;
    answer: AgentDetail;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The agent's files as it was given them and as it has them, with a diff of each */
  "GET /v1/agents/{agent}/drift": {
    id: "getAgentDrift";
    path: { agent: string; };
    query: undefined;
    body: undefined;
    answer: AgentDrift;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Why the agent is as it is */
  "GET /v1/agents/{agent}/explain": {
    id: "explainAgent";
    path: { agent: string; };
    query: undefined;
    body: undefined;
    answer: AgentExplanation;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Search the logs that an agent shipped, newest first */
  "GET /v1/agents/{agent}/logs": {
    id: "readKeptLogs";
    path: { agent: string; };
    query: { source?: string | null | undefined; since?: string | null | undefined; until?: string | null | undefined; q?: string | null | undefined; limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: KeptLogs;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What an agent measured of its host, its program and itself */
  "GET /v1/agents/{agent}/metrics": {
    id: "getAgentMetrics";
    path: { agent: string; };
    query: { series?: string | null | undefined; from?: string | null | undefined; to?: string | null | undefined; resolution?: "10s" | "1m" | "1h" | null | undefined; live?: boolean | null | undefined; };
    body: undefined;
    answer: AgentMetrics;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Which row of each variable counts for an agent, and which others there are */
  "GET /v1/agents/{agent}/variables": {
    id: "listAgentVariables";
    path: { agent: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: AgentVariable[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** An API key, without its secret */
  "GET /v1/api-keys/{key}": {
    id: "getApiKey";
    path: { key: string; };
    query: undefined;
    body: undefined;
    answer: ApiKey;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Where the identity provider sends the browser back to */
  "GET /v1/auth/sso/callback": {
    id: "finishSso";
    path: undefined;
    query: { state?: string | null | undefined; code?: string | null | undefined; iss?: string | null | undefined; error?: string | null | undefined; };
    body: undefined;
    answer: Response;
    errors: "internal" | "unavailable" | "validation_failed";
  };
  /** Components of the OpenTelemetry Collector with the schema of their settings */
  "GET /v1/collector-components": {
    id: "listCollectorComponents";
    path: undefined;
    query: { role?: "receiver" | "processor" | "exporter" | "connector" | "extension" | null | undefined; type?: string | null | undefined; fleet?: string | null | undefined; };
    body: undefined;
    answer: {
      items: CollectorComponent[];
      nextCursor: string | null;
    };
    errors: "internal" | "not_found" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The kinds of config that Muster knows, with a template of each */
  "GET /v1/config-kinds": {
    id: "listConfigKinds";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      items: ConfigKind[];
      nextCursor: string | null;
    };
    errors: "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One config */
  "GET /v1/configs/{config}": {
    id: "getConfig";
    path: { config: string; };
    query: undefined;
    body: undefined;
    answer: Config;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What differs between two versions, or a version and the draft */
  "GET /v1/configs/{config}/diff": {
    id: "diffConfig";
    path: { config: string; };
    query: { from?: number | "latest" | string | "draft" | null | undefined; to?: number | "latest" | string | "draft" | null | undefined; context?: number | string | null | undefined; };
    body: undefined;
    answer: ConfigDiff;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The draft of a config's next version */
  "GET /v1/configs/{config}/draft": {
    id: "getConfigDraft";
    path: { config: string; };
    query: undefined;
    body: undefined;
    answer: ConfigDraft;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Where the config should run, where it runs, and where it was changed on the host */
  "GET /v1/configs/{config}/drift": {
    id: "getConfigDrift";
    path: { config: string; };
    query: undefined;
    body: undefined;
    answer: ConfigDrift;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Labels of a config's versions, by name */
  "GET /v1/configs/{config}/labels": {
    id: "listConfigVersionLabels";
    path: { config: string; };
    query: undefined;
    body: undefined;
    answer: {
      items: ConfigVersionLabel[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Which template a config was made from, and whether there is a newer version of it */
  "GET /v1/configs/{config}/template": {
    id: "getConfigTemplate";
    path: { config: string; };
    query: undefined;
    body: undefined;
    answer: ConfigTemplate;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Which releases name the config, newest first */
  "GET /v1/configs/{config}/uses": {
    id: "listConfigUses";
    path: { config: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; version?: number | string | null | undefined; current?: boolean | null | undefined; };
    body: undefined;
    answer: {
      items: ConfigUse[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Versions of a config, newest first */
  "GET /v1/configs/{config}/versions": {
    id: "listConfigVersions";
    path: { config: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: ListedConfigVersion[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One version with its content and diagnostics */
  "GET /v1/configs/{config}/versions/{number}": {
    id: "getConfigVersion";
    path: { config: string; number: number | "latest" | string; };
    query: undefined;
    body: undefined;
    answer: ConfigVersionDetail;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One environment with its protection, windows and freezes */
  "GET /v1/environments/{environment}": {
    id: "getEnvironment";
    path: { environment: string; };
    query: undefined;
    body: undefined;
    answer: Environment;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Secrets of an environment, by name, never their values */
  "GET /v1/environments/{environment}/secrets": {
    id: "listSecrets";
    path: { environment: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; name?: string | null | undefined; fleet?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Secret[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Variables of an environment, by name */
  "GET /v1/environments/{environment}/variables": {
    id: "listVariables";
    path: { environment: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; name?: string | null | undefined; fleet?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Variable[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One session: who ran what where, and how it ended */
  "GET /v1/exec-sessions/{stream}": {
    id: "getExecSession";
    path: { stream: string; };
    query: undefined;
    body: undefined;
    answer: ExecSession;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What a recorded session showed, as an asciicast (version 2) */
  "GET /v1/exec-sessions/{stream}/recording": {
    id: "getExecRecording";
    path: { stream: string; };
    query: undefined;
    body: undefined;
    answer: Response;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One fleet with its live counts */
  "GET /v1/fleets/{fleet}": {
    id: "getFleet";
    path: { fleet: string; };
    query: undefined;
    body: undefined;
    answer: FleetDetail;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Agents of a fleet, filtered and sorted */
  "GET /v1/fleets/{fleet}/agents": {
    id: "listAgents";
    path: { fleet: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; status?: "online" | "offline" | "revoked" | null | undefined; configState?: "none" | "in_sync" | "offered" | "applying" | "failed" | "pending" | null | undefined; drifted?: boolean | null | undefined; label?: string | null | undefined; q?: string | null | undefined; sort?: "name" | "-name" | "status" | "-status" | "lastSeenAt" | "-lastSeenAt" | "enrolledAt" | "-enrolledAt" | null | undefined; };
    body: undefined;
    answer: {
      items: Agent[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Versions and components that the fleet's agents report, counted */
  "GET /v1/fleets/{fleet}/components": {
    id: "getFleetComponents";
    path: { fleet: string; };
    query: { selector?: string | null | undefined; };
    body: undefined;
    answer: FleetComponents;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What the fleet should run and what it runs, and the agents that run something else */
  "GET /v1/fleets/{fleet}/drift": {
    id: "getFleetDrift";
    path: { fleet: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: FleetDrift;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Enrolment tokens of a fleet, oldest first */
  "GET /v1/fleets/{fleet}/enrollment-tokens": {
    id: "listEnrollmentTokens";
    path: { fleet: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: EnrollmentToken[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What happened in a fleet, agents' events included, as far back as the fleet holds it */
  "GET /v1/fleets/{fleet}/events": {
    id: "listFleetEvents";
    path: { fleet: string; };
    query: { limit?: number | string | null | undefined; after?: string | null | undefined; type?: "agent.enrolled" | "agent.connected" | "agent.disconnected" | "agent.health_changed" | "agent.config_offered" | "agent.config_applied" | "agent.config_failed" | "agent.credential_issued" | "agent.duplicate_uid" | "agent.packages_changed" | "agent.drifted" | "agent.drift_ended" | "agent.drift_given_up" | "agent.throttled" | "agent.relabelled" | "agent.renamed" | "agent.restarted" | "agent.own_telemetry_failed" | "stream.opened" | "stream.ended" | "agent.offline" | "agent.back" | "agent.revoked" | "agent.decommissioned" | "agent.clone_detected" | "agent.host_changed" | "agent.deleted" | "agent.restart_requested" | "fleet.agents_relabelled" | "restart.started" | "restart.ended" | "fleet.drifted" | "fleet.drift_ended" | "fleet.own_telemetry_changed" | "enrollment_token.revoked" | "rollout.scheduled" | "rollout.approved" | "rollout.freeze_overridden" | "rollout.started" | "rollout.wave_started" | "rollout.wave_passed" | "rollout.staging_started" | "rollout.staged" | "rollout.activated" | "rollout.paused" | "rollout.resumed" | "rollout.retried" | "rollout.abort_requested" | "rollout.rolling_back" | "rollout.succeeded" | "rollout.failed" | "rollout.cancelled" | "rollout.rolled_back" | "rollout.rollback_incomplete" | null | undefined; agent?: string | null | undefined; rollout?: string | null | undefined; };
    body: undefined;
    answer: EventsPage;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The live feed of a fleet, over a WebSocket */
  "GET /v1/fleets/{fleet}/live": {
    id: "followFleet";
    path: { fleet: string; };
    query: { after?: string | null | undefined; };
    body: undefined;
    answer: Response;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "upgrade_required" | "validation_failed";
  };
  /** What a fleet keeps of its agents' logs */
  "GET /v1/fleets/{fleet}/log-shipping": {
    id: "getLogShipping";
    path: { fleet: string; };
    query: undefined;
    body: undefined;
    answer: LogShipping;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What a fleet's agents measured, added up */
  "GET /v1/fleets/{fleet}/metrics": {
    id: "getFleetMetrics";
    path: { fleet: string; };
    query: { series?: string | null | undefined; from?: string | null | undefined; to?: string | null | undefined; resolution?: "10s" | "1m" | "1h" | null | undefined; };
    body: undefined;
    answer: FleetMetrics;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What a fleet stores of its agents' metrics */
  "GET /v1/fleets/{fleet}/metrics-collection": {
    id: "getMetricsCollection";
    path: { fleet: string; };
    query: undefined;
    body: undefined;
    answer: MetricsCollection;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Where the fleet's agents send what they say of themselves, and which have not taken it */
  "GET /v1/fleets/{fleet}/own-telemetry": {
    id: "getOwnTelemetry";
    path: { fleet: string; };
    query: undefined;
    body: undefined;
    answer: OwnTelemetry;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Releases of a fleet, newest first */
  "GET /v1/fleets/{fleet}/releases": {
    id: "listReleases";
    path: { fleet: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Release[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The fleet's last restarts of many agents, the newest first */
  "GET /v1/fleets/{fleet}/restarts": {
    id: "listRestarts";
    path: { fleet: string; };
    query: undefined;
    body: undefined;
    answer: AgentRestarts;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** How a restart of many agents goes */
  "GET /v1/fleets/{fleet}/restarts/{restart}": {
    id: "getRestart";
    path: { fleet: string; restart: string; };
    query: undefined;
    body: undefined;
    answer: AgentRestart;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Rollouts of a fleet, newest first */
  "GET /v1/fleets/{fleet}/rollouts": {
    id: "listRollouts";
    path: { fleet: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; state?: "awaiting_approval" | "scheduled" | "running" | "paused" | "rolling_back" | "succeeded" | "failed" | "cancelled" | "rolled_back" | "rollback_incomplete" | "open" | null | undefined; };
    body: undefined;
    answer: {
      items: Rollout[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Whether the API and its metadata store answer */
  "GET /v1/health": {
    id: "health";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Health;
    errors: "internal" | "unavailable" | "validation_failed";
  };
  /** Who the credential stands for, and the organizations it reaches */
  "GET /v1/me": {
    id: "whoAmI";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Me;
    errors: "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What happened to your account, newest first */
  "GET /v1/me/events": {
    id: "listAccountEvents";
    path: undefined;
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: AccountEvent[];
      nextCursor: string | null;
    };
    errors: "forbidden" | "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Your authenticator app, recovery codes and passkeys */
  "GET /v1/me/factors": {
    id: "getFactors";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Factors;
    errors: "forbidden" | "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What the credential may do in an organization, and where from */
  "GET /v1/me/permissions": {
    id: "getMyPermissions";
    path: undefined;
    query: { projectId?: string | null | undefined; environmentId?: string | null | undefined; org: string; };
    body: undefined;
    answer: EffectivePermissions;
    errors: "internal" | "not_found" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Where you are signed in, newest first */
  "GET /v1/me/sessions": {
    id: "listSessions";
    path: undefined;
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: SignedInDevice[];
      nextCursor: string | null;
    };
    errors: "forbidden" | "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** This API as an OpenAPI 3.1 document */
  "GET /v1/openapi.json": {
    id: "openApi";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Record<string, unknown>;
    errors: "internal" | "unavailable" | "validation_failed";
  };
  /** An organization */
  "GET /v1/orgs/{org}": {
    id: "getOrganization";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: OrganizationDetail;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** API keys of an organization, oldest first */
  "GET /v1/orgs/{org}/api-keys": {
    id: "listApiKeys";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; owner?: string | null | undefined; };
    body: undefined;
    answer: {
      items: ApiKey[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Who did what, newest first */
  "GET /v1/orgs/{org}/audit-events": {
    id: "listAuditEvents";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; actor?: string | null | undefined; onBehalfOf?: string | null | undefined; action?: string | null | undefined; target?: string | null | undefined; from?: string | null | undefined; to?: string | null | undefined; q?: string | null | undefined; };
    body: undefined;
    answer: {
      items: AuditEvent[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Audit events as a file, oldest first */
  "GET /v1/orgs/{org}/audit-events/export": {
    id: "exportAuditEvents";
    path: { org: string; };
    query: { actor?: string | null | undefined; onBehalfOf?: string | null | undefined; action?: string | null | undefined; target?: string | null | undefined; from?: string | null | undefined; to?: string | null | undefined; q?: string | null | undefined; format?: "ndjson" | "csv" | null | undefined; };
    body: undefined;
    answer: Response;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Audit events as they happen */
  "GET /v1/orgs/{org}/audit-events/live": {
    id: "followAuditEvents";
    path: { org: string; };
    query: { actor?: string | null | undefined; onBehalfOf?: string | null | undefined; action?: string | null | undefined; target?: string | null | undefined; from?: string | null | undefined; to?: string | null | undefined; q?: string | null | undefined; };
    body: undefined;
    answer: Response;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Whether the chain of audit events is whole */
  "GET /v1/orgs/{org}/audit-events/verify": {
    id: "verifyAuditEvents";
    path: { org: string; };
    query: { after?: number | string | null | undefined; hash?: string | null | undefined; };
    body: undefined;
    answer: AuditVerification;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Who has which role beside that of the membership, and where */
  "GET /v1/orgs/{org}/bindings": {
    id: "listBindings";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; subject?: string | null | undefined; role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | null | undefined; };
    body: undefined;
    answer: {
      items: RoleBinding[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** History of all fleets of an organization: fleet and rollout events */
  "GET /v1/orgs/{org}/events": {
    id: "listOrganizationEvents";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; after?: string | null | undefined; type?: "agent.enrolled" | "agent.connected" | "agent.disconnected" | "agent.health_changed" | "agent.config_offered" | "agent.config_applied" | "agent.config_failed" | "agent.credential_issued" | "agent.duplicate_uid" | "agent.packages_changed" | "agent.drifted" | "agent.drift_ended" | "agent.drift_given_up" | "agent.throttled" | "agent.relabelled" | "agent.renamed" | "agent.restarted" | "agent.own_telemetry_failed" | "stream.opened" | "stream.ended" | "agent.offline" | "agent.back" | "agent.revoked" | "agent.decommissioned" | "agent.clone_detected" | "agent.host_changed" | "agent.deleted" | "agent.restart_requested" | "fleet.agents_relabelled" | "restart.started" | "restart.ended" | "fleet.drifted" | "fleet.drift_ended" | "fleet.own_telemetry_changed" | "enrollment_token.revoked" | "rollout.scheduled" | "rollout.approved" | "rollout.freeze_overridden" | "rollout.started" | "rollout.wave_started" | "rollout.wave_passed" | "rollout.staging_started" | "rollout.staged" | "rollout.activated" | "rollout.paused" | "rollout.resumed" | "rollout.retried" | "rollout.abort_requested" | "rollout.rolling_back" | "rollout.succeeded" | "rollout.failed" | "rollout.cancelled" | "rollout.rolled_back" | "rollout.rollback_incomplete" | null | undefined; agent?: string | null | undefined; rollout?: string | null | undefined; cursor?: string | null | undefined; fleet?: string | null | undefined; };
    body: undefined;
    answer: EventsPage;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Sessions of commands on agents' hosts, newest first */
  "GET /v1/orgs/{org}/exec-sessions": {
    id: "listExecSessions";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; agent?: string | null | undefined; fleet?: string | null | undefined; state?: "awaiting_approval" | "approved" | "rejected" | "open" | "ended" | null | undefined; };
    body: undefined;
    answer: ExecSessionPage;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Invitations of an organization, newest first */
  "GET /v1/orgs/{org}/invitations": {
    id: "listInvitations";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; status?: "open" | "expired" | "accepted" | "revoked" | null | undefined; };
    body: undefined;
    answer: {
      items: Invitation[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What the current month costs so far, line by line */
  "GET /v1/orgs/{org}/invoices/preview": {
    id: "previewInvoice";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: InvoicePreview;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The append-only ledger that invoices are computed from, oldest first */
  "GET /v1/orgs/{org}/ledger": {
    id: "listLedger";
    path: { org: string; };
    query: { from?: string | null | undefined; to?: string | null | undefined; fleet?: string | null | undefined; limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: LedgerEntry[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Members of an organization, oldest first */
  "GET /v1/orgs/{org}/members": {
    id: "listMembers";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; q?: string | null | undefined; role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | null | undefined; };
    body: undefined;
    answer: {
      items: Member[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A member, with teams */
  "GET /v1/orgs/{org}/members/{user}": {
    id: "getMember";
    path: { org: string; user: string; };
    query: undefined;
    body: undefined;
    answer: Member;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What a member may do, and where from */
  "GET /v1/orgs/{org}/members/{user}/permissions": {
    id: "getMemberPermissions";
    path: { org: string; user: string; };
    query: { projectId?: string | null | undefined; environmentId?: string | null | undefined; };
    body: undefined;
    answer: EffectivePermissions;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Projects of an organization, oldest first */
  "GET /v1/orgs/{org}/projects": {
    id: "listProjects";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Project[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** What the plan allows, and what is used of it */
  "GET /v1/orgs/{org}/quotas": {
    id: "getQuotas";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: Quotas;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Roles of the organization's own, oldest first */
  "GET /v1/orgs/{org}/roles": {
    id: "listRoles";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Role[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** An organization's data keys, and which master key wraps them */
  "GET /v1/orgs/{org}/secrets-key": {
    id: "getSecretsKey";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: SecretsKey;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Service accounts of an organization, oldest first */
  "GET /v1/orgs/{org}/service-accounts": {
    id: "listServiceAccounts";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: ServiceAccount[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The identity providers that people sign in by, with their domains */
  "GET /v1/orgs/{org}/sso-connections": {
    id: "listSsoConnections";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: SsoConnection[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One connection; its client secret is never shown */
  "GET /v1/orgs/{org}/sso-connections/{connection}": {
    id: "getSsoConnection";
    path: { org: string; connection: string; };
    query: undefined;
    body: undefined;
    answer: SsoConnection;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Whether single sign-on is required, and what stands in the way of it */
  "GET /v1/orgs/{org}/sso-policy": {
    id: "getSsoPolicy";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: SsoPolicy;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Teams of an organization, oldest first */
  "GET /v1/orgs/{org}/teams": {
    id: "listTeams";
    path: { org: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Team[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Whether the organization asks for a second factor, and how many members have none */
  "GET /v1/orgs/{org}/two-factor-policy": {
    id: "getTwoFactorPolicy";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: TwoFactorPolicy;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Metered use: the ledger, and the hours that are still open */
  "GET /v1/orgs/{org}/usage": {
    id: "getUsage";
    path: { org: string; };
    query: { from?: string | null | undefined; to?: string | null | undefined; fleet?: string | null | undefined; };
    body: undefined;
    answer: Usage;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** The key that verifies our webhook calls */
  "GET /v1/orgs/{org}/webhook-key": {
    id: "getWebhookKey";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: WebhookKey;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Every permission, every built-in role, and which holds which */
  "GET /v1/permissions": {
    id: "listPermissions";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: PermissionCatalogue;
    errors: "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One project */
  "GET /v1/projects/{project}": {
    id: "getProject";
    path: { project: string; };
    query: undefined;
    body: undefined;
    answer: Project;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Configs of a project, oldest first */
  "GET /v1/projects/{project}/configs": {
    id: "listConfigs";
    path: { project: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; label?: string | null | undefined; kind?: string | null | undefined; q?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Config[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Environments of a project, oldest first */
  "GET /v1/projects/{project}/environments": {
    id: "listEnvironments";
    path: { project: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Environment[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Fleets of a project, oldest first */
  "GET /v1/projects/{project}/fleets": {
    id: "listFleets";
    path: { project: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Fleet[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Templates of a project, oldest first */
  "GET /v1/projects/{project}/templates": {
    id: "listTemplates";
    path: { project: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: Template[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One release with its assignments */
  "GET /v1/releases/{release}": {
    id: "getRelease";
    path: { release: string; };
    query: undefined;
    body: undefined;
    answer: Release;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A role of the organization's own */
  "GET /v1/roles/{role}": {
    id: "getRole";
    path: { role: string; };
    query: undefined;
    body: undefined;
    answer: Role;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One rollout with its waves and decisions */
  "GET /v1/rollouts/{rollout}": {
    id: "getRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutDetail;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Where each agent stands within a rollout */
  "GET /v1/rollouts/{rollout}/agents": {
    id: "listRolloutAgents";
    path: { rollout: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; state?: "waiting" | "staging" | "staged" | "offered" | "applying" | "applied" | "verified" | "failed" | "rejected" | "timed_out" | "unreachable" | "unchanged" | "reverting" | "reverted" | "revert_failed" | null | undefined; };
    body: undefined;
    answer: {
      items: Array<{
        agentId: `agt_${string}`;
        name: string;
        wave: number;
        state: "waiting" | "staging" | "staged" | "offered" | "applying" | "applied" | "verified" | "failed" | "rejected" | "timed_out" | "unreachable" | "unchanged" | "reverting" | "reverted" | "revert_failed";
        hash: string;
        previousHash: string | null;
        error: string | null;
      }>;
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Who approved or rejected a rollout, and whether you may */
  "GET /v1/rollouts/{rollout}/approvals": {
    id: "listRolloutApprovals";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutApprovals;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Why a rollout stands where it stands, what it waits on, and what a person can do */
  "GET /v1/rollouts/{rollout}/explain": {
    id: "explainRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutExplanation;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A rollout with all that it was decided by, for `muster rollouts replay` */
  "GET /v1/rollouts/{rollout}/export": {
    id: "exportRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutExport;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A secret, never its value */
  "GET /v1/secrets/{secret}": {
    id: "getSecret";
    path: { secret: string; };
    query: undefined;
    body: undefined;
    answer: Secret;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Which agents would change if the secret, as it is now, were rolled out */
  "GET /v1/secrets/{secret}/impact": {
    id: "getSecretImpact";
    path: { secret: string; };
    query: undefined;
    body: undefined;
    answer: InputImpact;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Who names a secret, and which agents hold which version */
  "GET /v1/secrets/{secret}/usage": {
    id: "getSecretUsage";
    path: { secret: string; };
    query: undefined;
    body: undefined;
    answer: SecretUsage;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Versions of a secret, newest first, never their values */
  "GET /v1/secrets/{secret}/versions": {
    id: "listSecretVersions";
    path: { secret: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: SecretVersion[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A service account */
  "GET /v1/service-accounts/{serviceAccount}": {
    id: "getServiceAccount";
    path: { serviceAccount: string; };
    query: undefined;
    body: undefined;
    answer: ServiceAccount;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A team */
  "GET /v1/teams/{team}": {
    id: "getTeam";
    path: { team: string; };
    query: undefined;
    body: undefined;
    answer: Team;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Who is in a team */
  "GET /v1/teams/{team}/members": {
    id: "listTeamMembers";
    path: { team: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: TeamMember[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Templates that come with the product, each with its latest version */
  "GET /v1/template-catalogue": {
    id: "listTemplateCatalogue";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      items: CatalogueTemplate[];
      nextCursor: string | null;
    };
    errors: "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A template of a project */
  "GET /v1/templates/{template}": {
    id: "getTemplate";
    path: { template: string; };
    query: undefined;
    body: undefined;
    answer: Template;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Versions of a template, newest first */
  "GET /v1/templates/{template}/versions": {
    id: "listTemplateVersions";
    path: { template: string; };
    query: { limit?: number | string | null | undefined; cursor?: string | null | undefined; };
    body: undefined;
    answer: {
      items: TemplateVersion[];
      nextCursor: string | null;
    };
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** One version of a template, with its content and parameters */
  "GET /v1/templates/{template}/versions/{number}": {
    id: "getTemplateVersion";
    path: { template: string; number: number | string; };
    query: undefined;
    body: undefined;
    answer: TemplateVersionDetail;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** A variable */
  "GET /v1/variables/{variable}": {
    id: "getVariable";
    path: { variable: string; };
    query: undefined;
    body: undefined;
    answer: Variable;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Which agents would change if the variable, as it is set now, were rolled out */
  "GET /v1/variables/{variable}/impact": {
    id: "getVariableImpact";
    path: { variable: string; };
    query: undefined;
    body: undefined;
    answer: InputImpact;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Set an agent's labels and name */
  "PATCH /v1/agents/{agent}": {
    id: "updateAgent";
    path: { agent: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      labels?: Record<string, string | null> | undefined;
      resetLabels?: string[] | undefined;
      immediately?: boolean | undefined;
      rollout?: {
        strategy?: {
          kind: "all-at-once";
        } | {
          kind: "rolling";
          batch: number | string;
          pauseSeconds?: number | undefined;
          maxUnavailable?: number | string | null | undefined;
          rate?: {
            perMinute: number;
            factor?: number | undefined;
            everySucceeded?: number | undefined;
            maxPerMinute?: number | undefined;
          } | null | undefined;
        } | {
          kind: "canary";
          steps: Array<{
            agents: number | string;
          } | {
            selector: string;
          }>;
          promotion?: "automatic" | "manual" | undefined;
          pauseSeconds?: number | undefined;
        } | {
          kind: "blue-green";
          activation?: "automatic" | "manual" | undefined;
        } | undefined;
        gates?: {
          soakSeconds?: number | undefined;
          maxFailures?: number | string | 0 | "0%" | undefined;
          minReported?: number | undefined;
          applyTimeoutSeconds?: number | undefined;
          progressDeadlineSeconds?: number | undefined;
          metrics?: Array<{
            metric: string;
            as?: "value" | "rate" | undefined;
            per?: string | null | undefined;
            max?: number | null | undefined;
            min?: number | null | undefined;
            compare?: {
              worse: "higher" | "lower";
              byPercent: number;
              atLeast?: number | undefined;
            } | null | undefined;
            minSamples?: number | undefined;
          }> | undefined;
          webhooks?: Array<{
            url: string;
            on: Array<"start" | "wave" | "promotion" | "rollback">;
            timeoutSeconds?: number | undefined;
            attempts?: number | undefined;
            whenUnanswered?: "hold" | "fail" | undefined;
          }> | undefined;
          approval?: boolean | undefined;
        } | undefined;
        autoRevert?: boolean | undefined;
        schedule?: {
          startAt?: string | null | undefined;
          windows?: Array<{
            days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
            from: string;
            to: string;
            timeZone: string;
          }> | undefined;
        } | undefined;
        onActive?: "refuse" | "queue" | "supersede" | undefined;
        overrideFreeze?: {
          reason: string;
        } | undefined;
        message?: string | undefined;
      } | undefined;
      planToken?: string | undefined;
      name?: string | null | undefined;
    };
    answer: UpdatedAgent | AgentActionPlan;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "plan_outdated" | "rate_limited" | "rollout_active" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Change a config's labels */
  "PATCH /v1/configs/{config}": {
    id: "updateConfig";
    path: { config: string; };
    query: undefined;
    body: {
      labels: Record<string, string>;
    };
    answer: ConfigChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Rename, protect, or set the windows and freezes of an environment */
  "PATCH /v1/environments/{environment}": {
    id: "updateEnvironment";
    path: { environment: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      protected?: boolean | undefined;
      windows?: Array<{
        days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
        from: string;
        to: string;
        timeZone: string;
      }> | undefined;
      freezes?: Array<{
        from: string;
        until: string;
        reason: string;
      }> | undefined;
    };
    answer: EnvironmentChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Rename a fleet, or say what it does about drift and agents that are away */
  "PATCH /v1/fleets/{fleet}": {
    id: "updateFleet";
    path: { fleet: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      driftPolicy?: "tell" | "reapply" | "accept" | undefined;
      offlineAfterSeconds?: number | null | undefined;
    };
    answer: Fleet;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Change how others see you */
  "PATCH /v1/me": {
    id: "updateMe";
    path: undefined;
    query: undefined;
    body: {
      name: string | null;
    };
    answer: User;
    errors: "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Give a passkey another name */
  "PATCH /v1/me/passkeys/{passkey}": {
    id: "renamePasskey";
    path: { passkey: string; };
    query: undefined;
    body: {
      name: string;
    };
    answer: Passkey;
    errors: "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Rename an organization */
  "PATCH /v1/orgs/{org}": {
    id: "updateOrganization";
    path: { org: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      slug?: string | undefined;
    };
    answer: OrganizationChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Change the role of a member */
  "PATCH /v1/orgs/{org}/members/{user}": {
    id: "updateMember";
    path: { org: string; user: string; };
    query: undefined;
    body: {
      role: "viewer" | "billing" | "operator" | "admin" | "owner" | string;
    };
    answer: MemberChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Change a connection, or switch it on or off */
  "PATCH /v1/orgs/{org}/sso-connections/{connection}": {
    id: "updateSsoConnection";
    path: { org: string; connection: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      clientId?: string | undefined;
      clientSecret?: string | undefined;
      scopes?: string[] | undefined;
      groupsClaim?: string | undefined;
      groupRoles?: Array<{
        group: string;
        role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | null | undefined;
        teamId?: string | null | undefined;
      }> | undefined;
      defaultRole?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | null | undefined;
      enabled?: boolean | undefined;
    };
    answer: SsoConnection;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Require single sign-on of everybody, or no longer */
  "PATCH /v1/orgs/{org}/sso-policy": {
    id: "updateSsoPolicy";
    path: { org: string; };
    query: undefined;
    body: {
      requireSso: boolean;
    };
    answer: SsoPolicy;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Ask everybody for a second factor, or no longer */
  "PATCH /v1/orgs/{org}/two-factor-policy": {
    id: "updateTwoFactorPolicy";
    path: { org: string; };
    query: undefined;
    body: {
      requireTwoFactor: boolean;
    };
    answer: TwoFactorPolicy;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Change a role, for everybody who has it */
  "PATCH /v1/roles/{role}": {
    id: "updateRole";
    path: { role: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      description?: string | undefined;
      statements?: RoleStatement[] | undefined;
    };
    answer: RoleChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Describe a secret anew */
  "PATCH /v1/secrets/{secret}": {
    id: "updateSecret";
    path: { secret: string; };
    query: undefined;
    body: {
      description: string;
    };
    answer: SecretChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Rename, disable or give another role */
  "PATCH /v1/service-accounts/{serviceAccount}": {
    id: "updateServiceAccount";
    path: { serviceAccount: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      description?: string | undefined;
      role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | undefined;
      disabled?: boolean | undefined;
    };
    answer: ServiceAccountChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Rename a team */
  "PATCH /v1/teams/{team}": {
    id: "updateTeam";
    path: { team: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      slug?: string | undefined;
    };
    answer: TeamChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Change a template's title and description */
  "PATCH /v1/templates/{template}": {
    id: "updateTemplate";
    path: { template: string; };
    query: undefined;
    body: {
      title?: string | undefined;
      description?: string | undefined;
    };
    answer: TemplateChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Change a variable's value, type or description */
  "PATCH /v1/variables/{variable}": {
    id: "updateVariable";
    path: { variable: string; };
    query: undefined;
    body: {
      type?: "string" | "number" | "boolean" | "json" | undefined;
      value?: unknown | undefined;
      description?: string | undefined;
    };
    answer: VariableChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Let an agent go for good, and keep its row with the reason */
  "POST /v1/agents/{agent}/decommission": {
    id: "decommissionAgent";
    path: { agent: string; };
    query: undefined;
    body: {
      reason?: string | undefined;
      keepRunning?: boolean | undefined;
    } | undefined;
    answer: AgentAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Take over what somebody changed on the agent, as new versions of its configs, and roll them out */
  "POST /v1/agents/{agent}/drift/accept": {
    id: "acceptDrift";
    path: { agent: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      strategy?: {
        kind: "all-at-once";
      } | {
        kind: "rolling";
        batch: number | string;
        pauseSeconds?: number | undefined;
        maxUnavailable?: number | string | null | undefined;
        rate?: {
          perMinute: number;
          factor?: number | undefined;
          everySucceeded?: number | undefined;
          maxPerMinute?: number | undefined;
        } | null | undefined;
      } | {
        kind: "canary";
        steps: Array<{
          agents: number | string;
        } | {
          selector: string;
        }>;
        promotion?: "automatic" | "manual" | undefined;
        pauseSeconds?: number | undefined;
      } | {
        kind: "blue-green";
        activation?: "automatic" | "manual" | undefined;
      } | undefined;
      gates?: {
        soakSeconds?: number | undefined;
        maxFailures?: number | string | 0 | "0%" | undefined;
        minReported?: number | undefined;
        applyTimeoutSeconds?: number | undefined;
        progressDeadlineSeconds?: number | undefined;
        metrics?: Array<{
          metric: string;
          as?: "value" | "rate" | undefined;
          per?: string | null | undefined;
          max?: number | null | undefined;
          min?: number | null | undefined;
          compare?: {
            worse: "higher" | "lower";
            byPercent: number;
            atLeast?: number | undefined;
          } | null | undefined;
          minSamples?: number | undefined;
        }> | undefined;
        webhooks?: Array<{
          url: string;
          on: Array<"start" | "wave" | "promotion" | "rollback">;
          timeoutSeconds?: number | undefined;
          attempts?: number | undefined;
          whenUnanswered?: "hold" | "fail" | undefined;
        }> | undefined;
        approval?: boolean | undefined;
      } | undefined;
      autoRevert?: boolean | undefined;
      schedule?: {
        startAt?: string | null | undefined;
        windows?: Array<{
          days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
          from: string;
          to: string;
          timeZone: string;
        }> | undefined;
      } | undefined;
      onActive?: "refuse" | "queue" | "supersede" | undefined;
      overrideFreeze?: {
        reason: string;
      } | undefined;
      message?: string | undefined;
      files?: string[] | undefined;
    } | undefined;
    answer: AcceptedDraft | AcceptedDrift;
    errors: "config_invalid" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "quota_exceeded" | "rate_limited" | "rollout_active" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Run a command, or a shell, on the agent's host or in one of its containers */
  "POST /v1/agents/{agent}/exec": {
    id: "startExec";
    path: { agent: string; };
    query: undefined;
    body: {
      command?: string[] | undefined;
      tty?: boolean | undefined;
      size?: {
        cols: number;
        rows: number;
      } | undefined;
      term?: string | undefined;
      container?: string | undefined;
      idleSeconds?: number | undefined;
      maxSeconds?: number | undefined;
      record?: boolean | undefined;
      reason?: string | undefined;
    };
    answer: ExecStarted;
    errors: "conflict" | "forbidden" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Read an agent's logs as they are on its host, and follow them */
  "POST /v1/agents/{agent}/logs/tail": {
    id: "tailLogs";
    path: { agent: string; };
    query: undefined;
    body: {
      sources?: string[] | undefined;
      since?: string | undefined;
      until?: string | undefined;
      text?: string | undefined;
      ignoreCase?: boolean | undefined;
      lines?: number | undefined;
      follow?: boolean | undefined;
      cursors?: Record<string, string> | undefined;
    } | undefined;
    answer: StreamTicket;
    errors: "conflict" | "forbidden" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** The files that an agent would be given, and why they differ from what it has */
  "POST /v1/agents/{agent}/render": {
    id: "renderAgent";
    path: { agent: string; };
    query: undefined;
    body: {
      release: string;
    } | {
      assignments?: Array<{
        config: string;
        version?: number | "latest" | string | undefined;
        selector?: string | undefined;
        fileName?: string | undefined;
      } | {
        configs: string;
        version?: number | "latest" | string | undefined;
        selector?: string | undefined;
        fileName?: string | undefined;
      }> | undefined;
      packages?: Array<{
        name: string;
        version: string;
        url: string;
        sha256: string;
        signature?: string | null | undefined;
        type?: "top-level" | "addon" | undefined;
        selector?: string | undefined;
      }> | undefined;
      keepOthers?: boolean | undefined;
      refreshInputs?: boolean | undefined;
    } | undefined;
    answer: AgentRender;
    errors: "config_invalid" | "conflict" | "forbidden" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Ask the agent to restart what it runs */
  "POST /v1/agents/{agent}/restart": {
    id: "restartAgent";
    path: { agent: string; };
    query: undefined;
    body: undefined;
    answer: AgentAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Close the agent's socket and end its credential */
  "POST /v1/agents/{agent}/revoke": {
    id: "revokeAgent";
    path: { agent: string; };
    query: undefined;
    body: undefined;
    answer: AgentAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Revoke an API key */
  "POST /v1/api-keys/{key}/revoke": {
    id: "revokeApiKey";
    path: { key: string; };
    query: undefined;
    body: undefined;
    answer: ApiKeyChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Make a new key like this one, which goes on for the overlap */
  "POST /v1/api-keys/{key}/rotate": {
    id: "rotateApiKey";
    path: { key: string; };
    query: undefined;
    body: {
      overlapSeconds?: number | undefined;
    } | undefined;
    answer: CreatedApiKey;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Confirm that it is you, which opens sensitive actions for 15 minutes */
  "POST /v1/auth/confirm": {
    id: "confirmPresence";
    path: undefined;
    query: undefined;
    body: {
      password?: string | undefined;
      code?: string | undefined;
      passkey?: PasskeyAssertion | undefined;
    };
    answer: Confirmed;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "token_invalid" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** What the browser needs to ask for one of your passkeys, to confirm that it is you */
  "POST /v1/auth/confirm/options": {
    id: "askForConfirmation";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: PasskeyRequest;
    errors: "conflict" | "forbidden" | "internal" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Ask to sign in a device without a browser (RFC 8628) */
  "POST /v1/auth/device": {
    id: "requestDevice";
    path: undefined;
    query: undefined;
    body: {
      client?: string | undefined;
    } | undefined;
    answer: DeviceAuthorization;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Approve or deny a device that shows this code */
  "POST /v1/auth/device/decide": {
    id: "decideDevice";
    path: undefined;
    query: undefined;
    body: {
      userCode: string;
      decision: "approve" | "deny";
    };
    answer: DeviceRequest;
    errors: "conflict" | "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "session_revoked" | "token_invalid" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Who asks to sign in as you with this code */
  "POST /v1/auth/device/find": {
    id: "findDevice";
    path: undefined;
    query: undefined;
    body: {
      userCode: string;
    };
    answer: DeviceRequest;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "token_invalid" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** The session of a device whose person has approved it */
  "POST /v1/auth/device/token": {
    id: "takeDeviceSession";
    path: undefined;
    query: undefined;
    body: {
      device_code: string;
      grant_type?: "urn:ietf:params:oauth:grant-type:device_code" | undefined;
    };
    answer: Session;
    errors: "authorization_pending" | "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Use the new e-mail address, by the link that was mailed to it */
  "POST /v1/auth/email-change/complete": {
    id: "completeEmailChange";
    path: undefined;
    query: undefined;
    body: {
      token: string;
    };
    answer: EmailChanged;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "token_invalid" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Open the account that was asked for */
  "POST /v1/auth/email-verification": {
    id: "verifyEmail";
    path: undefined;
    query: { tokens?: "cookie" | "body" | null | undefined; };
    body: {
      token: string;
      password: string;
    };
    answer: SignUpAnswer;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Sign in with a passkey, which is both factors at once */
  "POST /v1/auth/passkeys": {
    id: "signInWithPasskey";
    path: undefined;
    query: { tokens?: "cookie" | "body" | null | undefined; };
    body: {
      passkey: PasskeyAssertion;
    };
    answer: Session;
    errors: "conflict" | "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** What the browser needs to ask for a passkey */
  "POST /v1/auth/passkeys/options": {
    id: "askPasskey";
    path: undefined;
    query: undefined;
    body: {
      ticket?: string | undefined;
    } | undefined;
    answer: PasskeyRequest;
    errors: "conflict" | "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Ask for a link that sets a new password */
  "POST /v1/auth/password-reset": {
    id: "askPasswordReset";
    path: undefined;
    query: undefined;
    body: {
      email: string;
    };
    answer: LinkSent;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Set a new password by the link from the mail; ends every session */
  "POST /v1/auth/password-reset/complete": {
    id: "completePasswordReset";
    path: undefined;
    query: undefined;
    body: {
      token: string;
      password: string;
    };
    answer: SessionsEnded;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Get a new access token; the refresh token is replaced by the next one */
  "POST /v1/auth/refresh": {
    id: "refreshSession";
    path: undefined;
    query: undefined;
    body: {
      refreshToken?: string | undefined;
    } | undefined;
    answer: Session;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "session_revoked" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Second step of a sign-in: show a code, a recovery code or a passkey */
  "POST /v1/auth/second-factor": {
    id: "showSecondFactor";
    path: undefined;
    query: { tokens?: "cookie" | "body" | null | undefined; };
    body: {
      ticket: string;
      code?: string | undefined;
      recoveryCode?: string | undefined;
      passkey?: PasskeyAssertion | undefined;
    };
    answer: Session;
    errors: "forbidden" | "internal" | "invalid_credentials" | "malformed_body" | "payload_too_large" | "rate_limited" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Sign in with e-mail address and password */
  "POST /v1/auth/sign-in": {
    id: "signIn";
    path: undefined;
    query: { tokens?: "cookie" | "body" | null | undefined; };
    body: {
      email: string;
      password: string;
    };
    answer: SignInAnswer;
    errors: "forbidden" | "internal" | "invalid_credentials" | "malformed_body" | "payload_too_large" | "rate_limited" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** End the session */
  "POST /v1/auth/sign-out": {
    id: "signOut";
    path: undefined;
    query: undefined;
    body: {
      refreshToken?: string | undefined;
    } | undefined;
    answer: undefined;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Ask for an account: a mail brings the link that makes it */
  "POST /v1/auth/sign-up": {
    id: "signUp";
    path: undefined;
    query: undefined;
    body: {
      email: string;
      password: string;
      name?: string | undefined;
      organizationName: string;
    };
    answer: LinkSent;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Make an account and accept an invitation with it */
  "POST /v1/auth/sign-up-invited": {
    id: "signUpInvited";
    path: undefined;
    query: { tokens?: "cookie" | "body" | null | undefined; };
    body: {
      token: string;
      name: string;
      password: string;
    };
    answer: Session;
    errors: "already_exists" | "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "quota_exceeded" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Which single sign-on people of an e-mail domain have */
  "POST /v1/auth/sso/discover": {
    id: "discoverSso";
    path: undefined;
    query: undefined;
    body: {
      email: string;
    };
    answer: DiscoveredSso;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Where to send the browser to sign in at the identity provider */
  "POST /v1/auth/sso/start": {
    id: "startSso";
    path: undefined;
    query: undefined;
    body: {
      connection: string;
      returnTo?: string | undefined;
      email?: string | undefined;
    };
    answer: StartedSso;
    errors: "forbidden" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Make the draft the next version */
  "POST /v1/configs/{config}/draft/publish": {
    id: "publishConfigDraft";
    path: { config: string; };
    query: undefined;
    body: {
      message?: string | undefined;
    } | undefined;
    answer: ConfigVersionDetail;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Take another version of its template, or other values, into a config */
  "POST /v1/configs/{config}/template-update": {
    id: "updateConfigFromTemplate";
    path: { config: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      version?: number | undefined;
      parameters?: Record<string, string> | undefined;
      content?: string | undefined;
      baseVersion?: number | undefined;
      message?: string | undefined;
    } | undefined;
    answer: TemplateMerge | UpdatedFromTemplate;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Save a new version; versions never change afterwards */
  "POST /v1/configs/{config}/versions": {
    id: "createConfigVersion";
    path: { config: string; };
    query: undefined;
    body: {
      content: string;
      message?: string | undefined;
      baseVersion?: number | undefined;
    };
    answer: ConfigVersionDetail;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Save the content of an old version as a new one */
  "POST /v1/configs/{config}/versions/{number}/restore": {
    id: "restoreConfigVersion";
    path: { config: string; number: number | "latest" | string; };
    query: undefined;
    body: {
      message?: string | undefined;
      baseVersion?: number | undefined;
    } | undefined;
    answer: ConfigVersionDetail;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Say what is wrong with a text, by line and column; nothing is stored */
  "POST /v1/configs/validate": {
    id: "validateConfig";
    path: undefined;
    query: undefined;
    body: {
      kind: string;
      content: string;
      fleet?: string | undefined;
      selector?: string | undefined;
    };
    answer: Validation;
    errors: "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Revoke an enrolment token; agents with a credential of their own go on */
  "POST /v1/enrollment-tokens/{token}/revoke": {
    id: "revokeEnrollmentToken";
    path: { token: string; };
    query: undefined;
    body: undefined;
    answer: EnrollmentToken;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Set a secret, for the environment, a fleet, or agents by their labels */
  "POST /v1/environments/{environment}/secrets": {
    id: "createSecret";
    path: { environment: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      name: string;
      fleet?: string | null | undefined;
      selector?: string | undefined;
      value: string;
      description?: string | undefined;
    };
    answer: InputImpact | SecretChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Set a variable, for the environment, a fleet, or agents by their labels */
  "POST /v1/environments/{environment}/variables": {
    id: "createVariable";
    path: { environment: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      name: string;
      fleet?: string | null | undefined;
      selector?: string | undefined;
      type?: "string" | "number" | "boolean" | "json" | undefined;
      value: unknown;
      description?: string | undefined;
    };
    answer: InputImpact | VariableChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Let the asker open a session that waits for approval */
  "POST /v1/exec-sessions/{stream}/approve": {
    id: "approveExecSession";
    path: { stream: string; };
    query: undefined;
    body: {
      comment?: string | undefined;
    } | undefined;
    answer: ExecAction;
    errors: "approval_required" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** End a session, or take back one that nobody has opened */
  "POST /v1/exec-sessions/{stream}/end": {
    id: "endExecSession";
    path: { stream: string; };
    query: undefined;
    body: undefined;
    answer: ExecAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Run what another person has approved */
  "POST /v1/exec-sessions/{stream}/open": {
    id: "openExecSession";
    path: { stream: string; };
    query: undefined;
    body: {
      size?: {
        cols: number;
        rows: number;
      } | undefined;
    } | undefined;
    answer: ExecStarted;
    errors: "conflict" | "forbidden" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Refuse a session that waits for approval */
  "POST /v1/exec-sessions/{stream}/reject": {
    id: "rejectExecSession";
    path: { stream: string; };
    query: undefined;
    body: {
      comment?: string | undefined;
    } | undefined;
    answer: ExecAction;
    errors: "approval_required" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Label, restart, revoke or decommission many agents at once */
  "POST /v1/fleets/{fleet}/agents/actions": {
    id: "actOnAgents";
    path: { fleet: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      action: "label";
      selector?: string | undefined;
      agents?: string[] | undefined;
      labels?: Record<string, string | null> | undefined;
      resetLabels?: string[] | undefined;
      immediately?: boolean | undefined;
      rollout?: {
        strategy?: {
          kind: "all-at-once";
        } | {
          kind: "rolling";
          batch: number | string;
          pauseSeconds?: number | undefined;
          maxUnavailable?: number | string | null | undefined;
          rate?: {
            perMinute: number;
            factor?: number | undefined;
            everySucceeded?: number | undefined;
            maxPerMinute?: number | undefined;
          } | null | undefined;
        } | {
          kind: "canary";
          steps: Array<{
            agents: number | string;
          } | {
            selector: string;
          }>;
          promotion?: "automatic" | "manual" | undefined;
          pauseSeconds?: number | undefined;
        } | {
          kind: "blue-green";
          activation?: "automatic" | "manual" | undefined;
        } | undefined;
        gates?: {
          soakSeconds?: number | undefined;
          maxFailures?: number | string | 0 | "0%" | undefined;
          minReported?: number | undefined;
          applyTimeoutSeconds?: number | undefined;
          progressDeadlineSeconds?: number | undefined;
          metrics?: Array<{
            metric: string;
            as?: "value" | "rate" | undefined;
            per?: string | null | undefined;
            max?: number | null | undefined;
            min?: number | null | undefined;
            compare?: {
              worse: "higher" | "lower";
              byPercent: number;
              atLeast?: number | undefined;
            } | null | undefined;
            minSamples?: number | undefined;
          }> | undefined;
          webhooks?: Array<{
            url: string;
            on: Array<"start" | "wave" | "promotion" | "rollback">;
            timeoutSeconds?: number | undefined;
            attempts?: number | undefined;
            whenUnanswered?: "hold" | "fail" | undefined;
          }> | undefined;
          approval?: boolean | undefined;
        } | undefined;
        autoRevert?: boolean | undefined;
        schedule?: {
          startAt?: string | null | undefined;
          windows?: Array<{
            days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
            from: string;
            to: string;
            timeZone: string;
          }> | undefined;
        } | undefined;
        onActive?: "refuse" | "queue" | "supersede" | undefined;
        overrideFreeze?: {
          reason: string;
        } | undefined;
        message?: string | undefined;
      } | undefined;
      planToken?: string | undefined;
    } | {
      action: "restart";
      selector?: string | undefined;
      agents?: string[] | undefined;
      maxUnavailable?: number | string | undefined;
      timeoutSeconds?: number | undefined;
      planToken?: string | undefined;
    } | {
      action: "revoke";
      selector?: string | undefined;
      agents?: string[] | undefined;
      planToken?: string | undefined;
    } | {
      action: "decommission";
      selector?: string | undefined;
      agents?: string[] | undefined;
      reason?: string | undefined;
      keepRunning?: boolean | undefined;
      planToken?: string | undefined;
    };
    answer: AgentActionPlan | AgentActionResult;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "plan_outdated" | "rate_limited" | "rollout_active" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Give drifted agents anew what they should run */
  "POST /v1/fleets/{fleet}/drift/reapply": {
    id: "reapplyDrift";
    path: { fleet: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      strategy?: {
        kind: "all-at-once";
      } | {
        kind: "rolling";
        batch: number | string;
        pauseSeconds?: number | undefined;
        maxUnavailable?: number | string | null | undefined;
        rate?: {
          perMinute: number;
          factor?: number | undefined;
          everySucceeded?: number | undefined;
          maxPerMinute?: number | undefined;
        } | null | undefined;
      } | {
        kind: "canary";
        steps: Array<{
          agents: number | string;
        } | {
          selector: string;
        }>;
        promotion?: "automatic" | "manual" | undefined;
        pauseSeconds?: number | undefined;
      } | {
        kind: "blue-green";
        activation?: "automatic" | "manual" | undefined;
      } | undefined;
      gates?: {
        soakSeconds?: number | undefined;
        maxFailures?: number | string | 0 | "0%" | undefined;
        minReported?: number | undefined;
        applyTimeoutSeconds?: number | undefined;
        progressDeadlineSeconds?: number | undefined;
        metrics?: Array<{
          metric: string;
          as?: "value" | "rate" | undefined;
          per?: string | null | undefined;
          max?: number | null | undefined;
          min?: number | null | undefined;
          compare?: {
            worse: "higher" | "lower";
            byPercent: number;
            atLeast?: number | undefined;
          } | null | undefined;
          minSamples?: number | undefined;
        }> | undefined;
        webhooks?: Array<{
          url: string;
          on: Array<"start" | "wave" | "promotion" | "rollback">;
          timeoutSeconds?: number | undefined;
          attempts?: number | undefined;
          whenUnanswered?: "hold" | "fail" | undefined;
        }> | undefined;
        approval?: boolean | undefined;
      } | undefined;
      autoRevert?: boolean | undefined;
      schedule?: {
        startAt?: string | null | undefined;
        windows?: Array<{
          days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
          from: string;
          to: string;
          timeZone: string;
        }> | undefined;
      } | undefined;
      onActive?: "refuse" | "queue" | "supersede" | undefined;
      overrideFreeze?: {
        reason: string;
      } | undefined;
      message?: string | undefined;
      agents?: string[] | undefined;
    } | undefined;
    answer: RolloutPreview | StartedRollout;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "plan_outdated" | "rate_limited" | "rollout_active" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Create an enrolment token; the secret is in this answer only */
  "POST /v1/fleets/{fleet}/enrollment-tokens": {
    id: "createEnrollmentToken";
    path: { fleet: string; };
    query: undefined;
    body: {
      name?: string | undefined;
      labels?: Record<string, string> | undefined;
      maxUses?: number | null | undefined;
      expiresInSeconds?: number | null | undefined;
    } | undefined;
    answer: CreatedEnrollmentToken;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Freeze which config versions go to which agents; no agent is touched yet */
  "POST /v1/fleets/{fleet}/releases": {
    id: "createRelease";
    path: { fleet: string; };
    query: undefined;
    body: {
      assignments: Array<{
        config: string;
        version?: number | "latest" | string | undefined;
        selector?: string | undefined;
        fileName?: string | undefined;
      } | {
        configs: string;
        version?: number | "latest" | string | undefined;
        selector?: string | undefined;
        fileName?: string | undefined;
      }>;
      packages?: Array<{
        name: string;
        version: string;
        url: string;
        sha256: string;
        signature?: string | null | undefined;
        type?: "top-level" | "addon" | undefined;
        selector?: string | undefined;
      }> | undefined;
      keepOthers?: boolean | undefined;
      refreshInputs?: boolean | undefined;
      message?: string | undefined;
    };
    answer: Release;
    errors: "config_invalid" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Tell no further agent to restart */
  "POST /v1/fleets/{fleet}/restarts/{restart}/cancel": {
    id: "cancelRestart";
    path: { fleet: string; restart: string; };
    query: undefined;
    body: undefined;
    answer: RestartAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Move the fleet's agents to a release */
  "POST /v1/fleets/{fleet}/rollouts": {
    id: "startRollout";
    path: { fleet: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      strategy?: {
        kind: "all-at-once";
      } | {
        kind: "rolling";
        batch: number | string;
        pauseSeconds?: number | undefined;
        maxUnavailable?: number | string | null | undefined;
        rate?: {
          perMinute: number;
          factor?: number | undefined;
          everySucceeded?: number | undefined;
          maxPerMinute?: number | undefined;
        } | null | undefined;
      } | {
        kind: "canary";
        steps: Array<{
          agents: number | string;
        } | {
          selector: string;
        }>;
        promotion?: "automatic" | "manual" | undefined;
        pauseSeconds?: number | undefined;
      } | {
        kind: "blue-green";
        activation?: "automatic" | "manual" | undefined;
      } | undefined;
      gates?: {
        soakSeconds?: number | undefined;
        maxFailures?: number | string | 0 | "0%" | undefined;
        minReported?: number | undefined;
        applyTimeoutSeconds?: number | undefined;
        progressDeadlineSeconds?: number | undefined;
        metrics?: Array<{
          metric: string;
          as?: "value" | "rate" | undefined;
          per?: string | null | undefined;
          max?: number | null | undefined;
          min?: number | null | undefined;
          compare?: {
            worse: "higher" | "lower";
            byPercent: number;
            atLeast?: number | undefined;
          } | null | undefined;
          minSamples?: number | undefined;
        }> | undefined;
        webhooks?: Array<{
          url: string;
          on: Array<"start" | "wave" | "promotion" | "rollback">;
          timeoutSeconds?: number | undefined;
          attempts?: number | undefined;
          whenUnanswered?: "hold" | "fail" | undefined;
        }> | undefined;
        approval?: boolean | undefined;
      } | undefined;
      autoRevert?: boolean | undefined;
      schedule?: {
        startAt?: string | null | undefined;
        windows?: Array<{
          days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
          from: string;
          to: string;
          timeZone: string;
        }> | undefined;
      } | undefined;
      onActive?: "refuse" | "queue" | "supersede" | undefined;
      overrideFreeze?: {
        reason: string;
      } | undefined;
      message?: string | undefined;
      planToken?: string | undefined;
      release: string;
    } | {
      strategy?: {
        kind: "all-at-once";
      } | {
        kind: "rolling";
        batch: number | string;
        pauseSeconds?: number | undefined;
        maxUnavailable?: number | string | null | undefined;
        rate?: {
          perMinute: number;
          factor?: number | undefined;
          everySucceeded?: number | undefined;
          maxPerMinute?: number | undefined;
        } | null | undefined;
      } | {
        kind: "canary";
        steps: Array<{
          agents: number | string;
        } | {
          selector: string;
        }>;
        promotion?: "automatic" | "manual" | undefined;
        pauseSeconds?: number | undefined;
      } | {
        kind: "blue-green";
        activation?: "automatic" | "manual" | undefined;
      } | undefined;
      gates?: {
        soakSeconds?: number | undefined;
        maxFailures?: number | string | 0 | "0%" | undefined;
        minReported?: number | undefined;
        applyTimeoutSeconds?: number | undefined;
        progressDeadlineSeconds?: number | undefined;
        metrics?: Array<{
          metric: string;
          as?: "value" | "rate" | undefined;
          per?: string | null | undefined;
          max?: number | null | undefined;
          min?: number | null | undefined;
          compare?: {
            worse: "higher" | "lower";
            byPercent: number;
            atLeast?: number | undefined;
          } | null | undefined;
          minSamples?: number | undefined;
        }> | undefined;
        webhooks?: Array<{
          url: string;
          on: Array<"start" | "wave" | "promotion" | "rollback">;
          timeoutSeconds?: number | undefined;
          attempts?: number | undefined;
          whenUnanswered?: "hold" | "fail" | undefined;
        }> | undefined;
        approval?: boolean | undefined;
      } | undefined;
      autoRevert?: boolean | undefined;
      schedule?: {
        startAt?: string | null | undefined;
        windows?: Array<{
          days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
          from: string;
          to: string;
          timeZone: string;
        }> | undefined;
      } | undefined;
      onActive?: "refuse" | "queue" | "supersede" | undefined;
      overrideFreeze?: {
        reason: string;
      } | undefined;
      message?: string | undefined;
      planToken?: string | undefined;
      assignments: Array<{
        config: string;
        version?: number | "latest" | string | undefined;
        selector?: string | undefined;
        fileName?: string | undefined;
      } | {
        configs: string;
        version?: number | "latest" | string | undefined;
        selector?: string | undefined;
        fileName?: string | undefined;
      }>;
      packages?: Array<{
        name: string;
        version: string;
        url: string;
        sha256: string;
        signature?: string | null | undefined;
        type?: "top-level" | "addon" | undefined;
        selector?: string | undefined;
      }> | undefined;
      keepOthers?: boolean | undefined;
      refreshInputs?: boolean | undefined;
    };
    answer: RolloutPreview | StartedRollout;
    errors: "config_invalid" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "plan_outdated" | "rate_limited" | "rollout_active" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Send an invitation again, with a new link */
  "POST /v1/invitations/{invitation}/resend": {
    id: "resendInvitation";
    path: { invitation: string; };
    query: undefined;
    body: undefined;
    answer: InvitationChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Take an invitation back */
  "POST /v1/invitations/{invitation}/revoke": {
    id: "revokeInvitation";
    path: { invitation: string; };
    query: undefined;
    body: undefined;
    answer: InvitationChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Accept an invitation with the account of its address */
  "POST /v1/invitations/accept": {
    id: "acceptInvitation";
    path: undefined;
    query: undefined;
    body: {
      token: string;
    };
    answer: AcceptedInvitation;
    errors: "already_exists" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "token_invalid" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** What the link of an invitation is for */
  "POST /v1/invitations/preview": {
    id: "previewInvitation";
    path: undefined;
    query: undefined;
    body: {
      token: string;
    };
    answer: InvitationPreview;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "token_invalid" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Ask to use another e-mail address */
  "POST /v1/me/email": {
    id: "changeEmail";
    path: undefined;
    query: undefined;
    body: {
      email: string;
    };
    answer: LinkSent;
    errors: "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Add the passkey that the browser made */
  "POST /v1/me/passkeys": {
    id: "addPasskey";
    path: undefined;
    query: undefined;
    body: {
      name: string;
      passkey: PasskeyRegistration;
    };
    answer: ChangedFactors;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "token_invalid" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Begin to add a passkey: what the browser needs to make one */
  "POST /v1/me/passkeys/options": {
    id: "startPasskey";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: PasskeyCreation;
    errors: "conflict" | "forbidden" | "internal" | "rate_limited" | "reauthentication_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Change the password; ends every other session */
  "POST /v1/me/password": {
    id: "changePassword";
    path: undefined;
    query: undefined;
    body: {
      currentPassword?: string | undefined;
      password: string;
    };
    answer: SessionsEnded;
    errors: "forbidden" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Make ten new recovery codes in place of the old ones; they are in this answer only */
  "POST /v1/me/recovery-codes": {
    id: "renewRecoveryCodes";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ChangedFactors;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "rate_limited" | "reauthentication_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** End all your sessions */
  "POST /v1/me/sign-out-everywhere": {
    id: "signOutEverywhere";
    path: undefined;
    query: undefined;
    body: {
      exceptThis?: boolean | undefined;
    } | undefined;
    answer: SessionsEnded;
    errors: "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Begin to add an authenticator app: get the secret for it */
  "POST /v1/me/totp": {
    id: "startTotp";
    path: undefined;
    query: undefined;
    body: undefined;
    answer: StartedTotp;
    errors: "already_exists" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "rate_limited" | "reauthentication_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Show a code of the new authenticator app, which counts from then on */
  "POST /v1/me/totp/confirm": {
    id: "confirmTotp";
    path: undefined;
    query: undefined;
    body: {
      code: string;
    };
    answer: ChangedFactors;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "token_invalid" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Create an organization with a project, its production environment and a fleet */
  "POST /v1/orgs": {
    id: "createOrganization";
    path: undefined;
    query: undefined;
    body: {
      name: string;
      slug?: string | undefined;
    };
    answer: CreatedOrganization;
    errors: "already_exists" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Why somebody may or may not do something */
  "POST /v1/orgs/{org}/access/explain": {
    id: "explainAccess";
    path: { org: string; };
    query: undefined;
    body: {
      subject: string;
      permission: "organization.read" | "organization.write" | "organization.export" | "organization.delete" | "organization.transfer" | "member.read" | "member.write" | "team.read" | "team.write" | "role.read" | "role.write" | "service_account.read" | "service_account.write" | "api_key.read" | "api_key.write" | "sso.read" | "sso.write" | "audit.read" | "audit.export" | "quota.read" | "usage.read" | "billing.read" | "billing.write" | "project.read" | "project.write" | "environment.read" | "environment.write" | "fleet.read" | "fleet.write" | "agent.read" | "agent.operate" | "agent.revoke" | "agent.delete" | "enrollment_token.read" | "enrollment_token.write" | "config.read" | "config.write" | "variable.read" | "variable.write" | "secret.read" | "secret.write" | "rollout.read" | "rollout.write" | "rollout.approve" | "rollout.override_freeze" | "exec.read" | "exec.run" | "log.read" | "event.read" | "webhook_key.read" | "webhook_key.write";
      projectId?: string | undefined;
      environmentId?: string | undefined;
      labels?: Record<string, string> | undefined;
    };
    answer: AccessExplanation;
    errors: "conflict" | "forbidden" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Create an API key; the secret is in this answer only */
  "POST /v1/orgs/{org}/api-keys": {
    id: "createApiKey";
    path: { org: string; };
    query: undefined;
    body: {
      name: string;
      role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | undefined;
      scope?: AccessScope | undefined;
      serviceAccountId?: string | undefined;
      expiresAt?: string | undefined;
      requestsPerMinute?: number | undefined;
    };
    answer: CreatedApiKey;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Give a member, team or service account a role, perhaps only within a scope */
  "POST /v1/orgs/{org}/bindings": {
    id: "createBinding";
    path: { org: string; };
    query: undefined;
    body: {
      subject: string;
      role: "viewer" | "billing" | "operator" | "admin" | "owner" | string;
      scope?: AccessScope | undefined;
    };
    answer: RoleBindingChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Everything that the organization has, as NDJSON */
  "POST /v1/orgs/{org}/export": {
    id: "exportOrganization";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: Response;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Invite somebody by mail */
  "POST /v1/orgs/{org}/invitations": {
    id: "createInvitation";
    path: { org: string; };
    query: undefined;
    body: {
      email: string;
      role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | undefined;
      teamIds?: string[] | undefined;
    };
    answer: InvitationChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Leave an organization */
  "POST /v1/orgs/{org}/leave": {
    id: "leaveOrganization";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Create a project with the environment `production` */
  "POST /v1/orgs/{org}/projects": {
    id: "createProject";
    path: { org: string; };
    query: undefined;
    body: {
      name: string;
      slug?: string | undefined;
    };
    answer: Project;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Bring a deleted organization back */
  "POST /v1/orgs/{org}/restore": {
    id: "restoreOrganization";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: OrganizationChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Create a role */
  "POST /v1/orgs/{org}/roles": {
    id: "createRole";
    path: { org: string; };
    query: undefined;
    body: {
      name: string;
      description?: string | undefined;
      statements: RoleStatement[];
    };
    answer: RoleChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Wrap the data keys by the master key that is current */
  "POST /v1/orgs/{org}/secrets-key/rewrap": {
    id: "rewrapSecretsKey";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: SecretsKeyChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Begin a new data key */
  "POST /v1/orgs/{org}/secrets-key/rotate": {
    id: "rotateSecretsKey";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: SecretsKeyChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Create a service account */
  "POST /v1/orgs/{org}/service-accounts": {
    id: "createServiceAccount";
    path: { org: string; };
    query: undefined;
    body: {
      name: string;
      description?: string | undefined;
      role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | undefined;
    };
    answer: ServiceAccountChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Set up an OpenID Connect provider */
  "POST /v1/orgs/{org}/sso-connections": {
    id: "createSsoConnection";
    path: { org: string; };
    query: undefined;
    body: {
      name: string;
      issuer: string;
      clientId: string;
      clientSecret?: string | undefined;
      scopes?: string[] | undefined;
      groupsClaim?: string | undefined;
      groupRoles?: Array<{
        group: string;
        role?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | null | undefined;
        teamId?: string | null | undefined;
      }> | undefined;
      defaultRole?: "viewer" | "billing" | "operator" | "admin" | "owner" | string | null | undefined;
      enabled?: boolean | undefined;
    };
    answer: SsoConnection;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Claim an e-mail domain; the answer says which DNS record proves it yours */
  "POST /v1/orgs/{org}/sso-connections/{connection}/domains": {
    id: "addSsoDomain";
    path: { org: string; connection: string; };
    query: undefined;
    body: {
      domain: string;
    };
    answer: SsoDomain;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Try the provider: discovery, endpoints, scopes, keys, client secret, domains */
  "POST /v1/orgs/{org}/sso-connections/{connection}/test": {
    id: "testSsoConnection";
    path: { org: string; connection: string; };
    query: undefined;
    body: undefined;
    answer: SsoTest;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Look the DNS record up; when it is there, the domain is yours */
  "POST /v1/orgs/{org}/sso-domains/{domain}/verify": {
    id: "verifySsoDomain";
    path: { org: string; domain: string; };
    query: undefined;
    body: undefined;
    answer: SsoDomain;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Create a team */
  "POST /v1/orgs/{org}/teams": {
    id: "createTeam";
    path: { org: string; };
    query: undefined;
    body: {
      name: string;
      slug?: string | undefined;
    };
    answer: TeamChange;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Hand the ownership over to another member */
  "POST /v1/orgs/{org}/transfer": {
    id: "transferOrganization";
    path: { org: string; };
    query: undefined;
    body: {
      member: string;
      thenRole?: "viewer" | "billing" | "operator" | "admin" | undefined;
    };
    answer: ReceiptAnswer;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "reauthentication_required" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Make a new webhook key; the old one signs beside it for 24 hours */
  "POST /v1/orgs/{org}/webhook-key/rotate": {
    id: "rotateWebhookKey";
    path: { org: string; };
    query: undefined;
    body: undefined;
    answer: RotatedWebhookKey;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Write a graph as a collector's YAML; nothing is stored */
  "POST /v1/pipelines/compile": {
    id: "compilePipelines";
    path: undefined;
    query: undefined;
    body: {
      graph: {
        nodes: Array<{
          id: string;
          role: "receiver" | "processor" | "exporter" | "connector" | "extension";
          component: string;
          name?: string | undefined;
          config: unknown;
          signals?: Array<"traces" | "metrics" | "logs" | "profiles"> | undefined;
          placement?: "edges" | "auto" | "off" | undefined;
        }>;
        edges: Array<{
          from: string;
          to: string;
          signal: "traces" | "metrics" | "logs" | "profiles";
        }>;
      };
      previous?: string | undefined;
    };
    answer: CompiledPipelines;
    errors: "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Draw a collector's YAML as a graph; nothing is stored */
  "POST /v1/pipelines/parse": {
    id: "parsePipelines";
    path: undefined;
    query: undefined;
    body: {
      content: string;
    };
    answer: ParsedPipelines;
    errors: "internal" | "malformed_body" | "payload_too_large" | "rate_limited" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Create a config, with its first version when content is given */
  "POST /v1/projects/{project}/configs": {
    id: "createConfig";
    path: { project: string; };
    query: undefined;
    body: {
      name: string;
      kind: string;
      content?: string | undefined;
      message?: string | undefined;
      labels?: Record<string, string> | undefined;
    };
    answer: CreatedConfig;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Make a config from a template */
  "POST /v1/projects/{project}/configs/from-template": {
    id: "instantiateTemplate";
    path: { project: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      template: string;
      version?: number | undefined;
      parameters?: Record<string, string> | undefined;
      name: string;
      message?: string | undefined;
      labels?: Record<string, string> | undefined;
    };
    answer: FilledTemplate | InstantiatedTemplate;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Create an environment */
  "POST /v1/projects/{project}/environments": {
    id: "createEnvironment";
    path: { project: string; };
    query: undefined;
    body: {
      name: string;
      slug?: string | undefined;
      protected?: boolean | undefined;
    };
    answer: Environment;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Create a fleet */
  "POST /v1/projects/{project}/fleets": {
    id: "createFleet";
    path: { project: string; };
    query: undefined;
    body: {
      name: string;
      slug?: string | undefined;
      environmentId?: string | undefined;
      locationHint?: "wnam" | "enam" | "sam" | "weur" | "eeur" | "apac" | "oc" | "afr" | "me" | undefined;
    };
    answer: Fleet;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Share a template in a project, with its first version */
  "POST /v1/projects/{project}/templates": {
    id: "createTemplate";
    path: { project: string; };
    query: undefined;
    body: {
      name: string;
      kind: string;
      title?: string | undefined;
      description?: string | undefined;
      content: string;
      parameters?: Array<{
        name: string;
        title?: string | undefined;
        type?: "string" | "number" | "boolean" | "json" | undefined;
        default?: string | null | undefined;
        pattern?: string | null | undefined;
        help?: string | undefined;
      }> | undefined;
      message?: string | undefined;
    };
    answer: CreatedTemplate;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Stop a rollout: once this is answered, no further offer leaves */
  "POST /v1/rollouts/{rollout}/abort": {
    id: "abortRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "rollout_finished" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Approve or reject a rollout that waits for it */
  "POST /v1/rollouts/{rollout}/approvals": {
    id: "approveRollout";
    path: { rollout: string; };
    query: undefined;
    body: {
      verdict: "approve" | "reject";
      comment?: string | undefined;
    };
    answer: RolloutAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "rollout_finished" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Let a rollout go on in spite of freezes; the reason is audited */
  "POST /v1/rollouts/{rollout}/override-freeze": {
    id: "overrideFreeze";
    path: { rollout: string; };
    query: undefined;
    body: {
      reason: string;
    };
    answer: RolloutAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "rollout_finished" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Hold a rollout before its next wave */
  "POST /v1/rollouts/{rollout}/pause": {
    id: "pauseRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "rollout_finished" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Let a wave without evidence pass, or end the pause before the next wave */
  "POST /v1/rollouts/{rollout}/promote": {
    id: "promoteRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "rollout_finished" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Let a paused rollout go on */
  "POST /v1/rollouts/{rollout}/resume": {
    id: "resumeRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "rollout_finished" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Lift the hold on the agents that failed in an ended rollout; those that should run its release are offered it again */
  "POST /v1/rollouts/{rollout}/retry": {
    id: "retryRollout";
    path: { rollout: string; };
    query: undefined;
    body: undefined;
    answer: RolloutAction;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Take a finished rollout back: each agent that still runs what it brought returns to what it ran before */
  "POST /v1/rollouts/{rollout}/revert": {
    id: "revertRollout";
    path: { rollout: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      strategy?: {
        kind: "all-at-once";
      } | {
        kind: "rolling";
        batch: number | string;
        pauseSeconds?: number | undefined;
        maxUnavailable?: number | string | null | undefined;
        rate?: {
          perMinute: number;
          factor?: number | undefined;
          everySucceeded?: number | undefined;
          maxPerMinute?: number | undefined;
        } | null | undefined;
      } | {
        kind: "canary";
        steps: Array<{
          agents: number | string;
        } | {
          selector: string;
        }>;
        promotion?: "automatic" | "manual" | undefined;
        pauseSeconds?: number | undefined;
      } | {
        kind: "blue-green";
        activation?: "automatic" | "manual" | undefined;
      } | undefined;
      gates?: {
        soakSeconds?: number | undefined;
        maxFailures?: number | string | 0 | "0%" | undefined;
        minReported?: number | undefined;
        applyTimeoutSeconds?: number | undefined;
        progressDeadlineSeconds?: number | undefined;
        metrics?: Array<{
          metric: string;
          as?: "value" | "rate" | undefined;
          per?: string | null | undefined;
          max?: number | null | undefined;
          min?: number | null | undefined;
          compare?: {
            worse: "higher" | "lower";
            byPercent: number;
            atLeast?: number | undefined;
          } | null | undefined;
          minSamples?: number | undefined;
        }> | undefined;
        webhooks?: Array<{
          url: string;
          on: Array<"start" | "wave" | "promotion" | "rollback">;
          timeoutSeconds?: number | undefined;
          attempts?: number | undefined;
          whenUnanswered?: "hold" | "fail" | undefined;
        }> | undefined;
        approval?: boolean | undefined;
      } | undefined;
      autoRevert?: boolean | undefined;
      schedule?: {
        startAt?: string | null | undefined;
        windows?: Array<{
          days: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
          from: string;
          to: string;
          timeZone: string;
        }> | undefined;
      } | undefined;
      onActive?: "refuse" | "queue" | "supersede" | undefined;
      overrideFreeze?: {
        reason: string;
      } | undefined;
      message?: string | undefined;
      planToken?: string | undefined;
    } | undefined;
    answer: RolloutPreview | StartedRollout;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "plan_impossible" | "plan_outdated" | "rate_limited" | "rollout_active" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Give a secret a new value */
  "POST /v1/secrets/{secret}/versions": {
    id: "rotateSecret";
    path: { secret: string; };
    query: { dryRun?: boolean | null | undefined; };
    body: {
      value: string;
    };
    answer: InputImpact | SecretVersionChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Approve a version that waits for it; makes it current */
  "POST /v1/secrets/{secret}/versions/{number}/approve": {
    id: "approveSecretVersion";
    path: { secret: string; number: number | string; };
    query: undefined;
    body: undefined;
    answer: SecretVersionChange;
    errors: "approval_required" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Reject a version that waits for it; drops its value */
  "POST /v1/secrets/{secret}/versions/{number}/reject": {
    id: "rejectSecretVersion";
    path: { secret: string; number: number | string; };
    query: undefined;
    body: undefined;
    answer: SecretVersionChange;
    errors: "approval_required" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** End one of your sessions, at once */
  "POST /v1/sessions/{session}/revoke": {
    id: "revokeSession";
    path: { session: string; };
    query: undefined;
    body: undefined;
    answer: SignedInDevice;
    errors: "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "not_found" | "rate_limited" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Another ticket for a session whose connection broke */
  "POST /v1/streams/{stream}/tickets": {
    id: "renewStreamTicket";
    path: { stream: string; };
    query: undefined;
    body: undefined;
    answer: StreamTicket;
    errors: "conflict" | "forbidden" | "internal" | "not_found" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "validation_failed";
  };
  /** Put a member into a team */
  "POST /v1/teams/{team}/members": {
    id: "addTeamMember";
    path: { team: string; };
    query: undefined;
    body: {
      userId: string;
    };
    answer: AddedTeamMember;
    errors: "already_exists" | "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Save a new version of a template; configs made from it stay as they are */
  "POST /v1/templates/{template}/versions": {
    id: "createTemplateVersion";
    path: { template: string; };
    query: undefined;
    body: {
      content: string;
      parameters?: Array<{
        name: string;
        title?: string | undefined;
        type?: "string" | "number" | "boolean" | "json" | undefined;
        default?: string | null | undefined;
        pattern?: string | null | undefined;
        help?: string | undefined;
      }> | undefined;
      message?: string | undefined;
      baseVersion?: number | undefined;
    };
    answer: CreatedTemplateVersion;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "quota_exceeded" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Save the draft of a config's next version */
  "PUT /v1/configs/{config}/draft": {
    id: "putConfigDraft";
    path: { config: string; };
    query: undefined;
    body: {
      content: string;
      baseVersion?: number | undefined;
    };
    answer: ConfigDraft;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Put a label on a version; it leaves the one that it was on */
  "PUT /v1/configs/{config}/labels/{label}": {
    id: "putConfigVersionLabel";
    path: { config: string; label: string; };
    query: undefined;
    body: {
      version: number;
    };
    answer: ConfigVersionLabelChange;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Keep a fleet's logs, or stop keeping them */
  "PUT /v1/fleets/{fleet}/log-shipping": {
    id: "setLogShipping";
    path: { fleet: string; };
    query: undefined;
    body: {
      enabled: boolean;
      sources?: string[] | undefined;
      retentionDays?: number | undefined;
      dailyMegabytes?: number | undefined;
    };
    answer: LogShippingChanged;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Store a fleet's metrics, or stop storing them */
  "PUT /v1/fleets/{fleet}/metrics-collection": {
    id: "setMetricsCollection";
    path: { fleet: string; };
    query: undefined;
    body: {
      enabled: boolean;
      everySeconds?: number | undefined;
      scrape?: string[] | undefined;
    };
    answer: MetricsCollectionChanged;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
  /** Say where the fleet's agents send what they say of themselves */
  "PUT /v1/fleets/{fleet}/own-telemetry": {
    id: "setOwnTelemetry";
    path: { fleet: string; };
    query: undefined;
    body: {
      metrics?: {
        endpoint: string;
        headers?: Record<string, {
          value: string;
        } | {
          secret: string;
          prefix?: string | undefined;
        }> | undefined;
      } | null | undefined;
      traces?: {
        endpoint: string;
        headers?: Record<string, {
          value: string;
        } | {
          secret: string;
          prefix?: string | undefined;
        }> | undefined;
      } | null | undefined;
      logs?: {
        endpoint: string;
        headers?: Record<string, {
          value: string;
        } | {
          secret: string;
          prefix?: string | undefined;
        }> | undefined;
      } | null | undefined;
    };
    answer: ChangedOwnTelemetry;
    errors: "conflict" | "forbidden" | "idempotency_in_progress" | "idempotency_mismatch" | "internal" | "malformed_body" | "not_found" | "payload_too_large" | "rate_limited" | "sso_required" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
  };
}
