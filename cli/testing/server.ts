import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ErrorCode, errorCodes } from "../../domain/errors.ts";
import type { Problem } from "../../protocol/api/shared.ts";

export interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  headers: IncomingMessage["headers"];
}

export interface Answer {
  status?: number;
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
export async function startServer(routes: Routes): Promise<TestServer> {
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
    const answer = route ? await route(entry) : problemAnswer("not_found", `No ${entry.path} here.`);
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
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
