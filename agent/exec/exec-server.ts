import { InFlow, OutFlow } from "../../domain/streams/flow.ts";
import {
  type ControlMessage,
  channels,
  creditEveryBytes,
  type DataChannel,
  type ExitMessage,
  maxFrameBytes,
  windowBytes,
} from "../../protocol/custom/streams.ts";
import type { StreamLink } from "../streams/link.ts";
import type { StreamServer } from "../streams/streams.ts";
import type { Program } from "./program.ts";

/** Of one frame. */
const pieceBytes = 64 * 1024;
/** What may wait here for credit before the program is held up. */
const queueBytes = 64 * 1024;
/** Sizes and signals that wait for the program to run; more come from nobody who means well. */
const maxEarly = 100;

type Outward = typeof channels.stdout | typeof channels.stderr;

/** One running command and its viewer: output by credit, input as fast as the program takes it. */
export class ExecServer implements StreamServer {
  private readonly link: Pick<StreamLink, "data" | "control" | "close">;
  private readonly start: () => Promise<Program>;
  private readonly onGone: () => void;
  private readonly out = new OutFlow<Outward>(windowBytes);
  private readonly in = new InFlow(creditEveryBytes);
  private readonly queue: { channel: Outward; data: Uint8Array }[] = [];
  private queued = 0;
  private paused = false;
  private program: Program | null = null;
  private exit: ExitMessage | null = null;
  private over = false;
  private begun = false;
  /** What was said to the program before it ran. */
  private readonly early: ((program: Program) => void)[] = [];
  /** Input that the program has not taken. */
  private inbox: Uint8Array[] = [];
  private waiting = 0;
  private feeding = false;
  /** Its input ends after so many bytes; null = not known. */
  private inputBytes: number | null = null;
  private resumes = 0;
  private ended: Promise<void> | null = null;

  /** `onGone`: nothing of it runs any more. */
  constructor(
    link: Pick<StreamLink, "data" | "control" | "close">,
    start: () => Promise<Program>,
    onGone: () => void,
  ) {
    this.link = link;
    this.start = start;
    this.onGone = onGone;
  }

  onControl(message: ControlMessage): void {
    switch (message.type) {
      case "ready":
        if (message.resumed) this.goOn(message.received);
        else void this.begin();
        break;
      case "credit":
        this.out.credit(message.bytes);
        this.pump();
        break;
      case "resize":
        this.tell((program) => program.resize(message));
        break;
      case "signal":
        this.tell((program) => program.signal(message.name));
        break;
      case "eof":
        this.inputBytes = this.in.taken + this.waiting;
        void this.feed();
        break;
      case "dropped":
      case "exit":
      case "error":
        break;
    }
  }

  onData(_channel: DataChannel, data: Uint8Array): void {
    if (this.over) return;
    this.waiting += data.byteLength;
    if (this.waiting > windowBytes + maxFrameBytes) {
      const message = "more input came than credit was given for";
      this.link.control({ type: "error", code: "too_much", message });
      void this.stop();
      return;
    }
    this.inbox.push(data);
    void this.feed();
  }

  onClose(): void {
    this.over = true;
    void this.end();
  }

  async stop(): Promise<void> {
    this.over = true;
    this.link.close();
    await this.end();
  }

  private tell(said: (program: Program) => void): void {
    if (this.program) said(this.program);
    else if (this.early.length < maxEarly) this.early.push(said);
  }

  private async begin(): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    try {
      this.program = await this.start();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.link.control({ type: "error", code: "not_started", message: text.slice(0, 1_000) });
      this.link.control({ type: "exit", code: null, signal: null, reason: "refused" });
      return;
    }
    if (this.over) {
      await this.program.end();
      return;
    }
    this.program.onOutput((from, data) => this.took(channels[from], data));
    this.program.onEnd(({ code, signal }) => {
      this.exit = { type: "exit", code, signal, reason: "exited" };
      this.pump();
    });
    for (const said of this.early.splice(0)) said(this.program);
    void this.feed();
  }

  /** Hands the program its input, as fast as it takes it. */
  private async feed(): Promise<void> {
    const { program } = this;
    if (!program || this.feeding) return;
    this.feeding = true;
    for (let data = this.inbox.shift(); data && !this.over; data = this.inbox.shift()) {
      this.waiting -= data.byteLength;
      const credit = this.in.took(data.byteLength);
      const { resumes } = this;
      await program.write(data);
      // A viewer that came back meanwhile was told of them.
      if (credit > 0 && resumes === this.resumes) this.link.control({ type: "credit", bytes: credit });
    }
    this.feeding = false;
    if (this.in.taken !== this.inputBytes) return;
    this.inputBytes = null;
    program.endInput();
  }

  /** The viewer is there again, and sends once more what the program has not taken. */
  private goOn(received: number | null): void {
    this.resumes++;
    this.inbox = [];
    this.waiting = 0;
    const { pieces, lost } = this.out.resume(received);
    this.link.control({ type: "ready", resumed: true, received: this.in.told() });
    if (lost > 0) this.link.control({ type: "dropped", bytes: lost });
    for (const { channel, data } of pieces) this.link.data(channel, data);
    this.pump();
  }

  private took(channel: Outward, data: Uint8Array): void {
    // The program's buffers may be used anew.
    this.queue.push({ channel, data: Uint8Array.from(data) });
    this.queued += data.byteLength;
    this.pump();
  }

  private pump(): void {
    for (let next = this.queue[0]; next && this.out.room > 0; next = this.queue[0]) {
      const size = Math.min(next.data.byteLength, this.out.room, pieceBytes);
      const data = next.data.subarray(0, size);
      this.link.data(next.channel, data);
      this.out.sent(next.channel, data);
      this.queued -= size;
      if (size === next.data.byteLength) this.queue.shift();
      else next.data = next.data.subarray(size);
    }
    const full = this.queued >= queueBytes;
    if (full !== this.paused && this.program && !this.exit) {
      this.paused = full;
      if (full) this.program.pause();
      else this.program.resume();
    }
    if (this.exit && this.queue.length === 0) this.link.control(this.exit);
  }

  private end(): Promise<void> {
    this.ended ??= (this.program?.end() ?? Promise.resolve()).finally(this.onGone);
    return this.ended;
  }
}
