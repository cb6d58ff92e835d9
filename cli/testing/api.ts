import { fakeId } from "./bodies.ts";
import { exportedRollout } from "./exported.ts";
import { fixtures } from "./fixtures.ts";
import type { Answer, Routes } from "./server.ts";

const page = (...items: unknown[]): Answer => ({ body: { items, nextCursor: null } });
const one = (body: unknown) => (): Answer => ({ body });

/** Every route that commands call, each answering one fixture. */
export const api: Routes = {
  "POST /v1/auth/sign-in": one(fixtures.session),
  "POST /v1/auth/sign-out": one(null),
  "GET /v1/me": one(fixtures.me),
  "GET /v1/openapi.json": one({ info: { version: "1.0.0" } }),
  "GET /v1/orgs/*/projects": () => page(fixtures.project),
  "POST /v1/orgs/*/projects": one(fixtures.project),
  "GET /v1/projects/*/environments": () => page(fixtures.environment),
  "POST /v1/projects/*/environments": one(fixtures.environment),
  "GET /v1/environments/*/variables": () => page(fixtures.variable),
  "PATCH /v1/environments/*": one(fixtures.environmentChange),
  "GET /v1/projects/*/fleets": () => page(fixtures.fleet),
  "POST /v1/projects/*/fleets": one(fixtures.fleet),
  "GET /v1/fleets/*": one(fixtures.fleetDetail),
  "GET /v1/fleets/*/enrollment-tokens": () => page(fixtures.token),
  "POST /v1/fleets/*/enrollment-tokens": one(fixtures.createdToken),
  "POST /v1/enrollment-tokens/*/revoke": one(fixtures.token),
  "GET /v1/fleets/*/agents": () => page(fixtures.agent),
  "GET /v1/agents/*": one(fixtures.agentDetail),
  "GET /v1/agents/*/explain": one(fixtures.explanation),
  "DELETE /v1/agents/*": one(fixtures.deletedAgent),
  "POST /v1/agents/*/revoke": one(fixtures.agentAction),
  "POST /v1/agents/*/restart": one(fixtures.agentAction),
  "GET /v1/fleets/*/components": one({
    agents: 2,
    reporting: 1,
    versions: [{ version: "0.154.0", agents: 2 }],
    components: [{ role: "receiver", type: "otlp", agents: 1 }],
  }),
  "GET /v1/collector-components": () => page(fixtures.collectorComponent),
  "GET /v1/config-kinds": () => page(fixtures.configKind),
  "POST /v1/configs/validate": one({ valid: true, diagnostics: [], checkedAgainst: null }),
  "GET /v1/projects/*/configs": () => page(fixtures.config),
  "POST /v1/projects/*/configs": one({ ...fixtures.config, version: fixtures.version }),
  "GET /v1/configs/*": one(fixtures.config),
  "GET /v1/configs/*/versions": () => page(fixtures.version),
  "POST /v1/configs/*/versions": one(fixtures.version),
  "GET /v1/configs/*/versions/1": one(fixtures.olderVersion),
  "GET /v1/configs/*/versions/2": one(fixtures.versionDetail),
  "GET /v1/fleets/*/releases": () => page(fixtures.release),
  "POST /v1/fleets/*/releases": one(fixtures.release),
  "GET /v1/releases/*": one(fixtures.release),
  "GET /v1/fleets/*/rollouts": () => page(fixtures.rollout),
  "POST /v1/fleets/*/rollouts": ({ query }) => ({
    body: query.dryRun === "true" ? fixtures.preview : fixtures.started,
  }),
  "GET /v1/rollouts/*": one(fixtures.rolloutDetail),
  "GET /v1/rollouts/*/agents": () => page(fixtures.rolloutAgent),
  "GET /v1/rollouts/*/explain": one(fixtures.rolloutExplanation),
  "GET /v1/rollouts/*/export": () => ({ body: exportedRollout() }),
  "POST /v1/rollouts/*/approvals": one(fixtures.action),
  "POST /v1/rollouts/*/override-freeze": one(fixtures.action),
  "POST /v1/rollouts/*/revert": ({ query }) => ({
    body: query.dryRun === "true" ? fixtures.preview : fixtures.started,
  }),
  "POST /v1/rollouts/*/abort": one(fixtures.action),
  "POST /v1/rollouts/*/pause": one(fixtures.action),
  "POST /v1/rollouts/*/resume": one(fixtures.action),
  "POST /v1/rollouts/*/promote": one(fixtures.action),
  "POST /v1/rollouts/*/retry": one(fixtures.action),
  "GET /v1/fleets/*/events": () => ({
    body: {
      items: [{ ...fixtures.event, id: fakeId("evt", 2) }, fixtures.event],
      nextCursor: null,
      truncated: false,
    },
  }),
  "GET /v1/orgs/*/events": () => page(fixtures.event),
  "GET /v1/orgs/*/webhook-key": one(fixtures.webhookKey),
  "POST /v1/orgs/*/webhook-key/rotate": one(fixtures.rotatedWebhookKey),
  "GET /v1/orgs/*/usage": one(fixtures.usage),
  "GET /v1/orgs/*/invoices/preview": one(fixtures.invoice),
  "GET /v1/orgs/*/ledger": () => page(fixtures.ledgerEntry),
};
