import { OutFlow } from "../../domain/streams/flow.ts";
import { type TailSpec, tailSpec } from "../../protocol/custom/logs.ts";
import { type ControlMessage, channels, windowBytes } from "../../protocol/custom/streams.ts";
import type { StreamLink } from "../streams/link.ts";
import type { ServeStream, StreamServer } from "../streams/streams.ts";
import type { LogCatalog } from "./catalog.ts";
import { SourceError } from "./source.ts";
import { runTail } from "./tail.ts";

type Link = Pick<StreamLink, "data" | "control" | "close">;

/** Serves tails of this host's logs. */
export function logStreams(catalog: LogCatalog): ServeStream {
  return async ({ spec }, link) => new LogServer(catalog, tailSpec.parse(spec), link);
}

/** One tail and its viewer, by credit. Nothing is read before the viewer is there, nor after it has gone. */
class LogServer implements StreamServer {
  private readonly catalog: LogCatalog;
  private readonly spec: TailSpec;
  private readonly link: Link;
  private readonly out = new OutFlow<typeof channels.stdout>(windowBytes);
  private readonly stopping = new AbortController();
  private onRoom: (() => void) | null = null;
  private begun = false;

  constructor(catalog: LogCatalog, spec: TailSpec, link: Link) {
    this.catalog = catalog;
    this.spec = spec;
    this.link = link;
  }

  onControl(message: ControlMessage): void {
    // Once, however often the other side says it.
    if (message.type === "ready" && !message.resumed && !this.begun) {
      this.begun = true;
      void this.run();
    }
    if (message.type !== "credit") return;
    this.out.credit(message.bytes);
    this.onRoom?.();
  }

  onData(): void {}

  onClose(): void {
    this.stopping.abort();
    this.onRoom?.();
  }

  async stop(): Promise<void> {
    this.onClose();
    this.link.close();
  }

  private async run(): Promise<void> {
    const sink = {
      write: (bytes: Uint8Array) => this.write(bytes),
      dropped: (lines: number) => this.link.control({ type: "dropped", lines }),
    };
    try {
      await runTail(this.catalog, this.spec, sink, this.stopping.signal);
      this.link.control({ type: "exit", code: 0, signal: null, reason: "exited" });
    } catch (error) {
      const code = error instanceof SourceError ? "refused" : "failed";
      const message = error instanceof Error ? error.message : String(error);
      this.link.control({ type: "error", code, message: message.slice(0, 1_000) });
      this.link.control({ type: "exit", code: null, signal: null, reason: "refused" });
    }
  }

  private async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength; ) {
      while (this.out.room === 0 && !this.stopping.signal.aborted) {
        await new Promise<void>((resolve) => {
          this.onRoom = resolve;
        });
      }
      if (this.stopping.signal.aborted) throw new Error("the viewer has gone");
      const piece = bytes.subarray(at, at + Math.min(this.out.room, windowBytes / 4));
      this.link.data(channels.stdout, piece);
      this.out.sent(channels.stdout, piece);
      at += piece.byteLength;
    }
  }
}
