import {
  type Answer,
  type Call,
  callOf,
  type Inputs,
  type OperationName,
  readAnswer,
  withQuery,
} from "../../protocol/client/index.ts";
import { askPresence } from "./presence.ts";
import { readProblem, unreachable } from "./problem.ts";
import { accessToken, refresh, signedOut } from "./session.ts";

function sendCall(call: Call, token: string | null): Promise<Response> {
  const init: RequestInit = {
    method: call.method,
    headers: token ? { ...call.headers, authorization: `Bearer ${token}` } : call.headers,
    credentials: "same-origin",
  };
  if (call.body !== undefined) init.body = call.body;
  if (call.signal) init.signal = call.signal;
  return fetch(call.target, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  });
}

async function read<K extends OperationName>(operation: K, response: Response): Promise<Answer<K>> {
  if (!response.ok) throw await readProblem(response);
  return readAnswer(operation, response);
}

/** As `sendWithToken`; when the server asks that the person is there, asks the person, and sends once more. */
async function sendSignedIn(call: Call): Promise<Response> {
  const response = await sendWithToken(call);
  if (!(await asksForPresence(response)) || !(await askPresence())) return response;
  // The refusal is kept under the first key.
  const headers = { ...call.headers };
  if (headers["idempotency-key"]) headers["idempotency-key"] = crypto.randomUUID();
  return sendWithToken({ ...call, headers });
}

async function asksForPresence(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const problem: { code?: unknown } = await response
    .clone()
    .json()
    .catch(() => ({}));
  return problem.code === "reauthentication_required";
}

/** Sends with the person's token; refreshes once when the server says it no longer holds. */
async function sendWithToken(call: Call): Promise<Response> {
  const response = await sendCall(call, await accessToken());
  if (response.status !== 401) return response;
  const renewed = await refresh();
  const again = renewed ? await sendCall(call, renewed.accessToken) : response;
  if (again.status === 401) {
    const error = await readProblem(again);
    signedOut();
    throw error;
  }
  return again;
}

export const api = {
  /** One operation of the API, with the person's token. */
  call: async <K extends OperationName>(operation: K, ...input: Inputs<K>): Promise<Answer<K>> =>
    read(operation, await sendSignedIn(callOf(operation, ...input))),
  /** An answer that is read as it comes, such as a stream. */
  open: async (
    path: string,
    {
      query,
      headers,
      signal,
    }: { query: Record<string, unknown>; headers: Record<string, string>; signal: AbortSignal },
  ): Promise<Response> => {
    const call = { method: "GET", target: withQuery(path, query), headers, body: undefined, signal };
    const response = await sendSignedIn(call);
    if (!response.ok) throw await readProblem(response);
    return response;
  },
  /** What a receipt names: the way to undo it, for example. */
  follow: async <T>(href: string): Promise<T> => {
    const headers = { accept: "application/json", "idempotency-key": crypto.randomUUID() };
    const response = await sendSignedIn({
      method: "POST",
      target: href,
      headers,
      body: undefined,
      signal: undefined,
    });
    if (!response.ok) throw await readProblem(response);
    // Receipts of one resource name only routes that answer as the one did that gave them.
    return (await response.json()) as T;
  },
  /** No token is sent, and a 401 is an answer, not an expired session: sign-up and sign-in. */
  callAnonymously: async <K extends OperationName>(operation: K, ...input: Inputs<K>): Promise<Answer<K>> =>
    read(operation, await sendCall(callOf(operation, ...input), null)),
};
