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

/** Dials that are open at the same time while a fleet connects for the first time. */
const firstDialsAtOnce = 100;

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
  socket: WebSocket;
  readonly #fleet: LoadFleet;
  readonly #options: LoadOptions;
  #sequence = 0;
  /** The hash that it reported and has had no reply for yet. */
  #unanswered: string | null = null;

  constructor(fleet: LoadFleet, options: LoadOptions) {
    this.#fleet = fleet;
    this.#options = options;
    this.socket = this.#open();
  }

  #open(): WebSocket {
    const { url, token } = this.#options;
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      headers: { authorization: `Bearer ${token}` },
    });
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#receive(data);
      else this.#fleet.ponged();
    });
    return socket;
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
      this.socket.once("unexpected-response", (_request, { statusCode }) =>
        reject(new Error(`the upgrade was answered ${statusCode}`)),
      );
    });
  }

  /** Hangs up without a word. Resolves when the socket is closed on this side. */
  drop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.CLOSED) return resolve();
      this.socket.once("close", () => resolve());
      this.socket.terminate();
    });
  }

  /** Dials again as the same agent; it starts to count its messages anew. */
  redial(): Promise<void> {
    this.#sequence = 0;
    this.#unanswered = null;
    this.socket = this.#open();
    return this.opened();
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
      ...(this.#options.own && { customCapabilities: { capabilities: [musterAgentCapability] } }),
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

  #receive(data: Buffer): void {
    const message = decodeServerToAgent(data);
    if (message.errorResponse) {
      this.#fleet.fail(new Error(`refused: ${message.errorResponse.errorMessage}`));
      return;
    }
    if (message.remoteConfig) {
      const lastRemoteConfigHash = message.remoteConfig.configHash;
      const hash = Buffer.from(lastRemoteConfigHash).toString("hex");
      this.#fleet.offered(hash);
      if (this.#fleet.isSilent) return;
      if (this.#options.sayApplying) {
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
        await agent.opened();
        fleet.#watch(agent);
      }
    };
    await Promise.all(Array.from({ length: firstDialsAtOnce }, dial));
    return fleet;
  }

  #closing = false;
  /** Agents take offers and say nothing about them. */
  isSilent = false;

  #watch(agent: LoadAgent): void {
    const { socket } = agent;
    socket.on("close", (code) => {
      const isExpected = this.#closing || socket !== agent.socket;
      if (!isExpected) this.fail(new Error(`an agent's socket was closed with ${code}`));
    });
  }

  /** Everybody hangs up at once. */
  async dropAll(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.agents.map((agent) => agent.drop()));
    this.#closing = false;
    this.#greetings = 0;
  }

  /** Everybody dials at the same moment. */
  async redialAll(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.redial()));
    for (const agent of this.agents) this.#watch(agent);
  }

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

  get allOffers(): number {
    let sum = 0;
    for (const count of this.#offers.values()) sum += count;
    return sum;
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
    await Promise.all(this.agents.map((agent) => agent.drop()));
  }
}
