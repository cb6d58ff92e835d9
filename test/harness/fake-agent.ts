/**
 * An agent that speaks real OpAMP frames, over whatever transport the test has: the test gives `send`, and hands
 * what arrives to `receive`. It applies every config at once unless told otherwise.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { type Attributes, attributesTo } from "../../protocol/opamp/attributes.ts";
import {
  type AgentCapabilityName,
  capabilityBits,
  reportFullState,
} from "../../protocol/opamp/capabilities.ts";
import { decodeServerToAgent, encodeAgentFrame } from "../../protocol/opamp/frame.ts";
import {
  type AgentRemoteConfig,
  type AgentToServerSchema,
  RemoteConfigStatuses,
  type ServerToAgent,
} from "../../protocol/opamp/opamp_pb.js";
import { uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";

export type AgentMessage = MessageInitShape<typeof AgentToServerSchema>;

export interface FakeAgentOptions {
  send: (frame: Uint8Array<ArrayBuffer>) => void;
  /** 32 hex digits; random when left out. */
  uid?: string;
  identifying?: Attributes;
  nonIdentifying?: Attributes;
  capabilities?: readonly AgentCapabilityName[];
  /** Says that it is Muster's own agent. */
  own?: boolean;
  /** The number of the first message: some clients begin with 0, some with 1. */
  firstSequence?: number;
  /** false = leaves requests for its full state unanswered. */
  reportsFullState?: boolean;
  /** null = does not report health. */
  healthy?: boolean | null;
  /** What it does with a config; by default it says APPLIED. */
  onConfig?: (agent: FakeAgent, config: AgentRemoteConfig) => void;
}

export const usualCapabilities = [
  "ReportsStatus",
  "AcceptsRemoteConfig",
  "ReportsEffectiveConfig",
  "ReportsHealth",
  "ReportsRemoteConfig",
] as const satisfies readonly AgentCapabilityName[];

export const randomUid = (): string => uidToHex(crypto.getRandomValues(new Uint8Array(16)));

type Predicate = (message: ServerToAgent) => boolean;

export class FakeAgent {
  uid: string;
  sequence: number;
  healthy: boolean | null;
  /** Everything that came, in order. */
  readonly received: ServerToAgent[] = [];
  /** Hashes of configs that were offered, in order. */
  readonly offers: string[] = [];
  sent = 0;
  /** What it answers when it is asked for its full state. */
  status: { hash: string; status: RemoteConfigStatuses; error: string } | null = null;
  #send: (frame: Uint8Array<ArrayBuffer>) => void;
  readonly #options: FakeAgentOptions;
  readonly #waiting: { matches: Predicate; done: (message: ServerToAgent) => void }[] = [];
  #read = 0;

  constructor(options: FakeAgentOptions) {
    this.#options = options;
    this.#send = options.send;
    this.uid = options.uid ?? randomUid();
    this.sequence = options.firstSequence ?? 0;
    this.healthy = options.healthy === undefined ? true : options.healthy;
  }

  /** The same agent over another connection. */
  redial(send: (frame: Uint8Array<ArrayBuffer>) => void): void {
    this.#send = send;
  }

  /** Sends a message with the next number; a field that is left out is left out on the wire. */
  say(message: AgentMessage = {}): void {
    const base = {
      instanceUid: uidFromHex(this.uid),
      sequenceNum: BigInt(this.sequence++),
      capabilities: BigInt(this.capabilities),
    };
    this.sent++;
    this.#send(encodeAgentFrame(Object.assign(base, message)));
  }

  get capabilities(): number {
    return capabilityBits(this.#options.capabilities ?? usualCapabilities);
  }

  /** All that a full state holds. */
  fullState(): AgentMessage {
    const { identifying, nonIdentifying, own } = this.#options;
    const message: AgentMessage = {
      agentDescription: {
        identifyingAttributes: attributesTo(identifying ?? { "service.name": "fake" }),
        nonIdentifyingAttributes: attributesTo(nonIdentifying ?? {}),
      },
      remoteConfigStatus: this.#statusMessage(),
    };
    if (this.healthy !== null) message.health = { healthy: this.healthy };
    if (own) message.customCapabilities = { capabilities: [musterAgentCapability] };
    return message;
  }

  hello(): void {
    this.say(this.fullState());
  }

  /** A heartbeat as real clients send it: uid, number, capabilities. */
  heartbeat(): void {
    this.say();
  }

  applied(hash: string): void {
    this.report(hash, RemoteConfigStatuses.RemoteConfigStatuses_APPLIED);
  }

  applying(hash: string): void {
    this.report(hash, RemoteConfigStatuses.RemoteConfigStatuses_APPLYING);
  }

  failed(hash: string, error: string): void {
    this.report(hash, RemoteConfigStatuses.RemoteConfigStatuses_FAILED, error);
  }

  report(hash: string, status: RemoteConfigStatuses, error = ""): void {
    this.status = { hash, status, error };
    this.say({ remoteConfigStatus: this.#statusMessage() });
  }

  goodbye(): void {
    this.say({ agentDisconnect: {} });
  }

  #statusMessage() {
    const { hash, status, error } = this.status ?? { hash: "", status: 0, error: "" };
    return {
      lastRemoteConfigHash: Uint8Array.from(hash.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16)),
      status,
      errorMessage: error,
    };
  }

  /** One frame from the server. */
  receive(bytes: Uint8Array): void {
    const message = decodeServerToAgent(bytes);
    this.received.push(message);
    this.#wake();
    const renamed = message.agentIdentification?.newInstanceUid;
    if (renamed) this.uid = uidToHex(renamed);
    const asked = (Number(message.flags) & reportFullState) !== 0;
    if (asked && this.#options.reportsFullState !== false) this.hello();
    if (!message.remoteConfig) return;
    const hash = uidToHex(message.remoteConfig.configHash);
    this.offers.push(hash);
    if (this.#options.onConfig) this.#options.onConfig(this, message.remoteConfig);
    else this.applied(hash);
  }

  #wake(): void {
    for (const waiter of this.#waiting.splice(0)) {
      const found = this.#take(waiter.matches);
      if (found) waiter.done(found);
      else this.#waiting.push(waiter);
    }
  }

  #take(matches: Predicate): ServerToAgent | null {
    for (let at = this.#read; at < this.received.length; at++) {
      const message = this.received[at];
      if (message && matches(message)) {
        this.#read = at + 1;
        return message;
      }
    }
    return null;
  }

  /** The next message from here on that matches; those before it are passed over. */
  next(matches: Predicate = () => true): Promise<ServerToAgent> {
    const found = this.#take(matches);
    if (found) return Promise.resolve(found);
    return new Promise((done) => this.#waiting.push({ matches, done }));
  }
}
