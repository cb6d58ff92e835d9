import { z } from "zod";
import { plans } from "../domain/tenancy/plans.ts";
import type { FleetNamespace } from "../durable-objects/stubs.ts";

/** The bindings and secrets of the `muster` Worker, parsed once for each isolate. */
export interface Env {
  DB?: D1Database;
  FLEET: FleetNamespace;
  /** Left out: requests are not limited. */
  LIMITS?: DurableObjectNamespace;
  STREAM: DurableObjectNamespace;
  AGENT_LOGS: DurableObjectNamespace;
  ASSETS?: Fetcher;
  /** The agent's releases. */
  DOWNLOADS?: R2Bucket;
  /** The same from a service: the local runtime's. It wins over the bucket. */
  DOWNLOADS_SERVICE?: Fetcher;
  SENTRY_DSN?: string;
}

const variables = z.object({
  /** Selects libSQL (`libsql://`, `https://`, `http://`) instead of the D1 binding. */
  DATABASE_URL: z
    .url({ protocol: /^(libsql|https?)$/, error: "must be a libsql://, https:// or http:// URL" })
    .optional(),
  DATABASE_AUTH_TOKEN: z.string().optional(),
  /** Ed25519 JWK: signs people's access tokens. */
  ACCESS_PRIVATE_KEY: z.string({ error: "is missing" }),
  /** Ed25519 JWK: signs enrolment tokens; the gateway verifies with its public half. */
  CREDENTIAL_PRIVATE_KEY: z.string({ error: "is missing" }),
  /** At least 32 bytes, base64url: organizations' webhook keys are derived from it. */
  WEBHOOK_SECRET: z
    .string({ error: "is missing" })
    .regex(/^[A-Za-z0-9_-]{43,}$/, { error: "must be at least 32 random bytes as base64url" }),
  /** Master keys that wrap organizations' data keys; the fleets' Worker holds the same. */
  SECRETS_KEYS: z.string({ error: "is missing" }),
  /** Hosts, separated by commas, that webhooks may reach inside a network and without TLS. For local use and tests. */
  WEBHOOK_ALLOWED_HOSTS: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((host) => host.trim().toLowerCase())
        .filter((host) => host !== ""),
    ),
  /** Resolver with a JSON answer (`application/dns-json`) that says where a webhook's host lies. */
  WEBHOOK_DNS_URL: z
    .url({ protocol: /^https?$/, error: "must be an http:// or https:// URL" })
    .default("https://cloudflare-dns.com/dns-query"),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an http:// or https:// URL" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  /** The way of our mails: `smtp://user:password@host:587`, `smtps://…`, or the `https://` address of a provider. */
  MAIL_URL: z
    .url({
      protocol: /^(smtps?|https?)$/,
      error: "must be an smtp://, smtps://, https:// or http:// URL",
    })
    .optional(),
  /** Bearer token of an HTTP provider. */
  MAIL_TOKEN: z.string().optional(),
  /** Sender: `Muster <no-reply@example.com>`. */
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s<>@]+@[^\s<>@]+>?\s*$/, {
      error: "must be an e-mail address, or a name with one: Muster <no-reply@example.com>",
    })
    .optional(),
  SENTRY_DSN: z.string().optional(),
  ALLOW_SIGN_UP: z.stringbool().default(true),
  /** The plan of new organizations. */
  DEFAULT_PLAN: z.enum(plans, { error: `must be ${plans.join(", ")}` }).default("free"),
});

/** Without a sender no server takes a mail. */
const mailSettings = variables.refine(({ MAIL_URL, MAIL_FROM }) => !MAIL_URL || MAIL_FROM, {
  error: "is missing, though MAIL_URL is set",
  path: ["MAIL_FROM"],
});
export type Variables = z.infer<typeof variables>;

/** Throws a message that names each variable that is wrong, never its value. */
export function parseVariables(env: Env): Variables {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = mailSettings.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new Error(
    `The Worker is not configured: ${wrong.join("; ")}. Set the variables and secrets, then deploy again.`,
  );
}
