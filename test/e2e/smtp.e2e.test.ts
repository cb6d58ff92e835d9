/** Mail from the real workerd, over its own sockets, to a real SMTP server: plain, with a password, and with TLS. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, it } from "vitest";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";

interface Taken {
  from: string;
  to: string[];
  user: string | null;
  secure: boolean;
  message: string;
}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function smtpServer(options: SMTPServerOptions): Promise<{ port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    logger: false,
    ...options,
    onAuth({ username, password }, _session, done) {
      if (username === "muster" && password === "p@ss word") done(null, { user: username });
      else done(new Error("no such user"));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user ?? null,
          secure: session.secure,
          message: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  // A client that does not trust the certificate ends the connection; that is its right.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => new Promise((resolve) => server.close(() => resolve(undefined))));
  return { port: (server.server.address() as AddressInfo).port, taken };
}

/** A certificate for `localhost`, signed by itself. */
function certificate(): { key: string; cert: string; file: string } {
  const dir = mkdtempSync(join(tmpdir(), "muster-smtp-"));
  const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
    ],
    { stdio: "ignore" },
  );
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8"), file: cert };
}

async function runtimeWith(url: string, trusted?: string): Promise<RunningRuntime> {
  const before = process.env.NODE_EXTRA_CA_CERTS;
  if (trusted) process.env.NODE_EXTRA_CA_CERTS = trusted;
  try {
    const runtime = await startRuntime({
      cronIntervalMs: 0,
      vars: { MAIL_URL: url, MAIL_FROM: "Müster <no-reply@muster.example>" },
    });
    stops.push(() => runtime.kill());
    return runtime;
  } finally {
    if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
    else process.env.NODE_EXTRA_CA_CERTS = before;
  }
}

const password = "correct horse battery";

async function signUp(runtime: RunningRuntime): Promise<void> {
  const answer = await fetch(`${runtime.url}/v1/auth/sign-up`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      email: "Ada@example.com",
      password,
      organizationName: "Ärztehaus",
    }),
  });
  expect(answer.status).toBe(202);
}

/** The parts of the message, decoded. */
const partsOf = (message: string): string[] =>
  message
    .split(/\r\n--=_[\w-]+(?:--)?\r\n/)
    .slice(1)
    .filter((part) => part.includes("base64"))
    .map((part) => Buffer.from(part.split("\r\n\r\n")[1] ?? "", "base64").toString());

it("hands a mail to a server that asks for no password, and its link opens the account", async () => {
  const server = await smtpServer({ authOptional: true, disabledCommands: ["STARTTLS"] });
  const runtime = await runtimeWith(`smtp://127.0.0.1:${server.port}`);
  expect(runtime.outboxUrl).toBeNull();
  expect(await (await fetch(`${runtime.url}/v1/health`)).json()).toMatchObject({ mail: "configured" });
  await signUp(runtime);
  const mail = await until("the mail", async () => server.taken[0]);
  expect(mail).toMatchObject({
    from: "no-reply@muster.example",
    to: ["ada@example.com"],
    user: null,
    secure: false,
  });
  const [text, html] = partsOf(mail.message);
  expect(text).toContain("Ärztehaus");
  expect(html).toContain("Ärztehaus");
  const token = text?.match(/#token=([\w-]+)/)?.[1];
  const opened = await fetch(`${runtime.url}/v1/auth/email-verification`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, password }),
  });
  expect(opened.status).toBe(201);
});

it("takes TLS where it is offered, and sends the password only then", async () => {
  const { file, ...tls } = certificate();
  const server = await smtpServer({ ...tls, authMethods: ["PLAIN"] });
  const runtime = await runtimeWith(`smtp://muster:p%40ss%20word@localhost:${server.port}`, file);
  await signUp(runtime);
  const mail = await until("the mail", async () => server.taken[0]);
  expect(mail).toMatchObject({ user: "muster", secure: true, to: ["ada@example.com"] });
});

it("speaks TLS from the first byte to smtps, and signs in by LOGIN where that is all there is", async () => {
  const { file, ...tls } = certificate();
  const server = await smtpServer({ ...tls, secure: true, authMethods: ["LOGIN"] });
  const runtime = await runtimeWith(`smtps://muster:p%40ss%20word@localhost:${server.port}`, file);
  await signUp(runtime);
  const mail = await until("the mail", async () => server.taken[0]);
  expect(mail).toMatchObject({ user: "muster", secure: true });
});

it("goes on answering while the mail server hangs up in the middle", async () => {
  const rude: Server = createServer((socket) => {
    // Read on, so that the other side's end is seen.
    socket.on("error", () => undefined).resume();
    socket.end("220 hello\r\n");
  });
  await new Promise<void>((resolve) => rude.listen(0, "127.0.0.1", resolve));
  stops.push(() => new Promise((resolve) => rude.close(resolve)));
  const { port } = rude.address() as AddressInfo;
  const runtime = await runtimeWith(`smtp://127.0.0.1:${port}`);
  await signUp(runtime);
  await until("the failure in the log", async () => runtime.log().includes("a mail could not be sent"));
  expect(runtime.log()).toContain("closed the connection");
  expect((await fetch(`${runtime.url}/v1/health`)).status).toBe(200);
});
