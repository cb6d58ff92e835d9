/** What belongs to persons, not to organizations. */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id, UserId } from "../../domain/ids.ts";
import type { SignInMethod } from "../../domain/tenancy/sign-in.ts";

/** No organization id: a person may belong to many organizations. */
export const users = sqliteTable("users", {
  id: text("id").$type<UserId>().primaryKey(),
  email: text("email").notNull().unique("users_email"),
  name: text("name"),
  /** "" = no password: this person signs in by passkey or single sign-on only. */
  passwordHash: text("password_hash").notNull(),
  createdAt: integer("created_at").notNull(),
  emailVerifiedAt: integer("email_verified_at"),
  passwordChangedAt: integer("password_changed_at"),
  /** Sealed. Counts as a second factor once confirmed. */
  totpSecret: text("totp_secret"),
  totpConfirmedAt: integer("totp_confirmed_at"),
  /** The newest time step whose code was taken: no code counts twice. */
  totpLastStep: integer("totp_last_step"),
});

/** A family of refresh tokens, one row for each sign-in. No organization id: it belongs to a person. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text("id").$type<Id<"session">>().primaryKey(),
    userId: text("user_id").$type<UserId>().notNull(),
    /** The only generation of the refresh token that still counts. */
    generation: integer("generation").notNull(),
    rotatedAt: integer("rotated_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    createdAt: integer("created_at").notNull(),
    method: text("method").$type<SignInMethod>().notNull().default("password"),
    /** Whether a second factor was shown at sign-in or since; a passkey is both at once. */
    secondFactor: integer("second_factor", { mode: "boolean" }).notNull().default(false),
    /** When the person last proved to be there: sensitive actions ask that it is recent. */
    authenticatedAt: integer("authenticated_at").notNull().default(0),
    ssoConnectionId: text("sso_connection_id").$type<Id<"ssoConnection">>(),
    client: text("client", { enum: ["dashboard", "cli"] })
      .notNull()
      .default("dashboard"),
    userAgent: text("user_agent").notNull().default(""),
    address: text("address").notNull().default(""),
  },
  (table) => [
    index("sessions_expires").on(table.expiresAt),
    index("sessions_user").on(table.userId, table.id),
  ],
);

export const accountTokenKinds = [
  "sign_up",
  "password_reset",
  "email_change",
  "passkey_challenge",
  "sso_state",
] as const;
export type AccountTokenKind = (typeof accountTokenKinds)[number];

/** Links and challenges that count once. Only the secret's hash is kept; `data` is sealed. */
export const accountTokens = sqliteTable(
  "account_tokens",
  {
    id: text("id").$type<Id<"accountToken">>().primaryKey(),
    kind: text("kind").$type<AccountTokenKind>().notNull(),
    userId: text("user_id").$type<UserId>(),
    email: text("email"),
    secretHash: text("secret_hash").notNull().unique("account_tokens_secret"),
    data: text("data").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [
    index("account_tokens_user").on(table.userId, table.kind, table.id),
    index("account_tokens_expires").on(table.expiresAt),
  ],
);

export const recoveryCodes = sqliteTable(
  "recovery_codes",
  {
    codeHash: text("code_hash").primaryKey(),
    userId: text("user_id").$type<UserId>().notNull(),
    createdAt: integer("created_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [index("recovery_codes_user").on(table.userId)],
);

export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text("id").$type<Id<"passkey">>().primaryKey(),
    userId: text("user_id").$type<UserId>().notNull(),
    /** base64url */
    credentialId: text("credential_id").notNull().unique("passkeys_credential"),
    /** COSE key, base64url */
    publicKey: text("public_key").notNull(),
    counter: integer("counter").notNull(),
    transports: text("transports", { mode: "json" }).$type<string[]>().notNull(),
    backedUp: integer("backed_up", { mode: "boolean" }).notNull(),
    name: text("name").notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [index("passkeys_user").on(table.userId, table.id)],
);

/** What happened to an account: sign-ins, changes of password, factors and e-mail. For its person alone. */
export const accountEvents = sqliteTable(
  "account_events",
  {
    id: text("id").$type<Id<"accountEvent">>().primaryKey(),
    userId: text("user_id").$type<UserId>().notNull(),
    at: integer("at").notNull(),
    action: text("action").notNull(),
    summary: text("summary").notNull(),
    address: text("address").notNull(),
    userAgent: text("user_agent").notNull(),
    requestId: text("request_id").notNull(),
  },
  (table) => [index("account_events_user").on(table.userId, table.id)],
);

/** Wrong guesses of late, by account or address. */
export const guessCounts = sqliteTable(
  "guess_counts",
  {
    /** `account <hash>`, `address <hash>`, … */
    subject: text("subject").primaryKey(),
    count: integer("count").notNull(),
    resetsAt: integer("resets_at").notNull(),
  },
  (table) => [index("guess_counts_resets").on(table.resetsAt)],
);

/** Mails on their way, written with what they tell of. */
export const mails = sqliteTable(
  "mails",
  {
    id: text("id").$type<Id<"mail">>().primaryKey(),
    recipient: text("recipient").notNull(),
    template: text("template").notNull(),
    /** Subject, text and HTML, sealed: they carry links that sign in. "" once sent or given up. */
    sealed: text("sealed").notNull(),
    createdAt: integer("created_at").notNull(),
    attempts: integer("attempts").notNull(),
    /** null = sent, or given up. */
    nextAttemptAt: integer("next_attempt_at"),
    sentAt: integer("sent_at"),
    failure: text("failure"),
  },
  (table) => [
    index("mails_due").on(table.nextAttemptAt),
    index("mails_recipient").on(table.recipient, table.id),
  ],
);

/** Sign-ins of devices without a browser (RFC 8628). */
export const deviceGrants = sqliteTable(
  "device_grants",
  {
    id: text("id").$type<Id<"deviceGrant">>().primaryKey(),
    deviceCodeHash: text("device_code_hash").notNull().unique("device_grants_code"),
    userCode: text("user_code").notNull().unique("device_grants_user_code"),
    /** What the device says it is. */
    client: text("client").notNull(),
    address: text("address").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    lastPolledAt: integer("last_polled_at"),
    intervalSeconds: integer("interval_seconds").notNull(),
    decidedBy: text("decided_by").$type<UserId>(),
    decision: text("decision", { enum: ["approve", "deny"] }),
    /** Made when it was approved. */
    sessionId: text("session_id").$type<Id<"session">>(),
    usedAt: integer("used_at"),
  },
  (table) => [index("device_grants_expires").on(table.expiresAt)],
);
