import type { z } from "zod";
import {
  agent,
  agentAction,
  agentDetail,
  agentExplanation,
  deletedAgent,
} from "../../protocol/api/agents.ts";
import { me, session } from "../../protocol/api/auth.ts";
import { collectorComponent } from "../../protocol/api/collector.ts";
import {
  configDiff,
  configDraft,
  configUse,
  configVersionLabel,
  listedConfigVersion,
} from "../../protocol/api/config-versions.ts";
import {
  config,
  configKindInfo,
  configVersion,
  configVersionDetail,
  validation,
} from "../../protocol/api/configs.ts";
import { fleetEvent } from "../../protocol/api/events.ts";
import { createdEnrollmentToken, enrollmentToken, fleet, fleetDetail } from "../../protocol/api/fleets.ts";
import { environment, environmentChange, project } from "../../protocol/api/projects.ts";
import {
  release,
  rollout,
  rolloutAction,
  rolloutAgent,
  rolloutDetail,
  rolloutExplanation,
  rolloutPreview,
  startedRollout,
} from "../../protocol/api/rollouts.ts";
import { invoicePreview, ledgerEntry, usage } from "../../protocol/api/usage.ts";
import { variable } from "../../protocol/api/variables.ts";
import { rotatedWebhookKey, webhookKey } from "../../protocol/api/webhook-keys.ts";
import {
  agentBody,
  at,
  configBody,
  counts,
  environmentBody,
  event,
  fakeId,
  fleetBody,
  fleetId,
  hash,
  meter,
  organizationId,
  organizations,
  period,
  projectId,
  receipt,
  releaseBody,
  rolloutBody,
  tokenBody,
  user,
  versionBody,
  webhookKeyBody,
} from "./bodies.ts";

/** Answers by the same schemas that the server's routes have: a shape that drifts fails here. */
const answer = <S extends z.ZodType>(schema: S, value: z.input<S>): z.output<S> => schema.parse(value);

// `z.input` of ids is string: the widening casts below are checked by the parse itself.
const loose = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> =>
  answer(schema, value as z.input<S>);

export const fixtures = {
  session: loose(session, {
    accessToken: "access-1",
    expiresInSeconds: 900,
    refreshToken: "refresh-1",
    user,
    organizations,
  }),
  me: loose(me, { actor: { kind: "user", user }, organizations }),
  project: loose(project, { id: projectId, organizationId, name: "Web shop", slug: "shop", createdAt: at }),
  environment: loose(environment, environmentBody),
  environmentChange: loose(environmentChange, { ...environmentBody, receipt }),
  variable: loose(variable, {
    id: fakeId("var"),
    environmentId: environmentBody.id,
    name: "PORT",
    fleet: null,
    selector: "",
    level: "environment",
    type: "number",
    value: 80,
    description: "where it listens",
    author: "ada@example.com",
    version: 1,
    createdAt: at,
    updatedAt: at,
  }),
  fleet: loose(fleet, fleetBody),
  fleetDetail: loose(fleetDetail, {
    ...fleetBody,
    counts: { total: 2, online: 1, offline: 1, revoked: 0, unhealthy: 0, failed: 0, drifted: 0 },
    activeRolloutId: null,
  }),
  agent: loose(agent, agentBody),
  agentAction: loose(agentAction, { ...agentBody, receipt }),
  deletedAgent: loose(deletedAgent, { receipt }),
  agentDetail: loose(agentDetail, {
    ...agentBody,
    attributes: { identifying: {}, nonIdentifying: {} },
    health: null,
    effectiveConfig: [{ name: "config.txt", contentType: "text/plain", content: "hello", encoding: "utf8" }],
    wantedConfig: [{ name: "config.txt", contentType: "text/plain", content: "hello", encoding: "utf8" }],
    packages: [],
    history: [{ hash, releaseId: releaseBody.id, status: "applied", error: null, at }],
  }),
  explanation: loose(agentExplanation, {
    agentId: agentBody.id,
    summary: "web-1 is online and runs release 3.",
    reasons: [{ topic: "connection", text: "Connected over WebSocket.", since: at, facts: {} }],
    release: { id: releaseBody.id, number: 3 },
    matched: [{ configId: configBody.id, configName: "greeting", version: 2, selector: "role=web" }],
    rollout: {
      id: rolloutBody.id,
      state: "running",
      wave: 1,
      agentState: "applied",
      gate: "soak",
      startedBy: "ada@example.com",
    },
    latched: [{ hash, error: "port is taken", at }],
  }),
  config: loose(config, configBody),
  configKind: loose(configKindInfo, {
    kind: "file",
    title: "File",
    contentType: "text/plain",
    defaultFileName: "config.txt",
    language: "text",
    template: "",
  }),
  version: loose(configVersion, versionBody),
  listedVersion: loose(listedConfigVersion, { ...versionBody, labels: ["prod"] }),
  configLabel: loose(configVersionLabel, {
    configId: configBody.id,
    label: "prod",
    version: 2,
    author: "ada@example.com",
    updatedAt: at,
  }),
  configDraft: loose(configDraft, {
    configId: configBody.id,
    content: "draft\n",
    baseVersion: 1,
    latestVersion: 2,
    revision: 7,
    author: "grace@example.com",
    updatedAt: at,
    diagnostics: [],
  }),
  configUse: loose(configUse, {
    fleetId,
    fleetName: "Web",
    environmentId: environmentBody.id,
    releaseId: releaseBody.id,
    releaseNumber: 3,
    current: true,
    version: 2,
    selector: "role=web",
    fileName: "config.txt",
    createdAt: at,
  }),
  configDiff: loose(configDiff, {
    configId: configBody.id,
    from: { name: "greeting@1", version: 1 },
    to: { name: "greeting@2", version: 2 },
    added: 1,
    removed: 1,
    unified: "--- greeting@1\n+++ greeting@2\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n",
    hunks: [
      {
        lines: [
          { change: "removed", text: "old", before: 1, after: null },
          { change: "added", text: "new", before: null, after: 1 },
          { change: "same", text: "same", before: 2, after: 2 },
        ],
        sideBySide: [
          { change: "changed", before: { line: 1, text: "old" }, after: { line: 1, text: "new" } },
          { change: "same", before: { line: 2, text: "same" }, after: { line: 2, text: "same" } },
        ],
      },
    ],
  }),
  versionDetail: loose(configVersionDetail, { ...versionBody, content: "new\nsame\n", diagnostics: [] }),
  olderVersion: loose(configVersionDetail, {
    ...versionBody,
    number: 1,
    content: "old\nsame\n",
    diagnostics: [],
  }),
  collectorComponent: loose(collectorComponent, {
    role: "receiver",
    type: "otlp",
    aliases: [],
    title: "OTLP",
    summary: "Takes telemetry over OTLP.",
    documentation: "https://example.com/otlp",
    signals: ["traces"],
    connects: [],
    schema: {
      type: "object",
      properties: { protocols: { type: "object", description: "What it listens for." } },
      required: ["protocols"],
    },
    example: "protocols:\n  grpc:\n",
    agents: null,
  }),
  invalid: loose(validation, {
    checkedAgainst: null,
    valid: false,
    diagnostics: [
      {
        severity: "error",
        code: "unknown_keyword",
        message: "unknown keyword `blind`",
        line: 2,
        column: 3,
        path: "frontend.web",
        hint: "did you mean `bind`?",
      },
    ],
  }),
  release: loose(release, releaseBody),
  rollout: loose(rollout, rolloutBody),
  rolloutDetail: loose(rolloutDetail, {
    ...rolloutBody,
    waves: [{ number: 1, state: "passed", size: 2, counts, startedAt: at, endedAt: at }],
    decisions: [
      {
        at,
        wave: 1,
        verdict: "pass",
        gate: "healthy",
        text: "2 of 2 are healthy",
        inputs: { healthy: 2, reported: 2 },
      },
    ],
    live: true,
  }),
  rolloutExplanation: loose(rolloutExplanation, {
    rolloutId: rolloutBody.id,
    state: "paused",
    summary: "Wave 1 has passed its gates; wave 2 starts when a person promotes it.",
    waits: [
      {
        on: "a person to promote wave 2",
        since: at,
        until: null,
        action: { label: "promote", command: `muster rollouts promote ${rolloutBody.id}` },
      },
    ],
    why: [{ at, text: "1 of 1 agents in wave 1 are healthy" }],
  }),
  rolloutAgent: loose(rolloutAgent, {
    agentId: agentBody.id,
    name: "web-1",
    wave: 1,
    state: "failed",
    hash,
    previousHash: null,
    error: "port is taken",
  }),
  preview: loose(rolloutPreview, {
    assignments: [
      { ...releaseBody.assignments[0], agents: 2, carriedOver: false },
      {
        ...releaseBody.assignments[0],
        configName: "edge",
        fileName: "edge.cfg",
        agents: 0,
        carriedOver: true,
      },
    ],
    total: 2,
    unchanged: 1,
    waves: [
      {
        number: 1,
        agents: [
          { id: agentBody.id, name: "web-1", status: "online", change: "changed", diff: 0 },
          { id: fakeId("agt", 2), name: "web-2", status: "offline", change: "latched", diff: null },
        ],
      },
    ],
    diffs: [
      {
        from: hash,
        to: "cd".repeat(32),
        agents: 1,
        reasons: ["greeting v1 → v2"],
        files: [{ name: "config.txt", change: "changed", diff: "@@ -1,2 +1,2 @@\n-old\n+new\n same\n" }],
        packages: [{ name: "otelcol", from: null, to: "0.110.0" }],
      },
    ],
    startsAt: null,
    warnings: ["1 agent is offline"],
    planToken: "plan-1",
  }),
  started: loose(startedRollout, { receipt, rollout: rolloutBody, release: releaseBody }),
  action: loose(rolloutAction, { receipt, rollout: rolloutBody }),
  event: loose(fleetEvent, event),
  token: loose(enrollmentToken, tokenBody),
  createdToken: loose(createdEnrollmentToken, {
    ...tokenBody,
    secret: "enrol-secret",
    endpoint: "ws://127.0.0.1/v1/opamp",
    command: "muster agent run --token enrol-secret",
  }),
  webhookKey: loose(webhookKey, webhookKeyBody),
  rotatedWebhookKey: loose(rotatedWebhookKey, { receipt, webhookKey: webhookKeyBody }),
  usage: loose(usage, {
    organizationId,
    ...period,
    meters: [{ meter, quantity: 12345, unit: "delivery" }],
    fleets: [{ fleetId, fleetName: "Web servers", meter, quantity: 12345, unit: "delivery", live: true }],
    hours: [],
  }),
  invoice: loose(invoicePreview, {
    organizationId,
    period,
    currency: "EUR",
    lines: [
      {
        meter,
        description: "Config deliveries",
        quantity: 12345,
        unit: "delivery",
        included: 1000,
        billable: 11345,
        unitPriceMicros: 100,
        perUnits: 1,
        amountMicros: 1134500,
      },
    ],
    totalMicros: 1134500,
    priceListVersion: "2026-11",
    recompute: "Sum the ledger.",
  }),
  ledgerEntry: loose(ledgerEntry, {
    id: fakeId("led"),
    fleetId,
    hour: "2026-11-21T08:00:00.000Z",
    meter,
    quantity: 12,
    sequence: 0,
    recordedAt: at,
  }),
};
