/**
 * An agent that speaks real OpAMP frames, over whatever transport the test has: the test gives `send`, and hands
 * what arrives to `receive`. It applies every config at once unless told otherwise.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { metricsCapability, musterAgentCapability, stagingCapability } from "../../protocol/custom/agent.ts";
import { type WatchMessage, watchMessage } from "../../protocol/custom/metrics.ts";
import { type StageMessage, stageMessage } from "../../protocol/custom/staging.ts";
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
  type CustomMessage,
  PackageStatusEnum,
  type PackagesAvailable,
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
  /** Custom capabilities beside that of Muster's own agent, such as those of staging and metrics. */
  custom?: readonly string[];
  /** What it does with a config; by default it says APPLIED. */
  onConfig?: (agent: FakeAgent, config: AgentRemoteConfig) => void;
  /** What it does with packages; by default it says that all are installed. */
  onPackages?: (agent: FakeAgent, packages: PackagesAvailable) => void;
  /** What it does with files to take in; by default it says that they are ready. */
  onStage?: (agent: FakeAgent, message: StageMessage) => void;
}

export const usualCapabilities = [
  "ReportsStatus",
  "AcceptsRemoteConfig",
  "ReportsEffectiveConfig",
  "ReportsHealth",
  "ReportsRemoteConfig",
] as const satisfies readonly AgentCapabilityName[];

/** Of Muster's own agent, when it may be staged and watched. */
export const customOfOurs = [stagingCapability, metricsCapability] as const;

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

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
  /** `all_packages_hash`es that were offered, in order. */
  readonly packageOffers: string[] = [];
  /** Hashes of files to take in, in order. */
  readonly stages: string[] = [];
  /** What it is to read now; null = nothing. */
  watch: WatchMessage | null = null;
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
    const { identifying, nonIdentifying, own, custom = [] } = this.#options;
    const message: AgentMessage = {
      agentDescription: {
        identifyingAttributes: attributesTo(identifying ?? { "service.name": "fake" }),
        nonIdentifyingAttributes: attributesTo(nonIdentifying ?? {}),
      },
      remoteConfigStatus: this.#statusMessage(),
    };
    if (this.healthy !== null) message.health = { healthy: this.healthy };
    const capabilities = [...(own ? [musterAgentCapability] : []), ...custom];
    if (capabilities.length > 0) message.customCapabilities = { capabilities };
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

  /** `status`: of each package in `names`. */
  packages(
    allHash: string,
    names: readonly string[],
    status = PackageStatusEnum.PackageStatusEnum_Installed,
    errorMessage = "",
  ): void {
    this.say({
      packageStatuses: {
        serverProvidedAllPackagesHash: bytesOf(allHash),
        packages: Object.fromEntries(names.map((name) => [name, { name, status, errorMessage }])),
      },
    });
  }

  staged(hash: string, error: string | null = null): void {
    this.custom(stagingCapability, "staged", { hash, error });
  }

  /** One reading, by the index of the query. */
  reading(values: Record<number, number>): void {
    this.custom(metricsCapability, "reading", { values });
  }

  custom(capability: string, type: string, data: object): void {
    this.say({ customMessage: { capability, type, data: new TextEncoder().encode(JSON.stringify(data)) } });
  }

  goodbye(): void {
    this.say({ agentDisconnect: {} });
  }

  #statusMessage() {
    const { hash, status, error } = this.status ?? { hash: "", status: 0, error: "" };
    return {
      lastRemoteConfigHash: bytesOf(hash),
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
    if (message.customMessage) this.#obey(message.customMessage);
    if (message.remoteConfig) this.#takeConfig(message.remoteConfig);
    if (message.packagesAvailable) this.#takePackages(message.packagesAvailable);
  }

  #takeConfig(config: AgentRemoteConfig): void {
    const hash = uidToHex(config.configHash);
    this.offers.push(hash);
    if (this.#options.onConfig) this.#options.onConfig(this, config);
    else this.applied(hash);
  }

  #takePackages(packages: PackagesAvailable): void {
    const hash = uidToHex(packages.allPackagesHash);
    this.packageOffers.push(hash);
    if (this.#options.onPackages) this.#options.onPackages(this, packages);
    else this.packages(hash, Object.keys(packages.packages));
  }

  #obey({ capability, type, data }: CustomMessage): void {
    const body: unknown = JSON.parse(new TextDecoder().decode(data));
    if (capability === stagingCapability && type === "stage") {
      const message = stageMessage.parse(body);
      this.stages.push(message.hash);
      if (this.#options.onStage) this.#options.onStage(this, message);
      else this.staged(message.hash);
    } else if (capability === metricsCapability && type === "watch") {
      const message = watchMessage.parse(body);
      this.watch = message.queries.length > 0 ? message : null;
    }
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
