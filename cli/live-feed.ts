import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { type LiveMessage, liveMessage } from "../protocol/live/messages.ts";
import { type Client, path } from "./client.ts";
import { Failure } from "./exit-codes.ts";

export interface FollowOptions {
  fleetId: string;
  /** Go on after this event; null = from now on. */
  after: string | null;
  signal: AbortSignal;
  /** Told of each lost connection, with the seconds until the next try. */
  onLost(reason: string, retrySeconds: number): void;
}

const pingEveryMs = 20_000;
const longestBackoffMs = 15_000;

/** A refusal of the upgrade that another try will not change. */
const final = new Set([400, 403, 404, 426]);

interface Ended {
  reason: string;
  status: number | null;
}
const stopped: Ended = { reason: "stopped", status: null };

/** One connection: yields its messages, returns why it ended. */
async function* connect(url: string, token: string, signal: AbortSignal): AsyncGenerator<LiveMessage, Ended> {
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${token}`, "user-agent": "muster-cli" },
    perMessageDeflate: false,
    handshakeTimeout: 15_000,
  });
  const queue: LiveMessage[] = [];
  const ends: Ended[] = [];
  let wake = () => {};
  const end = (reason: string, status: number | null = null) => {
    ends.push({ reason, status });
    wake();
  };
  let awaitingPong = false;
  const ping = setInterval(() => {
    if (awaitingPong) {
      end("the server has fallen silent");
      socket.terminate();
    } else if (socket.readyState === WebSocket.OPEN) {
      awaitingPong = true;
      socket.send("ping");
    }
  }, pingEveryMs);
  const stop = () => {
    end("stopped");
    socket.terminate();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  socket.on("message", (data) => {
    const text = data.toString();
    if (text === "pong") {
      awaitingPong = false;
      return;
    }
    // A newer server may say things that we do not know yet: pass over them.
    const parsed = liveMessage.safeParse(parseJson(text));
    if (parsed.success) queue.push(parsed.data);
    wake();
  });
  socket.on("unexpected-response", (_request, response) => {
    end(`the server answered ${response.statusCode ?? "nothing"}`, response.statusCode ?? null);
    response.resume();
    socket.terminate();
  });
  socket.on("error", (error) => end(error.message || "the connection failed"));
  socket.on("close", (code) => end(`the connection was closed (${code})`));
  try {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      const first = ends[0];
      if (first !== undefined) return first;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    clearInterval(ping);
    signal.removeEventListener("abort", stop);
    socket.terminate();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The fleet's live feed for as long as anybody reads it. It redials when it is lost and resumes after the last
 * event seen, so that none is missed and none comes twice. Throws only what another try would not mend.
 */
export async function* follow(
  client: Pick<Client, "url" | "token">,
  options: FollowOptions,
): AsyncGenerator<LiveMessage> {
  const { fleetId, signal } = options;
  let last = options.after;
  let failures = 0;
  let renew = false;
  while (!signal.aborted) {
    const url = new URL(path`/v1/fleets/${fleetId}/live`, client.url);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (last !== null) url.searchParams.set("after", last);
    const messages = connect(url.href, await client.token(renew), signal);
    let ended: Ended;
    try {
      for (;;) {
        const step = await messages.next();
        if (step.done) {
          ended = step.value;
          break;
        }
        failures = 0;
        const message = step.value;
        if (message.type === "hello" && (last === null || message.resumedFrom === null)) {
          last = message.last ?? last;
        }
        const seen = message.type === "event" && last !== null && message.event.id <= last;
        if (message.type === "event" && !seen) last = message.event.id;
        if (!seen) yield message;
      }
    } finally {
      // The reader may have had enough: the socket and its timer must not outlive it.
      await messages.return(stopped);
    }
    if (signal.aborted) return;
    const { reason, status } = ended;
    if (status === 401 && renew) {
      throw new Failure("notSignedIn", "The sign-in is no longer good. Run `muster login`.");
    }
    if (status === 404)
      throw new Failure("notFound", `There is no fleet ${fleetId}, or it is not yours to see.`);
    if (status !== null && final.has(status)) {
      throw new Failure(
        "failed",
        `The live feed was refused (${status}). Update the older of server and CLI.`,
      );
    }
    renew = status === 401;
    failures++;
    const backoffMs = renew ? 0 : Math.random() * Math.min(longestBackoffMs, 500 * 2 ** failures);
    options.onLost(reason, Math.ceil(backoffMs / 1000));
    await delay(backoffMs, undefined, { signal }).catch(() => undefined);
  }
}
