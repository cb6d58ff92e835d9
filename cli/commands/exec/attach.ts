import type { ExecStarted } from "../../../protocol/api/exec.ts";
import { channels } from "../../../protocol/custom/streams.ts";
import type { Cli } from "../../cli.ts";
import { escapeWatch, RawTerminal } from "../../exec/terminal.ts";
import { Viewer } from "../../exec/viewer.ts";
import { exitCodes, Failure } from "../../exit-codes.ts";
import type { Sink } from "../../io.ts";
import { exitOf, leftCode, ownErrorCode } from "./exit.ts";

export interface Attach {
  interactive: boolean;
  tty: boolean;
}

/** What was told to hang up has so long. */
const hangUpMs = 10_000;

/** Connects this terminal, or these pipes, with the session until it ends; answers what the shell is to see. */
export async function attach(
  cli: Cli,
  started: ExecStarted & { stream: NonNullable<ExecStarted["stream"]> },
  { interactive, tty }: Attach,
): Promise<number> {
  const { io, output, signal } = cli;
  const client = await cli.client();
  const { id } = started.session;
  const terminal = tty && interactive ? new RawTerminal(io) : null;
  // Nobody turns line feeds into new lines there.
  const tell = (text: string) => void (terminal ? io.stderr.write(`\r\n${text}\r\n`) : output.note(text));
  let refusal: string | null = null;
  let ready = false;
  const viewer = new Viewer({
    url: client.url,
    ticket: started.stream,
    renew: () => client.call("POST /v1/streams/{stream}/tickets", { path: { stream: id } }),
    onData: (channel, data) => write(channel === channels.stderr ? io.stderr : io.stdout, data),
    onControl: (message) => {
      if (message.type === "error") refusal = message.message;
      if (message.type === "ready") ready = true;
      if (message.type === "dropped") tell(`${message.bytes ?? 0} bytes were lost with the connection.`);
      if (message.type === "ready" && message.resumed) tell("The connection is back.");
      if (message.type === "ready" && !message.resumed && !interactive) viewer.control({ type: "eof" });
    },
    onLost: () => tell("The connection was lost; coming back."),
  });
  // Who leaves has been told, and knows why it ended.
  let leftWith: number | null = null;
  const leaveWith = (code: number) => {
    leftWith = code;
    viewer.leave();
  };
  const leave = () => {
    io.stderr.write("\r\nLeft.\r\n");
    leaveWith(leftCode);
  };
  // Before stdin is listened to, which nobody would end.
  signal.throwIfAborted();
  const input = interactive ? readInput(cli, viewer, terminal === null ? null : leave) : null;
  const interrupted = () => {
    if (!ready) {
      tell("muster: Interrupted.");
      leaveWith(exitCodes.interrupted.code);
      return;
    }
    viewer.control({ type: "signal", name: "SIGINT" });
    setTimeout(() => leaveWith(exitCodes.interrupted.code), hangUpMs).unref();
  };
  signal.addEventListener("abort", interrupted, { once: true });
  terminal?.enter((size) => viewer.control({ type: "resize", ...size }));
  let broken = true;
  try {
    const exit = await viewer.run();
    broken = exit.reason !== "exited";
    const { code, text } = exitOf(exit);
    terminal?.leave(broken);
    if (leftWith !== null && broken) return leftWith;
    if (refusal !== null) output.note(`muster: ${started.session.agentName}: ${refusal}`);
    else if (text !== null) output.note(`muster: ${text}`);
    return code;
  } catch (error) {
    terminal?.leave(broken);
    if (leftWith !== null) return leftWith;
    return await lost(cli, id, error);
  } finally {
    signal.removeEventListener("abort", interrupted);
    input?.stop();
  }
}

/** The connection did not come back: the session may have ended well meanwhile. */
async function lost(cli: Cli, id: string, error: unknown): Promise<number> {
  if (!(error instanceof Failure)) throw error;
  const client = await cli.client();
  const { end } = await client.call("GET /v1/exec-sessions/{stream}", { path: { stream: id } });
  if (end === null) throw error;
  const { code, text } = exitOf({ code: end.exitCode, signal: end.signal, reason: end.reason });
  cli.output.note(
    `muster: ${text ?? "It ended while the connection was lost; what it wrote then is not shown."}`,
  );
  return code === 0 ? ownErrorCode : code;
}

/** Standard input, as fast as the far side takes it. `leave`: what `~.` does on a terminal. */
function readInput({ io }: Cli, viewer: Viewer, leave: (() => void) | null): { stop: () => void } {
  const { stdin } = io;
  const leaves = escapeWatch();
  let turn: Promise<void> = Promise.resolve();
  const onData = (chunk: Buffer | string) => {
    const data = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    if (leave && leaves(data)) {
      leave();
      return;
    }
    stdin.pause();
    turn = turn.then(() => viewer.input(data)).then(() => void stdin.resume());
  };
  const onEnd = () => {
    turn = turn.then(() => viewer.control({ type: "eof" }));
  };
  stdin.on("data", onData);
  stdin.once("end", onEnd);
  stdin.resume();
  return {
    stop() {
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      stdin.pause();
      // What is left to read must not keep the process.
      stdin.unref?.();
    },
  };
}

const write = (sink: Sink, data: Uint8Array): Promise<void> =>
  new Promise((resolve) => void sink.write(data, () => resolve()));
