import { WebSocket } from "ws";
import { liveness } from "../protocol/custom/agent.ts";
import { limits } from "../protocol/opamp/limits.ts";
import {
  longestAbsenceMs,
  parseRetryAfter,
  type RedialPace,
  redialDelayMs,
  retryAfterDelayMs,
} from "./backoff.ts";
import type { Log } from "./log.ts";
import type { ConnectionTarget } from "./state-file.ts";

export interface ConnectionOptions {
  onOpen: () => void;
  onMessage: (bytes: Uint8Array) => void;
  onClose: () => void;
  /** The server refused the credential (401 or 403). True = another target is to be tried at once. */
  onRefused: (status: number) => boolean;
  /** Asked at every dial. */
  target: () => ConnectionTarget;
  log: Log;
  pace: RedialPace;
  random: () => number;
  pingEveryMs?: number;
}

const handshakeTimeoutMs = 15_000;
const policyViolation = 1008;
const closeGraceMs = 1_000;
/** What may wait in memory for a server that does not read. */
const unsentBytes = 2 * limits.messageBytes;

/** How a connection, or the try to get one, ended. */
interface End {
  refusal: { status: number; retryAfterMs: number | null } | null;
  failure: string;
  code: number;
  reason: string;
}

export interface ConnectionCondition {
  open: boolean;
  /** RFC 3339: since when it is open; null = it is not. */
  since: string | null;
  /** Why there was none last; null = nothing went wrong since the last one opened. */
  problem: string | null;
}

/** One WebSocket to the server, dialled again for as long as the agent runs. */
export class Connection {
  private readonly options: ConnectionOptions;
  private socket: WebSocket | null = null;
  private redialTimer: NodeJS.Timeout | null = null;
  private pingTimer: NodeJS.Timeout | null = null;
  private unanswered = 0;
  private failures = 0;
  private stopped = false;
  private since: string | null = null;
  private problem: string | null = null;

  constructor(options: ConnectionOptions) {
    this.options = options;
  }

  get open(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  condition(): ConnectionCondition {
    return { open: this.open, since: this.open ? this.since : null, problem: this.problem };
  }

  dial(): void {
    this.clearTimers();
    const { endpoint, headers } = this.options.target();
    const socket = new WebSocket(endpoint, {
      headers,
      perMessageDeflate: false,
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: limits.offerBytes,
      followRedirects: false,
    });
    this.socket = socket;
    let refusal: End["refusal"] = null;
    let failure = "";
    socket.on("open", () => this.opened(endpoint));
    socket.on("message", (data: Buffer, isBinary: boolean) => this.received(data, isBinary));
    socket.on("unexpected-response", (request, response) => {
      const status = response.statusCode ?? 0;
      refusal = { status, retryAfterMs: parseRetryAfter(response.headers["retry-after"], Date.now()) };
      request.destroy();
      this.closed(socket, endpoint, { refusal, failure, code: 0, reason: "" });
    });
    socket.on("error", (error) => {
      failure = error.message;
    });
    socket.on("close", (code, reason) => {
      this.closed(socket, endpoint, { refusal, failure, code, reason: reason.toString("utf8") });
    });
  }

  /** False when there is no open socket: then nothing was sent. */
  send(bytes: Uint8Array): boolean {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return false;
    if (this.socket.bufferedAmount > unsentBytes) {
      this.options.log("warn", "the server takes nothing more from this connection; dialling again");
      this.socket.terminate();
      return false;
    }
    this.socket.send(bytes);
    return true;
  }

  /**
   * Closes the socket and dials the present target after `delayMs`, or an hour if that is longer. The old one is gone before, so that the server
   * never sees this agent twice.
   */
  async redial(delayMs = 0): Promise<void> {
    await this.drop();
    if (!this.stopped) this.schedule(Math.min(delayMs, longestAbsenceMs));
  }

  /** Sends what was handed over, closes, and dials no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.drop();
  }

  private opened(endpoint: string): void {
    this.options.log("info", `connected to ${endpoint}`);
    this.unanswered = 0;
    this.since = new Date().toISOString();
    this.problem = null;
    this.pingTimer = setInterval(
      () => this.ping(),
      this.options.pingEveryMs ?? liveness.intervalSeconds * 1000,
    );
    this.options.onOpen();
  }

  private received(data: Buffer, isBinary: boolean): void {
    this.failures = 0;
    if (isBinary) this.options.onMessage(data);
    else if (data.toString("utf8") === liveness.pong) this.unanswered = 0;
  }

  private ping(): void {
    if (this.unanswered >= liveness.missedBeforeRedial) {
      this.options.log("warn", `the server left ${this.unanswered} pings unanswered; dialling again`);
      this.socket?.terminate();
      return;
    }
    this.unanswered++;
    this.socket?.send(liveness.ping);
  }

  private closed(socket: WebSocket, endpoint: string, end: End): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.clearTimers();
    this.problem = describeEnd(endpoint, end);
    this.options.onClose();
    if (!this.stopped) this.schedule(this.delayAfter(endpoint, end));
  }

  private delayAfter(endpoint: string, end: End): number {
    const { log, pace, random } = this.options;
    const asked = end.refusal?.retryAfterMs ?? null;
    const failures = this.failures++;
    if (end.refusal?.status === 401 || end.refusal?.status === 403) {
      if (this.options.onRefused(end.refusal.status)) return 0;
      return Math.floor(pace.refusedMs * (0.5 + random()));
    }
    if (asked !== null) {
      log("warn", `${endpoint} asks to come back in ${Math.ceil(asked / 1000)} s`);
      return retryAfterDelayMs(pace, asked, random());
    }
    if (end.code === policyViolation) {
      log("error", `${endpoint} closed the connection: ${end.reason || "policy violation"}`);
      return Math.floor(pace.refusedMs * (0.5 + random()));
    }
    const delayMs = redialDelayMs(pace, failures, random());
    log("warn", `${describeEnd(endpoint, end)}; dialling again in ${(delayMs / 1000).toFixed(1)} s`);
    return delayMs;
  }

  private schedule(delayMs: number): void {
    if (this.redialTimer) clearTimeout(this.redialTimer);
    this.redialTimer = setTimeout(() => this.dial(), delayMs);
  }

  private async drop(): Promise<void> {
    const socket = this.socket;
    this.socket = null;
    this.clearTimers();
    if (!socket) return;
    this.options.onClose();
    if (socket.readyState !== WebSocket.OPEN) {
      socket.terminate();
      return;
    }
    const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.close(1000);
    const timer = setTimeout(() => socket.terminate(), closeGraceMs);
    await gone;
    clearTimeout(timer);
  }

  private clearTimers(): void {
    if (this.redialTimer) clearTimeout(this.redialTimer);
    if (this.pingTimer) clearInterval(this.pingTimer);
    this.redialTimer = null;
    this.pingTimer = null;
  }
}

function describeEnd(endpoint: string, end: End): string {
  if (end.refusal?.status === 404) return `${endpoint} answered 404: is the path /v1/opamp?`;
  if (end.refusal?.status === 401 || end.refusal?.status === 403) {
    return `${endpoint} refused the credential (${end.refusal.status}): it was revoked, has expired or is for another server`;
  }
  if (end.refusal) return `${endpoint} answered ${end.refusal.status}`;
  if (end.failure) return `${endpoint} cannot be reached: ${end.failure}`;
  return `the connection was closed (${end.code}${end.reason ? `: ${end.reason}` : ""})`;
}
