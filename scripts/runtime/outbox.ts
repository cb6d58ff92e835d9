/**
 * The mail provider of a local Muster: takes mails over HTTP, keeps each as files, and shows them on a page of its own.
 * Listens on 127.0.0.1 only; mails are taken only with the token that it gave out.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { outboxPage } from "./outbox-page.ts";

export interface OutboxMail {
  /** Rises with time. */
  id: string;
  at: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Outbox {
  /** The page. */
  url: string;
  /** What makes a Worker send its mails here. */
  vars: { MAIL_URL: string; MAIL_TOKEN: string; MAIL_FROM: string };
  stop(): Promise<void>;
}

const maxBytes = 1_000_000;
const shownAtMost = 500;

/** `port`: the first choice; 0 or a busy one = any. Mails of earlier starts stay. */
export async function openOutbox(
  dir: string,
  freePort: (preferred?: number) => Promise<number>,
  preferred?: number,
): Promise<Outbox> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const token = randomBytes(32).toString("base64url");
  const port = await freePort(preferred);
  const url = `http://127.0.0.1:${port}`;
  const own = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const server = createServer((request, response) => {
    // Another site's name that resolves to this machine must not read mails.
    if (!own.has(request.headers.host ?? "")) return answer(response, 421, "text/plain", "Not here.\n");
    handle(dir, token, request, response).catch((error: unknown) => {
      answer(response, 500, "text/plain", `${String(error)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url,
    vars: { MAIL_URL: `${url}/send`, MAIL_TOKEN: token, MAIL_FROM: "Muster <no-reply@muster.local>" },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  dir: string,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://outbox");
  if (request.method === "POST" && pathname === "/send") {
    if (request.headers.authorization !== `Bearer ${token}`)
      return answer(response, 401, "text/plain", "No.\n");
    keep(dir, JSON.parse(await readBody(request)) as Omit<OutboxMail, "id" | "at">);
    return answer(response, 202, "application/json", "{}");
  }
  if (request.method !== "GET") return answer(response, 405, "text/plain", "Read only.\n");
  if (pathname === "/mails") {
    const to = searchParams.get("to");
    const mails = readMails(dir).filter((mail) => to === null || mail.to === to);
    return answer(response, 200, "application/json", JSON.stringify(mails));
  }
  const shown = pathname.match(/^\/mails\/([\w-]+)$/)?.[1];
  const mails = readMails(dir);
  if (pathname === "/" || shown) {
    const found = shown ? mails.find((mail) => mail.id === shown) : undefined;
    if (shown && !found) return answer(response, 404, "text/plain", "There is no such mail.\n");
    return answer(response, 200, "text/html; charset=utf-8", outboxPage(mails, found));
  }
  const framed = pathname.match(/^\/html\/([\w-]+)$/)?.[1];
  const mail = framed ? mails.find((one) => one.id === framed) : undefined;
  if (!mail) return answer(response, 404, "text/plain", "There is nothing here.\n");
  return answer(response, 200, "text/html; charset=utf-8", mail.html);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error("the mail is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** `<id>.json` holds all of it; `<id>.txt` is for reading in a terminal. */
function keep(dir: string, mail: Omit<OutboxMail, "id" | "at">): void {
  const at = new Date().toISOString();
  const id = `${at.replace(/[:.]/g, "-")}-${randomBytes(3).toString("hex")}`;
  const kept: OutboxMail = { id, at, ...mail };
  writeFileSync(
    join(dir, `${id}.txt`),
    `To: ${mail.to}\nSubject: ${mail.subject}\nDate: ${at}\n\n${mail.text}`,
    {
      mode: 0o600,
    },
  );
  writeFileSync(join(dir, `${id}.json`), `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
}

/** Newest first. */
function readMails(dir: string): OutboxMail[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .reverse()
    .slice(0, shownAtMost)
    .map((name) => JSON.parse(readFileSync(join(dir, name), "utf8")) as OutboxMail);
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'",
  });
  response.end(body);
}
