import { InFlow } from "../../../domain/streams/flow.ts";
import type { LineRecord, SourceInfo } from "../../../protocol/custom/logs.ts";
import { channels, creditEveryBytes } from "../../../protocol/custom/stream-wire.ts";
import type { ControlMessage } from "../../../protocol/custom/streams.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { openStreamSocket, type StreamSocket } from "../../lib/stream-socket.ts";
import { readTailRecord } from "./tail-record.ts";

const firstDelayMs = 1_000;
const longestDelayMs = 20_000;

export type TailStatus = "connecting" | "live" | "offline" | "ended";

export interface TailOptions {
  agentId: string;
  sources: string[];
  lines: number;
  onSources: (sources: SourceInfo[]) => void;
  onLines: (lines: LineRecord[]) => void;
  /** Words to show among the lines. */
  onNote: (words: string) => void;
  onStatus: (status: TailStatus) => void;
  /** It cannot be: nothing is tried again. */
  onRefused: (error: Error) => void;
}

export interface Tail {
  /** While paused no credit is given, so that the agent drops what does not fit, and counts it. */
  pause(paused: boolean): void;
  close(): void;
}

/** Follows an agent's logs until closed: what breaks is begun anew behind the last lines. */
export function openTail(options: TailOptions): Tail {
  const cursors: Record<string, string> = {};
  let socket: StreamSocket | null = null;
  let closed = false;
  let paused = false;
  let flow = new InFlow(creditEveryBytes);
  /** Bytes that came while it was paused. */
  let held = 0;
  let began = false;
  let refusal: string | null = null;
  let failures = 0;
  let redial: ReturnType<typeof setTimeout> | undefined;

  async function dial(): Promise<void> {
    options.onStatus(began ? "offline" : "connecting");
    try {
      const ticket = await api.call("POST /v1/agents/{agent}/logs/tail", {
        path: { agent: options.agentId },
        body: {
          sources: options.sources,
          lines: began ? 0 : options.lines,
          cursors,
        },
      });
      if (!closed) open(ticket.path, ticket.ticket);
    } catch (error) {
      if (closed) return;
      // The agent may be back soon; what is forbidden or missing stays so.
      const mayPass = !(error instanceof ApiError) || error.retryable || error.code === "conflict";
      if (began && mayPass) again();
      else options.onRefused(error as Error);
    }
  }

  function open(path: string, ticket: string): void {
    flow = new InFlow(creditEveryBytes);
    held = 0;
    const decoder = new TextDecoder();
    let rest = "";
    let ended = false;
    const hear = (message: ControlMessage) => {
      if (message.type === "ready") {
        began = true;
        failures = 0;
        options.onStatus("live");
      } else if (message.type === "dropped") options.onNote(`${message.lines ?? 0} lines dropped`);
      else if (message.type === "error") refusal = message.message;
      else if (message.type === "exit") ended = message.reason === "exited" || message.reason === "refused";
    };
    socket = openStreamSocket({
      path,
      ticket,
      onControl: hear,
      onData(channel, data) {
        if (channel !== channels.stdout) return;
        const texts = (rest + decoder.decode(data, { stream: true })).split("\n");
        rest = texts.pop() ?? "";
        take(texts);
        if (paused) held += data.byteLength;
        else giveCredit(data.byteLength);
      },
      onClose() {
        if (refusal !== null) options.onRefused(new Error(refusal));
        else if (ended) options.onStatus("ended");
        else again();
      },
    });
  }

  function take(texts: string[]): void {
    const lines: LineRecord[] = [];
    let broken = 0;
    for (const text of texts) {
      const record = readTailRecord(text);
      // What a host sends is not ours: one broken line must not end the rest.
      if (record === null) broken++;
      else if ("sources" in record) options.onSources(record.sources);
      else if ("note" in record) options.onNote(`${record.s}: ${record.note}`);
      else {
        cursors[record.s] = record.c;
        lines.push(record);
      }
    }
    if (lines.length > 0) options.onLines(lines);
    if (broken > 0) options.onNote(`${broken} unreadable from the agent: left out`);
  }

  function giveCredit(bytes: number): void {
    const credit = flow.took(bytes);
    if (credit > 0) socket?.tell({ type: "credit", bytes: credit });
  }

  function again(): void {
    options.onStatus("offline");
    const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** failures++);
    redial = setTimeout(() => void dial(), ceiling * (0.5 + Math.random() / 2));
  }

  void dial();
  return {
    pause(now) {
      paused = now;
      if (paused) return;
      giveCredit(held);
      held = 0;
    },
    close() {
      closed = true;
      clearTimeout(redial);
      socket?.close();
    },
  };
}
