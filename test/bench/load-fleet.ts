/** Many agents in one process, over real sockets and real OpAMP frames, as cheap as they can be made. */
import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { agentCapability } from "../../protocol/opamp/capabilities.ts";
import { decodeServerToAgent, encodeAgentFrame } from "../../protocol/opamp/frame.ts";
import { RemoteConfigStatuses } from "../../protocol/opamp/opamp_pb.js";
import { uuidV7 } from "../../protocol/opamp/uid.ts";

const capabilities = BigInt(
  agentCapability.ReportsStatus |
    agentCapability.AcceptsRemoteConfig |
    agentCapability.ReportsRemoteConfig |
    agentCapability.ReportsHealth,
);

/** Dials that are open at the same time while a fleet connects. */
const dialsAtOnce = 100;

export interface LoadOptions {
  url: string;
  count: number;
  token: string;
  /** Say APPLYING before APPLIED, as real agents do. */
  sayApplying?: boolean;
  /** Introduce themselves as Muster's own agents, whose liveness is a ping that the platform answers. */
  own?: boolean;
}

class LoadAgent {
  readonly uid = uuidV7(Date.now(), randomBytes(16));
  readonly socket: WebSocket;
  readonly #fleet: LoadFleet;
  #sequence = 0;
  /** The hash that it reported and has had no reply for yet. */
  #unanswered: string | null = null;
  readonly #own: boolean;

  constructor(fleet: LoadFleet, options: LoadOptions) {
    this.#fleet = fleet;
    this.#own = options.own ?? false;
    this.socket = new WebSocket(options.url, {
      perMessageDeflate: false,
      headers: { authorization: `Bearer ${options.token}` },
    });
    this.socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#receive(data, options.sayApplying ?? false);
      else this.#fleet.ponged();
    });
  }

  introduce(): void {
    const text = (value: string) => ({ value: { value: { case: "stringValue" as const, value } } });
    this.send({
      capabilities,
      agentDescription: {
        identifyingAttributes: [{ key: "service.name", ...text("load") }],
        nonIdentifyingAttributes: [{ key: "host.name", ...text("bench") }],
      },
      health: { healthy: true },
      ...(this.#own && { customCapabilities: { capabilities: [musterAgentCapability] } }),
    });
  }

  send(
    message: Omit<Parameters<typeof encodeAgentFrame>[0], "$typeName" | "instanceUid" | "sequenceNum">,
  ): void {
    this.#fleet.sent++;
    this.socket.send(
      encodeAgentFrame({ ...message, instanceUid: this.uid, sequenceNum: BigInt(this.#sequence++) }),
    );
  }

  #receive(data: Buffer, sayApplying: boolean): void {
    const message = decodeServerToAgent(data);
    if (message.errorResponse) {
      this.#fleet.fail(new Error(`refused: ${message.errorResponse.errorMessage}`));
      return;
    }
    if (message.remoteConfig) {
      const lastRemoteConfigHash = message.remoteConfig.configHash;
      const hash = Buffer.from(lastRemoteConfigHash).toString("hex");
      this.#fleet.offered(hash);
      if (sayApplying) {
        this.send({
          remoteConfigStatus: {
            lastRemoteConfigHash,
            status: RemoteConfigStatuses.RemoteConfigStatuses_APPLYING,
          },
        });
      }
      this.send({
        remoteConfigStatus: {
          lastRemoteConfigHash,
          status: RemoteConfigStatuses.RemoteConfigStatuses_APPLIED,
        },
      });
      this.#unanswered = hash;
      return;
    }
    if (this.#unanswered !== null) {
      this.#fleet.acknowledged(this.#unanswered);
      this.#unanswered = null;
    } else this.#fleet.greeted();
  }
}

export class LoadFleet {
  readonly agents: LoadAgent[] = [];
  sent = 0;
  pongs = 0;
  #greetings = 0;
  readonly #offers = new Map<string, number>();
  readonly #acknowledgements = new Map<string, number>();
  #waiters: { met: () => boolean; resolve: () => void; reject: (error: Error) => void }[] = [];
  #failure: Error | null = null;

  static async connect(options: LoadOptions): Promise<LoadFleet> {
    const fleet = new LoadFleet();
    let next = 0;
    const dial = async () => {
      while (next < options.count) {
        next++;
        const agent = new LoadAgent(fleet, options);
        fleet.agents.push(agent);
        await new Promise<void>((resolve, reject) => {
          agent.socket.once("open", resolve);
          agent.socket.once("error", reject);
        });
        agent.socket.on("close", (code) => {
          if (!fleet.#closing) fleet.fail(new Error(`an agent's socket was closed with ${code}`));
        });
      }
    };
    await Promise.all(Array.from({ length: dialsAtOnce }, dial));
    return fleet;
  }

  #closing = false;

  /** Every agent sends its first message; resolves when each has had its reply. */
  async introduce(timeoutMs: number): Promise<void> {
    for (const agent of this.agents) agent.introduce();
    await this.until(() => this.#greetings >= this.agents.length, "every agent is greeted", timeoutMs);
  }

  ponged(): void {
    this.pongs++;
    this.#wake();
  }

  greeted(): void {
    this.#greetings++;
    this.#wake();
  }

  offered(hash: string): void {
    this.#offers.set(hash, (this.#offers.get(hash) ?? 0) + 1);
    this.#wake();
  }

  acknowledged(hash: string): void {
    this.#acknowledgements.set(hash, (this.#acknowledgements.get(hash) ?? 0) + 1);
    this.#wake();
  }

  offersOf(hash: string): number {
    return this.#offers.get(hash) ?? 0;
  }

  /** Agents that have had a reply to their report on any config, summed over configs. */
  get acknowledgements(): number {
    let sum = 0;
    for (const count of this.#acknowledgements.values()) sum += count;
    return sum;
  }

  until(met: () => boolean, what: string, timeoutMs: number): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (met()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not after ${timeoutMs} ms: ${what}`)), timeoutMs);
      this.#waiters.push({
        met,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  /** Nothing that is waited for can come any more. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  #wake(): void {
    if (this.#waiters.length === 0) return;
    this.#waiters = this.#waiters.filter(({ met, resolve }) => {
      if (!met()) return true;
      resolve();
      return false;
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(
      this.agents.map(
        ({ socket }) =>
          new Promise<void>((resolve) => {
            if (socket.readyState === WebSocket.CLOSED) return resolve();
            socket.once("close", () => resolve());
            socket.terminate();
          }),
      ),
    );
  }
}
