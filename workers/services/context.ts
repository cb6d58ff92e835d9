import type { Database } from "../../db/client.ts";
import type { LocationHint } from "../../db/schema/fleets.ts";
import type {
  AgentId,
  ApiKeyId,
  FleetId,
  Id,
  OrganizationId,
  RoleId,
  ServiceAccountId,
  SessionId,
  StreamId,
  UserId,
} from "../../domain/ids.ts";
import type { Access } from "../../domain/tenancy/access.ts";
import type { Plan } from "../../domain/tenancy/plans.ts";
import type { Role } from "../../domain/tenancy/roles.ts";
import type { AgentLogsRpc } from "../../protocol/rpc/agent-logs.ts";
import type { FleetRpc, FleetScope } from "../../protocol/rpc/fleet.ts";
import type { StreamRpc } from "../../protocol/rpc/streams.ts";
import type { AccessTokens } from "../adapters/access-tokens.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Downloads } from "../adapters/downloads.ts";
import type { MintEnrollmentSecret } from "../adapters/enrollment-secrets.ts";
import type { IdMaker } from "../adapters/ids.ts";
import type { Limits } from "../adapters/limits.ts";
import type { MailTransport } from "../adapters/mail/transport.ts";
import type { Passwords } from "../adapters/passwords.ts";
import type { RefreshTokens } from "../adapters/refresh-tokens.ts";
import type { Sealer } from "../adapters/sealer.ts";
import type { Vault } from "../adapters/vault.ts";

export interface Log {
  /** `error` is what was thrown; its text is cleaned of what it must not tell. */
  error(message: string, facts: Record<string, unknown>, error?: unknown): void;
}

export type FleetStub = FleetRpc & { fetch(request: Request): Promise<Response> };
export type StreamStub = StreamRpc & { fetch(url: string, init: RequestInit): Promise<Response> };

export type AgentLogsStub = AgentLogsRpc & { fetch(url: string, init: RequestInit): Promise<Response> };

/** The way to customers' own systems. */
export interface Outside {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Hosts (with or without port) that may be called wherever they are, without TLS too. For local use. */
  allowedHosts: readonly string[];
  /** A resolver that answers `application/dns-json`. */
  dnsUrl: string;
}

/** What every service may use. One for each isolate. */
export interface Platform {
  db: Database;
  clock: Clock;
  ids: IdMaker;
  log: Log;
  accessTokens: AccessTokens;
  refreshTokens: RefreshTokens;
  passwords: Passwords;
  mintEnrollmentSecret: MintEnrollmentSecret;
  sealer: Sealer;
  /** Of customers' secrets. */
  vault: Vault;
  /** null = not configured: mails wait. */
  mail: MailTransport | null;
  /** The object of a fleet. The hint counts only for the very first call. */
  fleet(scope: FleetScope, locationHint?: LocationHint): FleetStub;
  /** The object of a stream. */
  stream(streamId: StreamId): StreamStub;
  /** The object that keeps what an agent ships of its logs. */
  agentLogs(agentId: AgentId): AgentLogsStub;
  signUpAllowed: boolean;
  /** What a new organization starts with. */
  defaultPlan: Plan;
  limits: Limits;
  /** The key that signs an organization's webhook calls, 32 bytes. */
  webhookKey(organizationId: OrganizationId, version: number): Uint8Array;
  outside: Outside;
  /** The agent's releases. */
  downloads: Downloads;
}

/** Why a membership does not count in this session, though the person has it. */
export type Blocked = "sso_required" | "two_factor_required";

/** An organization that the caller belongs to, and what the caller may do in it. */
export interface Membership {
  id: OrganizationId;
  name: string;
  slug: string;
  plan: Plan;
  createdAt: number;
  role: Role | RoleId;
  roleName: string;
  access: Access;
  blocked: Blocked | null;
  /** Since when it waits to be erased: it may be read and brought back, no more. */
  deletedAt: number | null;
}

/** Who asks. `name` is what people see as author; `person` is who stands behind it, null = a program of its own. */
export type Actor =
  | {
      kind: "user";
      id: UserId;
      person: UserId;
      name: string;
      organizations: Membership[];
      expiresAtMs: number;
      sessionId: SessionId;
      /** When the person last proved to be there. */
      authenticatedAtMs: number;
    }
  | {
      kind: "api_key";
      id: ApiKeyId;
      person: UserId | null;
      name: string;
      organizations: [Membership];
      expiresAtMs: number | null;
      /** The person or service account that the key stands for. */
      owner: UserId | ServiceAccountId | null;
      /** null = as the plan has it. */
      requestsPerMinute: number | null;
    }
  | {
      /** A fleet that does what its own policy says: nobody signs in as one. */
      kind: "fleet";
      id: FleetId;
      person: null;
      name: string;
      organizations: [Membership];
      expiresAtMs: null;
    };

/** A request that nobody has signed. */
export interface PublicContext extends Platform {
  requestId: Id<"request">;
  /** Where the request comes from, as far as it is told: shown in audit and in the list of sessions. */
  client: { address: string; userAgent: string };
  /** Scheme and host that people and agents reach us by, without a slash at the end. */
  publicUrl: string;
  /** Work that may go on after the answer. Failures are logged. */
  afterwards(work: Promise<unknown>): void;
}

export interface Context extends PublicContext {
  actor: Actor;
}
