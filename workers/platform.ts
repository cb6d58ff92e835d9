import { createClient } from "@libsql/client/web";
import { type Database, openD1, openLibsql } from "../db/client.ts";
import { agentLogsStub, fleetStub, limitsStub, streamStub } from "../durable-objects/stubs.ts";
import { accessTokens } from "./adapters/access-tokens.ts";
import { type Clock, systemClock } from "./adapters/clock.ts";
import { bucketDownloads, serviceDownloads } from "./adapters/download-stores.ts";
import { type Downloads, noDownloads } from "./adapters/downloads.ts";
import { enrollmentMint } from "./adapters/enrollment-secrets.ts";
import { idMaker } from "./adapters/ids.ts";
import { type Limits, leasedLimits, noLimits } from "./adapters/limits.ts";
import { consoleLog } from "./adapters/log.ts";
import { openMailTransport } from "./adapters/mail/open.ts";
import type { MailTransport } from "./adapters/mail/transport.ts";
import { scryptPasswords } from "./adapters/passwords.ts";
import { refreshTokens } from "./adapters/refresh-tokens.ts";
import { aesSealer } from "./adapters/sealer.ts";
import { deriveSecret, loadSigningKey, type PrivateJwk, parsePrivateJwk } from "./adapters/signing-key.ts";
import { openVault, type Vault } from "./adapters/vault.ts";
import { webhookKeys } from "./adapters/webhook-keys.ts";
import { type Env, parseVariables, type Variables } from "./env.ts";
import type { Platform } from "./services/context.ts";

function openDatabase(env: Env, variables: Variables): Database {
  if (variables.DATABASE_URL) {
    const authToken = variables.DATABASE_AUTH_TOKEN;
    return openLibsql(createClient({ url: variables.DATABASE_URL, ...(authToken && { authToken }) }));
  }
  if (!env.DB) throw new Error("The Worker has no database: bind D1 as DB, or set DATABASE_URL.");
  return openD1(env.DB);
}

function key(name: string, text: string): PrivateJwk {
  try {
    return parsePrivateJwk(text);
  } catch (error) {
    throw new Error(`${name} ${error instanceof Error ? error.message : "cannot be read"}`);
  }
}

function vaultOf({ SECRETS_KEYS }: Variables): Vault {
  try {
    return openVault(SECRETS_KEYS);
  } catch (error) {
    throw new Error(`SECRETS_KEYS ${error instanceof Error ? error.message : "cannot be read"}`);
  }
}

function mailTransport({ MAIL_URL, MAIL_FROM, MAIL_TOKEN }: Variables): MailTransport | null {
  if (!MAIL_URL || !MAIL_FROM) return null;
  return openMailTransport({ url: MAIL_URL, from: MAIL_FROM, token: MAIL_TOKEN });
}

function limitsOf({ LIMITS }: Env, clock: Clock): Limits {
  return LIMITS ? leasedLimits((subject) => limitsStub(LIMITS, subject), clock) : noLimits;
}

function downloadsOf({ DOWNLOADS, DOWNLOADS_SERVICE }: Env): Downloads {
  if (DOWNLOADS_SERVICE) return serviceDownloads(DOWNLOADS_SERVICE);
  return DOWNLOADS ? bucketDownloads(DOWNLOADS) : noDownloads;
}

/** The real collaborators of this deployment. */
export function createPlatform(
  env: Env,
  clock: Clock = systemClock,
): {
  platform: Platform;
  variables: Variables;
  /** Verifies agents' credentials. */
  agentKey: Promise<CryptoKey>;
} {
  const variables = parseVariables(env);
  const accessKey = key("ACCESS_PRIVATE_KEY", variables.ACCESS_PRIVATE_KEY);
  const credentialKey = key("CREDENTIAL_PRIVATE_KEY", variables.CREDENTIAL_PRIVATE_KEY);
  const credentialKeys = loadSigningKey(credentialKey);
  const platform: Platform = {
    db: openDatabase(env, variables),
    clock,
    ids: idMaker(clock),
    log: consoleLog,
    accessTokens: accessTokens(loadSigningKey(accessKey), clock),
    refreshTokens: refreshTokens(deriveSecret(accessKey, "refresh tokens")),
    passwords: scryptPasswords(),
    mintEnrollmentSecret: enrollmentMint(credentialKeys),
    sealer: aesSealer(deriveSecret(accessKey, "idempotency answers")),
    mail: mailTransport(variables),
    fleet: (scope, locationHint) => fleetStub(env.FLEET, scope.fleetId, locationHint),
    stream: (streamId) => streamStub(env.STREAM, streamId),
    agentLogs: (agentId) => agentLogsStub(env.AGENT_LOGS, agentId),
    signUpAllowed: variables.ALLOW_SIGN_UP,
    defaultPlan: variables.DEFAULT_PLAN,
    limits: limitsOf(env, clock),
    vault: vaultOf(variables),
    webhookKey: webhookKeys(variables.WEBHOOK_SECRET),
    downloads: downloadsOf(env),
    outside: {
      fetch: (url, init) => fetch(url, init),
      allowedHosts: variables.WEBHOOK_ALLOWED_HOSTS,
      dnsUrl: variables.WEBHOOK_DNS_URL,
    },
  };
  return { platform, variables, agentKey: credentialKeys.then((keys) => keys.publicKey) };
}
