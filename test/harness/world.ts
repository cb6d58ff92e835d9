/** For tests inside workerd: a tenant of their own, in one call. */
import { env, exports } from "cloudflare:workers";
import { openD1 } from "../../db/client.ts";
import { type Migration, migrate } from "../../db/migrate.ts";
import type { Env } from "../../workers/env.ts";
import { createPlatform } from "../../workers/platform.ts";
import type { Letter } from "../../workers/services/mail/letter.ts";
import { openMail } from "../../workers/services/mail/new-mail.ts";
import { contractFaults } from "./contract/check-answer.ts";

interface TestEnv extends Env {
  DB: D1Database;
  TEST_MIGRATIONS: Migration[];
}

export type SealedMail = Letter;

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as TestEnv;
const base = "http://muster.test";

let ready: Promise<unknown> | null = null;

/** Applies the migrations once for each test file (each has its own storage). */
export function prepareStore(): Promise<unknown> {
  ready ??= migrate(openD1(testEnv.DB), testEnv.TEST_MIGRATIONS);
  return ready;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One call to the real Worker. `body` is JSON, or null when the answer has none. */
export async function call<T = Record<string, unknown>>(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<T>> {
  await prepareStore();
  // The combined entry's default export is the API Worker.
  const worker = (exports as unknown as { default: Fetcher }).default;
  const answer = await worker.fetch(`${base}${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: typeof options.body === "string" ? options.body : JSON.stringify(options.body),
    }),
  });
  const text = await textOf(answer);
  const isJson = /[/+]json$/.test(answer.headers.get("content-type")?.split(";")[0] ?? "json");
  const found = {
    status: answer.status,
    headers: answer.headers,
    body: (text === "" ? null : isJson ? JSON.parse(text) : text) as T,
  };
  const faults = contractFaults(method, path, found);
  if (faults.length > 0) {
    throw new Error(
      `${method} ${path} does not keep to the OpenAPI document: ${faults.join("; ")}. It answered ${found.status} ${text.slice(0, 1000)}`,
    );
  }
  return found;
}

/** A stream that goes on until somebody leaves is left at once. */
async function textOf(answer: Response): Promise<string> {
  if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) return answer.text();
  await answer.body?.cancel();
  return "";
}

/** Calls and insists on a status; the problem's text is in the failure. */
export async function expectCall<T = Record<string, unknown>>(
  status: number,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<T> {
  const answer = await call<T>(method, path, options);
  if (answer.status !== status) {
    throw new Error(
      `${method} ${path} answered ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`,
    );
  }
  return answer.body;
}

export interface World {
  email: string;
  password: string;
  organization: string;
  project: string;
  environment: string;
  fleet: string;
  /** The owner's access token. */
  token: string;
  /** An API key with the role admin. */
  apiKey: string;
}

export interface Person {
  email: string;
  password: string;
  /** The person's access token. */
  token: string;
  id: string;
  /** Of the person's own organization. */
  created: { organization: string; project: string; environment: string; fleet: string };
}

let people = 0;

/** Mails to this address, newest first, as they were sealed into the store. */
export async function mailsTo(email: string): Promise<SealedMail[]> {
  await prepareStore();
  const { results } = await testEnv.DB.prepare("select * from mails where recipient = ? order by id desc")
    .bind(email)
    .all<{ template: string; sealed: string; created_at: number }>();
  const { sealer } = createPlatform(testEnv).platform;
  return Promise.all(
    results
      .filter(({ sealed }) => sealed !== "")
      .map(async ({ template, sealed }) => ({ template, ...(await openMail({ sealer }, { sealed })) })),
  );
}

/** The newest mail to this address; its `token` is the one of its link, "" when it has none. */
export async function mailTo(email: string): Promise<SealedMail & { token: string }> {
  const [mail] = await mailsTo(email);
  if (!mail) throw new Error(`there is no mail to ${email}`);
  return { ...mail, token: mail.text.match(/#token=([\w-]+)/)?.[1] ?? "" };
}

/** A person who has signed up and opened the link from the mail, with an organization of their own. */
export async function person(name?: string, organizationName = "Acme"): Promise<Person> {
  people++;
  const email = `p-${people}-${crypto.randomUUID()}@example.com`;
  const password = "correct horse battery";
  await expectCall(202, "POST", "/v1/auth/sign-up", {
    body: { email, password, organizationName, ...(name && { name }) },
  });
  const { token } = await mailTo(email);
  const opened = await expectCall<{
    accessToken: string;
    user: { id: string };
    created: Person["created"];
  }>(201, "POST", "/v1/auth/email-verification", { body: { token, password } });
  return { email, password, token: opened.accessToken, id: opened.user.id, created: opened.created };
}

/** A person who has that role in the organization, beside one of their own. */
export async function member(of: World, role: string, name?: string): Promise<Person> {
  const one = await person(name);
  await testEnv.DB.prepare(
    "insert into memberships (id, organization_id, user_id, role, created_at) values (?, ?, ?, ?, ?)",
  )
    .bind(createPlatform(testEnv).platform.ids.make("membership"), of.organization, one.id, role, Date.now())
    .run();
  return one;
}

/** A new tenant: its owner, an API key, project, environment and fleet. */
export async function world(name = "Acme"): Promise<World> {
  const { email, password, token, created } = await person(undefined, name);
  const key = await expectCall<{ secret: string }>(201, "POST", `/v1/orgs/${created.organization}/api-keys`, {
    token,
    body: { name: "test", role: "admin" },
  });
  return { email, password, ...created, token, apiKey: key.secret };
}
