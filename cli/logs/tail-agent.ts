import { setTimeout as delay } from "node:timers/promises";
import type { StreamTicket } from "../../protocol/api/exec.ts";
import type { TailLogsBody } from "../../protocol/api/logs.ts";
import { type TailRecord, tailRecord } from "../../protocol/custom/logs.ts";
import { channels, type ExitMessage } from "../../protocol/custom/streams.ts";
import type { Cli } from "../cli.ts";
import { Viewer } from "../exec/viewer.ts";
import { Failure } from "../exit-codes.ts";

export interface AgentTail {
  agent: string;
  body: Partial<TailLogsBody>;
  /** Resolves when the record was used up: only then more is asked for. */
  onRecord: (record: TailRecord) => Promise<void>;
  onDropped: (lines: number) => void;
  /** The connection, or the agent's, broke; it is tried again after so many seconds. */
  onLost: (reason: string, retrySeconds: number) => void;
}

const firstPauseSeconds = 1;
const longestPauseSeconds = 15;

/** A tail is not taken up again but begun anew, behind its last lines. */
class TailBroken extends Failure {
  constructor() {
    super("notFound", "The connection was lost");
  }
}

/**
 * One agent's logs, until they are told or Ctrl-C. While it follows, what breaks is begun anew behind the last lines; only
 * the first try may fail for good. Throws a Failure.
 */
export async function tailAgent(cli: Cli, tail: AgentTail): Promise<void> {
  const client = await cli.client();
  const follow = tail.body.follow ?? true;
  const cursors = { ...tail.body.cursors };
  let began = false;
  let pauseSeconds = firstPauseSeconds;
  while (!cli.signal.aborted) {
    const body = { ...tail.body, cursors, ...(began && { lines: 0 }) };
    try {
      const ticket = await client.call("POST /v1/agents/{agent}/logs/tail", {
        path: { agent: tail.agent },
        body,
        signal: cli.signal,
      });
      const exit = await view(cli, client.url, ticket, tail, (source, cursor) => {
        began = true;
        pauseSeconds = firstPauseSeconds;
        cursors[source] = cursor;
      });
      began = true;
      if (cli.signal.aborted || exit.reason === "exited") return;
      // Its time was over: on with the next.
      if (exit.reason === "timeout" || exit.reason === "idle") continue;
      if (!follow) throw new Failure("unreachable", "The agent's connection was lost before all was told.");
      tail.onLost("the agent's connection broke", pauseSeconds);
    } catch (error) {
      if (cli.signal.aborted) return;
      if (!(error instanceof Failure) || !follow) throw error;
      if (!began && !(error instanceof TailBroken)) throw error;
      tail.onLost(error.message, pauseSeconds);
    }
    await delay(pauseSeconds * 1000, undefined, { signal: cli.signal }).catch(() => undefined);
    pauseSeconds = Math.min(longestPauseSeconds, pauseSeconds * 2);
  }
}

async function view(
  cli: Cli,
  url: string,
  ticket: StreamTicket,
  tail: AgentTail,
  onCursor: (source: string, cursor: string) => void,
): Promise<ExitMessage> {
  const decoder = new TextDecoder();
  let rest = "";
  let refusal: string | null = null;
  const viewer = new Viewer({
    url,
    ticket,
    renew: () => Promise.reject(new TailBroken()),
    onLost: () => {},
    onData: async (channel, data) => {
      if (channel !== channels.stdout) return;
      const texts = (rest + decoder.decode(data, { stream: true })).split("\n");
      rest = texts.pop() ?? "";
      for (const text of texts) {
        const record = readRecord(text);
        if (!record) continue;
        await tail.onRecord(record);
        if ("c" in record) onCursor(record.s, record.c);
      }
    },
    onControl: (message) => {
      if (message.type === "error") refusal = message.message;
      if (message.type === "dropped") tail.onDropped(message.lines ?? 0);
    },
  });
  const stop = () => viewer.leave();
  cli.signal.addEventListener("abort", stop, { once: true });
  try {
    const exit = await viewer.run();
    if (refusal !== null) throw new Failure("failed", refusal);
    return exit;
  } finally {
    cli.signal.removeEventListener("abort", stop);
  }
}

/** A newer agent may say things that we do not know yet: those are passed over. */
function readRecord(text: string): TailRecord | null {
  try {
    return tailRecord.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
