/** What the document says beside the routes: groups, credentials, the agents' front door, and the calls that we make. */
import { z } from "zod";
import type { ZodOpenApiPathItemObject, ZodOpenApiPathsObject } from "zod-openapi";
import { confirmationCall, confirmationReply } from "../../protocol/api/confirmations.ts";
import { answerHeaders, responsesOf } from "./openapi-refusals.ts";

/** Every group of operations, in the order in which people read them. */
export const tags: Record<string, string> = {
  Auth: "Signing up, in and out: passwords, second factors, passkeys, and links that came by mail.",
  "Single sign-on": "Connections to an organization's identity provider, its domains, and signing in by it.",
  Devices: "Signing in what has no browser, by a code that a person approves (RFC 8628).",
  Account: "What belongs to the person: profile, e-mail, password, factors, sessions, activity.",
  Organizations: "The tenant: its name, its policies, its end and what it can take along.",
  Members: "Who belongs to an organization, with which role.",
  Invitations: "Asking people in; each link counts once, for seven days.",
  Secrets: "Values that only agents get, sealed, versioned and never shown.",
  Teams: "Groups of members that are given roles together.",
  Roles: "Built-in and custom roles, where they hold for whom, and why somebody may do something.",
  Access: "What somebody may do and why, asked for a person, a key, or oneself.",
  "Service accounts": "Programs with rights of their own, which outlive the person who made them.",
  "API keys": "Credentials of programs: shown once, limited in rights, place, time and rate.",
  Projects: "What a team works on; it holds environments, configs and fleets.",
  Environments: "Production, staging: protection, maintenance windows, freezes.",
  Fleets: "Agents that are moved together, and their live feed.",
  Enrolment: "Tokens that let new agents in.",
  Agents: "The programs on your hosts: state, health, what they run and why.",
  Configs: "Named texts of a kind, in immutable versions, checked before they are saved.",
  Variables: "Values that configs name, for an environment, a fleet or agents by their labels.",
  Templates: "Configs to begin from, with parameters: of the project, or shipped with the product.",
  Pipelines: "A collector's pipelines as a graph, and back.",
  Releases: "Which config versions go to which agents of a fleet.",
  Logs: "What programs on agents write: read live from their hosts, or kept and searched.",
  Metrics: "What agents measure of their hosts and programs, and what a fleet stores of it.",
  Exec: "Commands and terminals on agents' hosts: running, approving, looking back.",
  "Own telemetry": "Where agents send metrics, traces and logs about themselves, offered to them by OpAMP.",
  Drift: "Agents whose files were changed on the host, and what a fleet does about it.",
  Rollouts: "Moving a fleet to a release in waves, with gates, approval, and a way back.",
  Events: "What happened, newest first.",
  Audit: "Who changed or read what, in a chain that shows every change to it.",
  Quotas: "What the plan allows, what is used, and when it fills up.",
  Usage: "What is metered, the ledger, and what it will cost.",
  Webhooks: "The key that our calls to you are signed with.",
  Meta: "About the API itself.",
};

/** Of this document's own; `security` of an operation names one of them. */
export const securitySchemes = {
  bearer: {
    type: "http" as const,
    scheme: "bearer",
    description: "An access token of a person (15 minutes), or an API key (`mk_…`)",
  },
  agent: {
    type: "http" as const,
    scheme: "bearer",
    description: "An agent's credential, or for the first contact an enrolment token",
  },
  refreshCookie: {
    type: "apiKey" as const,
    in: "cookie" as const,
    name: "__Host-muster_refresh",
    description: "The refresh token of a person's browser; `muster_refresh` where there is no https",
  },
};

const opamp = { "application/x-protobuf": { schema: { type: "string" as const, format: "binary" } } };
const refusals = responsesOf({ access: "public" }, [
  "unauthenticated",
  "malformed_body",
  "payload_too_large",
  "unsupported_media_type",
  "upgrade_required",
  "method_not_allowed",
  "internal",
  "unavailable",
]);

/** Not a route of the API's app: the gateway answers it (`workers/gateway`). */
export const frontDoor: ZodOpenApiPathsObject = {
  "/v1/opamp": {
    get: {
      operationId: "connectAgent",
      tags: ["Agents"],
      summary: "Connect an agent by WebSocket",
      description:
        "OpAMP 1.0 (https://opentelemetry.io/docs/specs/opamp/) in binary frames, each a protobuf message behind one zero byte.",
      security: [{ agent: [] }],
      "x-muster-access": "agent",
      responses: { 101: { description: "The WebSocket is open" }, ...refusals },
    },
    post: {
      operationId: "postAgentMessage",
      tags: ["Agents"],
      summary: "Exchange one OpAMP message by HTTP",
      description:
        "An `AgentToServer` message for a `ServerToAgent` message; for agents that cannot hold a connection.",
      security: [{ agent: [] }],
      "x-muster-access": "agent",
      requestBody: { required: true, content: opamp },
      responses: { 200: { description: "OK", headers: answerHeaders, content: opamp }, ...refusals },
    },
  },
};

/** The calls that we make to a customer's address. */
export const webhooks: Record<string, ZodOpenApiPathItemObject> = {
  "rollout.confirmation": {
    post: {
      operationId: "confirmRollout",
      tags: ["Webhooks"],
      summary: "We ask whether a rollout may go on",
      description:
        "A webhook gate of a rollout. Signed as Standard Webhooks says (https://www.standardwebhooks.com), with each key that counts; redirects are not followed. A 2xx without a body confirms; anything but a 2xx is asked again.",
      security: [],
      requestParams: {
        header: z.object({
          "webhook-id": z.string().meta({ description: "The same for each attempt of one question" }),
          "webhook-timestamp": z.string().meta({ description: "Seconds since 1970" }),
          "webhook-signature": z
            .string()
            .meta({ description: "`v1,` and HMAC-SHA256 as Base64, for each key" }),
        }),
      },
      requestBody: { required: true, content: { "application/json": { schema: confirmationCall } } },
      responses: {
        200: {
          description: "Your answer",
          content: { "application/json": { schema: confirmationReply } },
        },
        204: { description: "Confirmed" },
      },
    },
  },
};
