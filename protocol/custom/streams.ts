/**
 * Streams: bytes between a viewer and an agent, through an object of their own (`durable-objects/stream`). The fleet
 * tells the agent to open one by a custom message under `streamsCapability` (`agent.ts`), type `open`, data = JSON; both sides then
 * dial `GET /v1/streams/{stream}` with a ticket that counts once.
 */
import { z } from "zod";
import { streamEndReasons, streamKinds } from "../../domain/streams/streams.ts";
import { id } from "../api/shared.ts";

export * from "./stream-wire.ts";

/** Server to agent, custom message type `open`. */
export const openMessage = z.object({
  streamId: id("stream"),
  /** Path at the host that the agent has its connection with. */
  path: z.string().startsWith("/v1/streams/"),
  ticket: z.string(),
  kind: z.enum(streamKinds),
  /** By the kind: `execSpec`, or what `logs.ts` says. */
  spec: z.record(z.string(), z.unknown()),
});
export type OpenMessage = z.infer<typeof openMessage>;

export const terminalSize = z.object({
  cols: z.number().int().min(1).max(1_000),
  rows: z.number().int().min(1).max(1_000),
});
export type TerminalSize = z.infer<typeof terminalSize>;

/** What an agent is to run. */
export const execSpec = z.object({
  /** Program and arguments; none = the shell of the agent's settings. */
  command: z.array(z.string()),
  /** A pseudo terminal; false = pipes, with standard error apart. */
  tty: z.boolean(),
  size: terminalSize,
  term: z.string(),
  /** null = on the host. */
  container: z.string().nullable(),
});
export type ExecSpec = z.infer<typeof execSpec>;

export const execSignals = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGKILL",
  "SIGUSR1",
  "SIGUSR2",
] as const;
export type ExecSignal = (typeof execSignals)[number];

/** Frames of the channel `control`, JSON. */
export const controlMessage = z.discriminatedUnion("type", [
  /**
   * From the stream to both sides once both are there, and again when the viewer came back. To the agent: `received` =
   * data bytes that this viewer has already, so it sends on from there; null = what it still holds. From the agent to the
   * viewer, as its answer: `received` = data bytes that the agent has already; data before it was on its way, and comes again.
   */
  z.object({
    type: z.literal("ready"),
    resumed: z.boolean(),
    received: z.number().int().min(0).nullable(),
  }),
  terminalSize.extend({ type: z.literal("resize") }),
  z.object({ type: z.literal("signal"), name: z.enum(execSignals) }),
  /** The viewer's standard input has ended. */
  z.object({ type: z.literal("eof") }),
  /** Data bytes that were taken, so that as many more may be sent. */
  z.object({ type: z.literal("credit"), bytes: z.number().int().min(1) }),
  /** What was left out, said in its place. */
  z.object({
    type: z.literal("dropped"),
    lines: z.number().int().min(0).optional(),
    bytes: z.number().int().min(0).optional(),
  }),
  /** The last one. `code` and `signal` are those of a program that ended by itself, or by a signal. */
  z.object({
    type: z.literal("exit"),
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    reason: z.enum(streamEndReasons),
  }),
  /** Why something cannot be; an `exit` follows where it ends the stream. */
  z.object({ type: z.literal("error"), code: z.string(), message: z.string() }),
]);
export type ControlMessage = z.infer<typeof controlMessage>;
export type ExitMessage = Extract<ControlMessage, { type: "exit" }>;
