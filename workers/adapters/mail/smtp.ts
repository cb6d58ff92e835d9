/**
 * A client of SMTP (RFC 5321) over the edge's sockets: one connection for each mail. `smtps://` is TLS from the first
 * byte; `smtp://` takes STARTTLS where the server offers it, and must have it before a password is sent, except to
 * this machine itself.
 */
import { messageOf, parseSender } from "./message.ts";
import { type MailSettings, type MailTransport, mailTimeoutMs } from "./transport.ts";

const loopback = /^(127\.|localhost$|\[::1\]$)/;

interface Reply {
  code: number;
  lines: string[];
}

export function smtpMail({ url, from }: MailSettings): MailTransport {
  const target = new URL(url);
  const secure = target.protocol === "smtps:";
  const port = target.port ? Number(target.port) : secure ? 465 : 587;
  const user = decodeURIComponent(target.username);
  const password = decodeURIComponent(target.password);
  const sender = parseSender(from).address;
  // Servers may refuse who greets with the server's own name.
  const ownName = sender.split("@").at(-1) || "localhost";
  return {
    async send(mail) {
      // The module exists only on the edge; who sends no mail by SMTP does not need it.
      const { connect } = await import("cloudflare:sockets");
      const socket = connect(
        { hostname: target.hostname, port },
        { secureTransport: secure ? "on" : "starttls", allowHalfOpen: false },
      );
      let conversation = new Conversation(socket);
      // After STARTTLS it is another socket that has to be closed.
      const timer = setTimeout(() => void conversation.close(), mailTimeoutMs);
      try {
        await conversation.expect("a greeting", 220);
        let offers = await conversation.greet(ownName);
        let encrypted = secure;
        if (!secure && offers.some((one) => one.toUpperCase() === "STARTTLS")) {
          conversation = await conversation.startTls();
          offers = await conversation.greet(ownName);
          encrypted = true;
        }
        if (user) {
          if (!encrypted && !loopback.test(target.hostname)) {
            throw new Error("the mail server offers no TLS, and a password is not sent without it");
          }
          await conversation.signIn(offers, user, password);
        }
        await conversation.say(`MAIL FROM:<${sender}>`, 250);
        await conversation.say(`RCPT TO:<${mail.to}>`, 250);
        await conversation.say("DATA", 354);
        await conversation.say(`${messageOf(mail, from, Date.now())}.`, 250, "the text");
      } finally {
        clearTimeout(timer);
        await conversation.end();
      }
    },
  };
}

class Conversation {
  readonly #socket: Socket;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #unread = "";

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = socket.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    this.#writer = socket.writable.getWriter();
  }

  /** What the server offers to who calls by this name. */
  async greet(name: string): Promise<string[]> {
    const { lines } = await this.say(`EHLO ${name}`, 250);
    return lines.slice(1);
  }

  async startTls(): Promise<Conversation> {
    await this.say("STARTTLS", 220);
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    return new Conversation(this.#socket.startTls());
  }

  async signIn(offers: readonly string[], user: string, password: string): Promise<void> {
    const methods = offers.find((one) => /^AUTH[ =]/i.test(one))?.toUpperCase() ?? "";
    const secret = (text: string) => Buffer.from(text).toString("base64");
    if (/\bLOGIN\b/.test(methods) && !/\bPLAIN\b/.test(methods)) {
      await this.say("AUTH LOGIN", 334);
      await this.say(secret(user), 334, "the user name");
      await this.say(secret(password), 235, "the password");
      return;
    }
    await this.say(`AUTH PLAIN ${secret(`\0${user}\0${password}`)}`, 235, "the password");
  }

  /** `what` stands in an error for a line that must not be told. */
  async say(line: string, code: number, what = line): Promise<Reply> {
    await this.#writer.write(new TextEncoder().encode(`${line}\r\n`));
    return this.expect(what, code);
  }

  async expect(what: string, code: number): Promise<Reply> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      lines.push(line.slice(4));
      if (line[3] === "-") continue;
      if (Number(line.slice(0, 3)) === code) return { code, lines };
      throw new Error(`the mail server answered ${line.slice(0, 200)} to ${what}`);
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#unread.indexOf("\n");
      if (end >= 0) {
        const line = this.#unread.slice(0, end).trimEnd();
        this.#unread = this.#unread.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("the mail server closed the connection");
      this.#unread += new TextDecoder().decode(value);
      if (this.#unread.length > 65_536) throw new Error("the mail server does not speak SMTP");
    }
  }

  /** The mail is taken, or is not: whatever goes wrong with the farewell changes nothing. */
  async end(): Promise<void> {
    await this.#writer.write(new TextEncoder().encode("QUIT\r\n")).catch(() => undefined);
    await this.close();
  }

  async close(): Promise<void> {
    await this.#socket.close().catch(() => undefined);
  }
}
