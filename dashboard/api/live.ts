import type { LiveMessage, liveSubprotocol } from "../../protocol/live/messages.ts";
import { accessToken } from "./session.ts";

/** Typed by the contract; the schemas themselves stay out of the bundle. */
const subprotocol: typeof liveSubprotocol = "muster.live.v1";
const firstDelayMs = 500;
const longestDelayMs = 20_000;
const pingEveryMs = 25_000;
const pongWithinMs = 10_000;

/** `gone`: there is no such fleet for this person, so it is not dialled again. */
export type FeedStatus = "connecting" | "live" | "offline" | "gone";

interface FeedOptions {
  fleetId: string;
  /** The last event seen, asked anew at each dial. */
  after: () => string | null;
  onMessage: (message: LiveMessage) => void;
  onStatus: (status: FeedStatus) => void;
  /** Asked when a dial is refused, since a browser does not tell a socket's refusal from a lost network. */
  isGone: () => Promise<boolean>;
}

/** Follows a fleet until closed: redials with full jitter and resumes after the last event seen. */
export function followFleet(options: FeedOptions): { close(): void } {
  let socket: WebSocket | null = null;
  let closed = false;
  let attempts = 0;
  let redial: ReturnType<typeof setTimeout> | undefined;
  let ping: ReturnType<typeof setInterval> | undefined;
  let pong: ReturnType<typeof setTimeout> | undefined;

  async function dial(): Promise<void> {
    options.onStatus(attempts === 0 ? "connecting" : "offline");
    const token = await accessToken().catch(() => null);
    if (closed) return;
    if (!token) return scheduleRedial();
    const url = new URL(`/v1/fleets/${options.fleetId}/live`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const after = options.after();
    if (after) url.searchParams.set("after", after);
    const current = new WebSocket(url, [subprotocol, `bearer.${token}`]);
    socket = current;
    let opened = false;
    current.addEventListener("message", (message: MessageEvent<string>) => {
      clearTimeout(pong);
      if (message.data === "pong") return;
      attempts = 0;
      // The fleet object writes frames of this type only; see protocol/live.
      const parsed = JSON.parse(message.data) as LiveMessage;
      if (parsed.type === "hello") options.onStatus("live");
      options.onMessage(parsed);
    });
    current.addEventListener("open", () => {
      opened = true;
      ping = setInterval(() => {
        current.send("ping");
        pong = setTimeout(() => current.close(), pongWithinMs);
      }, pingEveryMs);
    });
    current.addEventListener("close", () => {
      stopTimers();
      if (!closed) void (opened ? scheduleRedial() : afterRefusal());
    });
  }

  async function afterRefusal(): Promise<void> {
    const gone = await options.isGone().catch(() => false);
    if (closed) return;
    if (!gone) return scheduleRedial();
    close();
    options.onStatus("gone");
  }

  function close(): void {
    closed = true;
    removeEventListener("online", redialNow);
    stopTimers();
    socket?.close();
  }

  function scheduleRedial(): void {
    options.onStatus("offline");
    const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** attempts++);
    redial = setTimeout(() => void dial(), Math.random() * ceiling);
  }

  function redialNow(): void {
    if (closed || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING)
      return;
    clearTimeout(redial);
    void dial();
  }

  function stopTimers(): void {
    clearInterval(ping);
    clearTimeout(pong);
    clearTimeout(redial);
  }

  addEventListener("online", redialNow);
  void dial();
  return { close };
}
