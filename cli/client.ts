import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { type Problem, problem } from "../protocol/api/shared.ts";
import {
  type Answer,
  type Call,
  callOf,
  type Inputs,
  type OperationName,
  readAnswer as read,
} from "../protocol/client/index.ts";
import { exitNameForProblem, exitNameForStatus, Failure } from "./exit-codes.ts";

export type Query = Record<string, string | number | boolean | undefined>;

export interface Client {
  url: string;
  /** One operation of the API. Every write carries an Idempotency-Key, so that a repeated one is answered, not done again. */
  call<K extends OperationName>(operation: K, ...input: Inputs<K>): Promise<Answer<K>>;
  get<S extends z.ZodType>(path: string, answer: S, query?: Query): Promise<z.output<S>>;
  /** Every write carries an Idempotency-Key, so that a repeated one is answered, not done again. */
  post<S extends z.ZodType>(path: string, answer: S, body?: unknown, query?: Query): Promise<z.output<S>>;
  /** `ifMatch`: the ETag of what the change was made against; refused (409) when that has changed since. */
  patch<S extends z.ZodType>(
    path: string,
    answer: S,
    body: unknown,
    ifMatch?: string | null,
  ): Promise<z.output<S>>;
  delete<S extends z.ZodType>(path: string, answer: S): Promise<z.output<S>>;
  /** Any request to the API; what it answers is JSON. */
  request<S extends z.ZodType>(
    request: Omit<Raw, "bearer" | "idempotencyKey" | "signal">,
    answer: S,
  ): Promise<z.output<S>>;
  /** The response as it comes, for downloads and streams: only its beginning must arrive in time. */
  open(
    request: Pick<Raw, "method" | "path" | "query"> & { headers?: Record<string, string> },
  ): Promise<Response>;
  /** A bearer token that is good now, for the live feed's upgrade. */
  token(renew?: boolean): Promise<string>;
}

export interface TokenSource {
  /** `rejected` is the token that the server has just refused. */
  bearer(rejected?: string): Promise<string | null>;
}

const timeoutMs = 30_000;
const attempts = 3;
const longestWaitMs = 20_000;

/** Builds a path; every value is escaped. */
export function path(strings: TemplateStringsArray, ...values: string[]): string {
  return strings.reduce(
    (text, part, i) => text + part + (i < values.length ? encodeURIComponent(values[i] ?? "") : ""),
    "",
  );
}

function causeCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return "";
}

const connectionRefused = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ERR_INVALID_URL"]);

export function unreachable(url: string, error: unknown): Failure {
  const code = causeCode(error);
  const cause =
    error instanceof Error && error.name === "TimeoutError"
      ? `did not answer within ${timeoutMs / 1000} seconds`
      : `could not be reached${code ? ` (${code})` : ""}`;
  return new Failure(
    "unreachable",
    `${url} ${cause}. Check the address (--url, MUSTER_URL) and the network.`,
  );
}

export function problemFailure(found: Problem): Failure {
  return new Failure(exitNameForProblem(found), found.detail || found.title, {
    code: found.code,
    requestId: found.requestId,
    errors: found.errors,
    quota: found.quota,
  });
}

async function readProblem(response: Response, url: string): Promise<Problem | Failure> {
  const text = await response.text();
  try {
    return problem.parse(JSON.parse(text));
  } catch {
    return new Failure(
      exitNameForStatus(response.status),
      `${url} answered ${response.status} without saying why. Is this a Muster server?`,
      { requestId: response.headers.get("x-request-id") },
    );
  }
}

export interface Raw {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: Query | undefined;
  body?: unknown;
  bearer: string | null;
  idempotencyKey: string | null;
  ifMatch?: string | null | undefined;
  signal: AbortSignal;
}

function withQuery(url: string, { path: to, query = {} }: Pick<Raw, "path" | "query">): URL {
  const target = new URL(to, url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  return target;
}

export async function send(url: string, raw: Raw): Promise<Response> {
  const target = withQuery(url, raw);
  const headers: Record<string, string> = { accept: "application/json", "user-agent": "muster-cli" };
  if (raw.bearer) headers.authorization = `Bearer ${raw.bearer}`;
  if (raw.idempotencyKey) headers["idempotency-key"] = raw.idempotencyKey;
  if (raw.ifMatch) headers["if-match"] = raw.ifMatch;
  if (raw.body !== undefined) headers["content-type"] = "application/json";
  return fetch(target, {
    method: raw.method,
    headers,
    redirect: "error",
    signal: AbortSignal.any([raw.signal, AbortSignal.timeout(timeoutMs)]),
    ...(raw.body === undefined ? {} : { body: JSON.stringify(raw.body) }),
  });
}

/** Sends a call as it is, once; fails with the network's error. */
export async function sendCall(
  url: string,
  call: Call,
  bearer: string | null,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(new URL(call.target, url), {
    method: call.method,
    headers: {
      ...call.headers,
      "user-agent": "muster-cli",
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    },
    redirect: "error",
    signal: AbortSignal.any([signal, ...(call.signal ? [call.signal] : []), AbortSignal.timeout(timeoutMs)]),
    ...(call.body !== undefined && { body: call.body }),
  });
}

/** What an operation answered, or the problem that the server stated, thrown as a Failure. */
export async function readCall<K extends OperationName>(
  operation: K,
  response: Response,
  url: string,
): Promise<Answer<K>> {
  if (!response.ok) {
    const found = await readProblem(response, url);
    throw found instanceof Failure ? found : problemFailure(found);
  }
  try {
    return await read(operation, response);
  } catch {
    throw new Failure("failed", `${url} answered something that is not JSON. Is this a Muster server?`);
  }
}

/** Reads an answer by its schema, or throws the problem that the server stated. */
export async function readAnswer<S extends z.ZodType>(
  response: Response,
  answer: S,
  url: string,
): Promise<z.output<S>> {
  if (!response.ok) {
    const found = await readProblem(response, url);
    throw found instanceof Failure ? found : problemFailure(found);
  }
  const text = await response.text();
  let json: unknown = null;
  try {
    json = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Failure("failed", `${url} answered something that is not JSON. Is this a Muster server?`);
  }
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new Failure(
    "failed",
    `The server's answer does not fit this version of the CLI (${first?.path.join(".") || "answer"}: ${first?.message ?? "unknown"}). Update the older of the two.`,
    { requestId: response.headers.get("x-request-id") },
  );
}

export interface ClientOptions {
  signal: AbortSignal;
  /** Told before each repeated try. */
  onRetry?: (reason: string, waitSeconds: number) => void;
}

export function createClient(url: string, tokens: TokenSource, options: ClientOptions): Client {
  const { signal } = options;
  /** Sends until it is answered with success, or with a refusal that no further try would change. */
  async function exchange(send: (bearer: string | null) => Promise<Response>): Promise<Response> {
    let bearer = await tokens.bearer();
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      let response: Response;
      try {
        response = await send(bearer);
      } catch (error) {
        if (signal.aborted) throw new Failure("interrupted", "Interrupted.");
        if (attempt >= attempts || connectionRefused.has(causeCode(error))) throw unreachable(url, error);
        options.onRetry?.(`${url} did not answer.`, 1);
        await delay(250 * 2 ** attempt * Math.random(), undefined, { signal });
        continue;
      }
      if (response.ok) return response;
      const found = await readProblem(response, url);
      if (found instanceof Failure) throw found;
      if (found.status === 401 && !renewed && bearer !== null) {
        renewed = true;
        const fresh = await tokens.bearer(bearer);
        if (fresh !== null && fresh !== bearer) {
          bearer = fresh;
          attempt--;
          continue;
        }
      }
      const waitMs = (found.retryAfterSeconds ?? attempt) * 1000;
      const again = found.retryable && attempt < attempts && waitMs <= longestWaitMs;
      if (!again) throw problemFailure(found);
      options.onRetry?.(found.detail || found.title, Math.ceil(waitMs / 1000));
      await delay(waitMs, undefined, { signal });
    }
  }

  async function exchangeRaw<S extends z.ZodType>(
    request: Omit<Raw, "bearer" | "idempotencyKey" | "signal">,
    answer: S,
  ): Promise<z.output<S>> {
    const idempotencyKey = request.method === "GET" ? null : randomUUID();
    const response = await exchange((bearer) => send(url, { ...request, bearer, idempotencyKey, signal }));
    return readAnswer(response, answer, url);
  }

  return {
    url,
    async call(operation, ...input) {
      const call = callOf(operation, ...input);
      return readCall(operation, await exchange((bearer) => sendCall(url, call, bearer, signal)), url);
    },
    get: (to, answer, query) => exchangeRaw({ method: "GET", path: to, query }, answer),
    post: (to, answer, body, query) => exchangeRaw({ method: "POST", path: to, body, query }, answer),
    patch: (to, answer, body, ifMatch) => exchangeRaw({ method: "PATCH", path: to, body, ifMatch }, answer),
    delete: (to, answer) => exchangeRaw({ method: "DELETE", path: to }, answer),
    request: exchangeRaw,
    open: (request) =>
      exchange(async (bearer) => {
        const late = new AbortController();
        const timer = setTimeout(
          () => late.abort(new DOMException("It did not answer in time.", "TimeoutError")),
          timeoutMs,
        );
        try {
          return await fetch(withQuery(url, request), {
            method: request.method,
            headers: {
              "user-agent": "muster-cli",
              ...request.headers,
              ...(bearer && { authorization: `Bearer ${bearer}` }),
            },
            redirect: "error",
            signal: AbortSignal.any([signal, late.signal]),
          });
        } finally {
          clearTimeout(timer);
        }
      }),
    async token(renew = false) {
      const first = await tokens.bearer();
      const token = renew && first !== null ? await tokens.bearer(first) : first;
      if (token === null) throw new Failure("notSignedIn", "Not signed in. Run `muster login`.");
      return token;
    },
  };
}
