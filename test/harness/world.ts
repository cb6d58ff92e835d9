/** For tests inside workerd: a tenant of their own, in one call. */
import { env, exports } from "cloudflare:workers";
import { openD1 } from "../../db/client.ts";
import { type Migration, migrate } from "../../db/migrate.ts";

interface TestEnv {
  DB: D1Database;
  TEST_MIGRATIONS: Migration[];
}

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
    headers: {
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: typeof options.body === "string" ? options.body : JSON.stringify(options.body),
    }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: (text === "" ? null : JSON.parse(text)) as T,
  };
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

let tenants = 0;

/** A new tenant: its owner, an API key, project, environment and fleet. */
export async function world(name = "Acme"): Promise<World> {
  tenants++;
  const email = `owner-${tenants}-${crypto.randomUUID()}@example.com`;
  const password = "correct horse battery";
  const signedUp = await expectCall<{
    accessToken: string;
    created: { organization: string; project: string; environment: string; fleet: string };
  }>(201, "POST", "/v1/auth/sign-up", { body: { email, password, organizationName: name } });
  const key = await expectCall<{ secret: string }>(
    201,
    "POST",
    `/v1/orgs/${signedUp.created.organization}/api-keys`,
    { token: signedUp.accessToken, body: { name: "test", role: "admin" } },
  );
  return { email, password, ...signedUp.created, token: signedUp.accessToken, apiKey: key.secret };
}
