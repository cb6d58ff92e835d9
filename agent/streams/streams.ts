import type { StreamKind } from "../../domain/streams/streams.ts";
import type { OpenMessage } from "../../protocol/custom/streams.ts";
import type { Log } from "../log.ts";
import type { LinkHandlers, StreamLink } from "./link.ts";

/** What serves one open stream. */
export interface StreamServer extends LinkHandlers {
  /** The agent stops: end what runs for it. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Makes the server of a stream. Throws with words for the viewer when it cannot serve what `spec` says. */
export type ServeStream = (
  message: OpenMessage,
  link: Pick<StreamLink, "data" | "control" | "close">,
) => Promise<StreamServer>;

export interface AgentStreamsOptions {
  /** The address of the agent's own connection: streams are dialled at the same host and no other. */
  endpoint: () => string;
  /** What the agent says that it has. */
  capabilities: readonly string[];
  serve: Partial<Record<StreamKind, ServeStream>>;
  log: Log;
}

/** The streams that this agent serves now. */
export class AgentStreams {
  private readonly options: AgentStreamsOptions;
  private readonly open = new Map<string, StreamServer>();

  constructor(options: AgentStreamsOptions) {
    this.options = options;
  }

  get capabilities(): readonly string[] {
    return this.options.capabilities;
  }

  /** Dials the stream that the fleet asks for; says there why it cannot be served. */
  async take(message: OpenMessage): Promise<void> {
    const { streamId, kind, ticket } = message;
    const { log, serve } = this.options;
    const url = streamUrl(this.options.endpoint(), message.path);
    const { StreamLink } = await import("./link.ts");
    if (this.open.has(streamId)) return;
    let server: StreamServer = unprepared;
    const early: (() => void)[] = [];
    let ready = false;
    const whenReady = (event: () => void) => {
      if (ready) event();
      else early.push(event);
    };
    const link = new StreamLink(
      url,
      ticket,
      {
        onData: (channel, data) => {
          const own = Uint8Array.from(data);
          whenReady(() => server.onData(channel, own));
        },
        onControl: (control) => whenReady(() => server.onControl(control)),
        onClose: (reason) => {
          this.open.delete(streamId);
          log("info", `the stream ${streamId} is over: ${reason}`);
          whenReady(() => server.onClose(reason));
        },
      },
      log,
    );
    this.open.set(streamId, server);
    const make = serve[kind];
    try {
      if (!make) throw new Error(`this agent serves no streams of the kind "${kind}"`);
      server = await make(message, link);
    } catch (error) {
      server = refusing(link, error instanceof Error ? error.message : String(error));
    }
    if (this.open.has(streamId)) this.open.set(streamId, server);
    ready = true;
    for (const event of early) event();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.open.values()].map((server) => server.stop()));
  }
}

/** Streams are paths of the server that the agent is connected with. */
export function streamUrl(endpoint: string, path: string): string {
  const url = new URL(path, endpoint.replace(/^http/, "ws"));
  if (url.host !== new URL(endpoint).host) throw new Error("a stream of another host is not dialled");
  return url.href;
}

const unprepared: StreamServer = { onData() {}, onControl() {}, onClose() {}, stop: async () => {} };

/** Tells the viewer why, once one is there. */
function refusing(link: Pick<StreamLink, "control">, reason: string): StreamServer {
  return {
    ...unprepared,
    onControl: (message) => {
      if (message.type !== "ready") return;
      link.control({ type: "error", code: "refused", message: reason.slice(0, 1_000) });
      link.control({ type: "exit", code: null, signal: null, reason: "refused" });
    },
  };
}
