import type { Database } from "../../db/client.ts";
import type { LocationHint } from "../../db/schema/fleets.ts";
import type { ApiKeyId, Id, OrganizationId, UserId } from "../../domain/ids.ts";
import type { Role } from "../../domain/tenancy/roles.ts";
import type { FleetRpc, FleetScope } from "../../protocol/rpc/fleet.ts";
import type { AccessTokens } from "../adapters/access-tokens.ts";
import type { Clock } from "../adapters/clock.ts";
import type { MintEnrollmentSecret } from "../adapters/enrollment-secrets.ts";
import type { IdMaker } from "../adapters/ids.ts";
import type { Passwords } from "../adapters/passwords.ts";
import type { RefreshTokens } from "../adapters/refresh-tokens.ts";
import type { Sealer } from "../adapters/sealer.ts";

export interface Log {
  /** `error` is what was thrown; its text is cleaned of what it must not tell. */
  error(message: string, facts: Record<string, unknown>, error?: unknown): void;
}

export type FleetStub = FleetRpc & { fetch(request: Request): Promise<Response> };

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
  /** The object of a fleet. The hint counts only for the very first call. */
  fleet(scope: FleetScope, locationHint?: LocationHint): FleetStub;
  signUpAllowed: boolean;
  /** The key that signs an organization's webhook calls, 32 bytes. */
  webhookKey(organizationId: OrganizationId, version: number): Uint8Array;
  outside: Outside;
}

export interface Membership {
  id: OrganizationId;
  name: string;
  slug: string;
  role: Role;
  createdAt: number;
}

/** Who asks. `name` is what people see as author; `person` is who stands behind it, null = not known. */
export type Actor =
  | {
      kind: "user";
      id: UserId;
      person: UserId;
      name: string;
      organizations: Membership[];
      expiresAtMs: number;
    }
  | {
      kind: "api_key";
      id: ApiKeyId;
      person: UserId | null;
      name: string;
      organizations: [Membership];
      expiresAtMs: number | null;
    };

/** A request that nobody has signed. */
export interface PublicContext extends Platform {
  requestId: Id<"request">;
  /** Scheme and host that people and agents reach us by, without a slash at the end. */
  publicUrl: string;
  /** Work that may go on after the answer. Failures are logged. */
  afterwards(work: Promise<unknown>): void;
}

export interface Context extends PublicContext {
  actor: Actor;
}
