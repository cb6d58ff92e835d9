import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { problem } from "../protocol/api/shared.ts";
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
  /** Any request to the API; what it answers is JSON. Writes carry an Idempotency-Key here too. */
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

/** A newer server may know codes that this CLI does not: null. */
const stated = problem.extend({ code: problem.shape.code.nullable().catch(null) });
type Stated = z.output<typeof stated>;

function problemFailure(found: Stated): Failure {
  return new Failure(exitNameForProblem(found), found.detail || found.title, {
    ...(found.code && { code: found.code }),
    requestId: found.requestId,
    errors: found.errors,
    quota: found.quota,
  });
}

async function readProblem(response: Response, url: string): Promise<Stated | Failure> {
  const text = await response.text();
  try {
    return stated.parse(JSON.parse(text));
  } catch {
    return new Failure(
      exitNameForStatus(response.status),
      `${url} answered ${response.status} without saying why. Is this a Muster server?`,
      { requestId: response.headers.get("x-request-id") },
    );
  }
}

export interface Raw {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
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
  // Such as `/\\host`: the credential is for one server.
  if (target.origin !== new URL(url).origin) throw new Failure("usage", `"${to}" is not a path of ${url}.`);
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
async function sendCall(
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

const notJson = (url: string) =>
  new Failure("failed", `${url} answered something that is not JSON. Is this a Muster server?`);

/** Reads what was answered with success, by `read`; else throws the problem that the server stated. */
async function readGood<T>(response: Response, url: string, read: () => Promise<T>): Promise<T> {
  if (!response.ok) {
    const found = await readProblem(response, url);
    throw found instanceof Failure ? found : problemFailure(found);
  }
  try {
    return await read();
  } catch (error) {
    if (error instanceof SyntaxError) throw notJson(url);
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw unreachable(url, error);
  }
}

/** What an operation answered, or the problem that the server stated, thrown as a Failure. */
async function readCall<K extends OperationName>(
  operation: K,
  response: Response,
  url: string,
): Promise<Answer<K>> {
  const answer = await readGood(response, url, () => read(operation, response));
  // What is no JSON is asked for by `open` alone.
  if (answer instanceof Response) throw notJson(url);
  return answer;
}

/** `what` of the server's answer is not as this CLI knows it. */
export const otherVersion = (what: string, requestId: string | null = null) =>
  new Failure(
    "failed",
    `The server's answer does not fit this version of the CLI (${what}). Update the older of the two: \`muster doctor\` says what each is.`,
    { requestId },
  );

/** Reads an answer by its schema, or throws the problem that the server stated. */
export async function readAnswer<S extends z.ZodType>(
  response: Response,
  answer: S,
  url: string,
): Promise<z.output<S>> {
  const json: unknown = await readGood(response, url, async () => {
    const text = await response.text();
    return text === "" ? null : JSON.parse(text);
  });
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw otherVersion(firstIssue(parsed.error), response.headers.get("x-request-id"));
}

export function firstIssue({ issues: [first] }: z.ZodError): string {
  return `${first?.path.join(".") || "answer"}: ${first?.message ?? "unknown"}`;
}

export interface ClientOptions {
  signal: AbortSignal;
  /** Told before each repeated try. */
  onRetry?: (reason: string, waitSeconds: number) => void;
  /** Told when the server has answered with success. */
  onAnswer?: () => void;
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
        if (error instanceof Failure) throw error;
        if (signal.aborted) throw new Failure("interrupted", "Interrupted.");
        if (attempt >= attempts || connectionRefused.has(causeCode(error))) throw unreachable(url, error);
        options.onRetry?.(`${url} did not answer.`, 1);
        await delay(250 * 2 ** attempt * Math.random(), undefined, { signal });
        continue;
      }
      if (response.ok) {
        options.onAnswer?.();
        return response;
      }
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

  return {
    url,
    async call(operation, ...input) {
      const call = callOf(operation, ...input);
      return readCall(operation, await exchange((bearer) => sendCall(url, call, bearer, signal)), url);
    },
    async request(request, answer) {
      const idempotencyKey = request.method === "GET" ? null : randomUUID();
      const response = await exchange((bearer) => send(url, { ...request, bearer, idempotencyKey, signal }));
      return readAnswer(response, answer, url);
    },
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
