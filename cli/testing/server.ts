import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ErrorCode, errorCodes } from "../../domain/errors.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { nowMs } from "./clock.ts";

export interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  headers: IncomingMessage["headers"];
}

export interface Answer {
  status?: number;
  /** Text is sent as it is, of this type; anything else as JSON. */
  contentType?: string;
  body: unknown;
}

/** By `METHOD /path`, with `*` for one segment; the first that fits answers. */
export type Routes = Record<string, (seen: Seen) => Answer | Promise<Answer>>;

export interface TestServer {
  url: string;
  seen: Seen[];
  http: Server;
  close(): Promise<void>;
}

export function problemAnswer(code: ErrorCode, detail: string, more: Partial<Problem> = {}): Answer {
  const { status, title, retryable } = errorCodes[code];
  const body: Problem = {
    type: `https://muster.dev/problems/${code}`,
    title,
    status,
    detail,
    code,
    requestId: "req_test",
    retryable,
    errors: [],
    ...more,
  };
  return { status, body };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}

function fits(pattern: string, method: string, path: string): boolean {
  const [wantedMethod, wantedPath = ""] = pattern.split(" ");
  const wanted = wantedPath.split("/");
  const parts = path.split("/");
  return (
    wantedMethod === method &&
    wanted.length === parts.length &&
    wanted.every((part, i) => part === "*" || part === parts[i])
  );
}

/** A server of the test's own on a free port of this machine. */
export async function startServer(
  routes: Routes,
  more: {
    /** What is wrong with a request, before any route is asked. */
    check?: (seen: Seen) => string[];
    /** Answers what no route does. */
    fallback?: (seen: Seen) => Answer;
  } = {},
): Promise<TestServer> {
  const seen: Seen[] = [];
  const http = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://test");
    const entry: Seen = {
      method: request.method ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: await readBody(request),
      headers: request.headers,
    };
    seen.push(entry);
    const route = Object.entries(routes).find(([pattern]) => fits(pattern, entry.method, entry.path))?.[1];
    const problems = more.check?.(entry) ?? [];
    const missing = () => problemAnswer("not_found", `No ${entry.path} here.`);
    const answer =
      problems.length > 0
        ? problemAnswer("validation_failed", `Not by the contract: ${problems.join("; ")}`)
        : route
          ? await route(entry)
          : (more.fallback?.(entry) ?? missing());
    response.writeHead(answer.status ?? 200, {
      "content-type": answer.contentType ?? "application/json",
      date: new Date(nowMs).toUTCString(),
    });
    response.end(answer.contentType === undefined ? JSON.stringify(answer.body) : String(answer.body));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    http,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
