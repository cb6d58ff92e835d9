import type { Operations } from "./operations.ts";

export type OperationName = keyof Operations;
export type Answer<K extends OperationName> = Operations[K]["answer"];
export type Body<K extends OperationName> = Operations[K]["body"];
export type QueryOf<K extends OperationName> = NonNullable<Operations[K]["query"]>;
/** The codes that an operation's problems may have. */
export type ErrorCodeOf<K extends OperationName> = Operations[K]["errors"];
/** One of the items that a list answers. */
export type Item<K extends OperationName> = Answer<K> extends { items: (infer T)[] } ? T : never;
/** The operations that answer `{items, nextCursor}`. */
export type ListName = {
  [K in OperationName]: Answer<K> extends { items: unknown[]; nextCursor: string | null } ? K : never;
}[OperationName];

type Part<Name extends string, T> = [T] extends [undefined]
  ? { [P in Name]?: undefined }
  : undefined extends T
    ? { [P in Name]?: T }
    : Record<string, never> extends T
      ? { [P in Name]?: T | undefined }
      : { [P in Name]: T };

export type Input<K extends OperationName> = Part<"path", Operations[K]["path"]> &
  Part<"query", Operations[K]["query"]> &
  Part<"body", Operations[K]["body"]> &
  CallOptions;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** The ETag that a change was made against: refused (409) when that has changed since. */
  ifMatch?: string | null | undefined;
  /** Left out: every write gets a fresh one, so that a repeated request is not done twice. null: none. */
  idempotencyKey?: string | null | undefined;
}

/** The last arguments of a call: no input where nothing in it is needed. */
export type Inputs<K extends OperationName> =
  Record<string, never> extends Input<K> ? [input?: Input<K>] : [input: Input<K>];

/** A call, ready to be sent. Its headers hold no credential. */
export interface Call {
  method: string;
  /** Path and query. */
  target: string;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** The path with its `{places}` filled; every value is escaped. */
export function fillPath(path: string, values: Values = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}

/** Leaves out what is undefined, null or empty. */
export function withQuery(path: string, query: Values = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

interface AnyInput extends CallOptions {
  path?: Values | undefined;
  query?: Values | undefined;
  body?: unknown;
}

/** What an operation and its input look like on the wire. */
export function callOf<K extends OperationName>(operation: K, ...[input]: Inputs<K>): Call {
  const { path, query, body, signal, ifMatch, idempotencyKey }: AnyInput = input ?? {};
  const [method = "GET", template = "/"] = operation.split(" ");
  const key = idempotencyKey === undefined && method !== "GET" ? crypto.randomUUID() : idempotencyKey;
  return {
    method,
    target: withQuery(fillPath(template, path), query),
    headers: {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key && { "idempotency-key": key }),
      ...(ifMatch && { "if-match": ifMatch }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  };
}

/** Reads what an operation answered with success: JSON, nothing, or the Response itself for other content. */
export async function readAnswer<K extends OperationName>(_: K, response: Response): Promise<Answer<K>> {
  const type = response.headers.get("content-type") ?? "";
  // The server checks its answers against the schemas that Answer is made from.
  if (response.status === 204) return undefined as Answer<K>;
  return (type.includes("json") && !type.includes("ndjson") ? await response.json() : response) as Answer<K>;
}
