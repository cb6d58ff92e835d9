/** One agent that is none: it dials, tells of itself and takes configs over a real OpAMP WebSocket, and runs nothing. */
import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import { labelAttributePrefix, liveness, musterAgentCapability } from "../../protocol/custom/agent.ts";
import { attributesTo } from "../../protocol/opamp/attributes.ts";
import { capabilityBits, reportFullState } from "../../protocol/opamp/capabilities.ts";
import { decodeServerToAgent, encodeAgentFrame, FrameError } from "../../protocol/opamp/frame.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import {
  type AgentConfigMap,
  type AgentRemoteConfig,
  CommandType,
  RemoteConfigStatuses,
  ServerErrorResponseType,
  type ServerToAgent,
} from "../../protocol/opamp/opamp_pb.js";
import { uidToHex, uuidV7 } from "../../protocol/opamp/uid.ts";
import { simulatedType } from "./marks.ts";
import type { Pacer } from "./pacer.ts";
import type { Behaviour } from "./profiles.ts";
import type { Tally } from "./tally.ts";

type Message = Omit<Parameters<typeof encodeAgentFrame>[0], "$typeName" | "instanceUid" | "sequenceNum">;

export interface SimulatedWorld {
  endpoint: string;
  token: string;
  run: string;
  profile: string;
  tally: Tally;
  /** Dials of all agents. */
  dials: Pacer;
  /** Messages of all agents. */
  messages: Pacer;
  /** By hash, once for all agents that have it. */
  configs: Map<string, AgentConfigMap | undefined>;
  /** The fleet does not take agents in: no other will fare better. */
  onRefused(reason: string): void;
}

const capabilities = BigInt(
  capabilityBits([
    "ReportsStatus",
    "AcceptsRemoteConfig",
    "ReportsEffectiveConfig",
    "ReportsRemoteConfig",
    "ReportsHealth",
    "AcceptsRestartCommand",
  ]),
);
const zones = ["a", "b", "c"];

/** Full jitter, doubled with each failure in a row. */
const firstBackoffMs = 5_000;
const longestBackoffMs = 60_000;
const restartMs = 2_000;
const closeMs = 5_000;
/** How the server closes the connection of an agent that it knows no longer. */
const policyViolation = 1008;

interface Status {
  hash: Uint8Array;
  status: RemoteConfigStatuses;
  errorMessage: string;
}

export class SimulatedAgent {
  private readonly uid = uuidV7(Date.now(), randomBytes(16));
  private readonly index: number;
  private readonly world: SimulatedWorld;
  private readonly behaviour: Behaviour;
  private socket: WebSocket | null = null;
  private sequence = 0n;
  private failures = 0;
  private isEnrolled = false;
  private isUp = false;
  private isOver = false;
  /** Its connection was dropped, and it comes back when that is over. */
  private isAway = false;
  private unansweredPings = 0;
  private health = { healthy: true, error: "", startedMs: Date.now() };
  private status: Status | null = null;
  /** Hash of what it runs. */
  private running: string | null = null;
  private readonly known = new Set<string>();
  /** What is to come, and what an offer leads to; a later offer takes the place of that. */
  private readonly timers = new Set<NodeJS.Timeout>();
  private applying: NodeJS.Timeout | null = null;

  constructor(index: number, world: SimulatedWorld, behaviour: Behaviour) {
    this.index = index;
    this.world = world;
    this.behaviour = behaviour;
  }

  begin(): void {
    this.world.dials.add(() => this.dial());
    this.awaitDrop();
    this.awaitFlap();
  }

  /** Says goodbye and hangs up. Resolves when the connection has ended. */
  end(): Promise<void> {
    this.stop();
    const { socket } = this;
    if (!socket || socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(() => socket.terminate(), closeMs);
      socket.once("close", () => {
        clearTimeout(late);
        resolve();
      });
      if (socket.readyState !== WebSocket.OPEN) return socket.terminate();
      this.send({ agentDisconnect: {} });
      socket.close(1000);
    });
  }

  private stop(): void {
    this.isOver = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private after(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
    return timer;
  }

  /** Resolves when the connection stands or has failed. */
  private dial(): Promise<void> {
    if (this.isOver) return Promise.resolve();
    const { endpoint, tally, token } = this.world;
    tally.dials++;
    const socket = new WebSocket(endpoint, {
      headers: { authorization: `Bearer ${token}`, "user-agent": "muster-simulate" },
      perMessageDeflate: false,
      handshakeTimeout: 30_000,
      maxPayload: limits.offerBytes,
    });
    this.socket = socket;
    let refusal: { status: number; retryAfterMs: number } | null = null;
    socket.on("unexpected-response", (request, response) => {
      const retryAfterMs = Number(response.headers["retry-after"] ?? 0) * 1000 || 0;
      refusal = { status: response.statusCode ?? 0, retryAfterMs };
      request.destroy();
      socket.terminate();
    });
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.receive(data);
      else this.unansweredPings = 0;
    });
    return new Promise((resolve) => {
      socket.once("open", () => {
        this.opened(socket);
        resolve();
      });
      socket.on("error", () => {
        // Its close follows.
      });
      socket.once("close", (code) => {
        this.closed(code, refusal);
        resolve();
      });
    });
  }

  private opened(socket: WebSocket): void {
    const { tally } = this.world;
    this.isUp = true;
    this.failures = 0;
    this.unansweredPings = 0;
    tally.online++;
    if (!this.health.healthy) tally.unhealthy++;
    const pings = setInterval(() => this.ping(socket), liveness.intervalSeconds * 1000);
    socket.once("close", () => clearInterval(pings));
    // One that was here before leaves out what has not changed.
    if (this.isEnrolled) this.say(() => ({ ...this.statusPart(), ...this.healthPart() }));
    else this.say(() => this.everything());
  }

  private closed(code: number, refusal: { status: number; retryAfterMs: number } | null): void {
    const { dials, onRefused, tally } = this.world;
    const wasUp = this.isUp;
    this.isUp = false;
    if (wasUp) {
      tally.online--;
      if (!this.health.healthy) tally.unhealthy--;
    } else if (!this.isOver) tally.failedDials++;
    if (this.isOver) return;
    const isFinal = code === policyViolation || refusal?.status === 401 || refusal?.status === 403;
    if (isFinal) {
      this.stop();
      if (this.isEnrolled) tally.gone++;
      else onRefused(refusal ? `a dial was answered ${refusal.status}` : "the server closed a connection");
      return;
    }
    if (this.isAway) return;
    if (wasUp) tally.lost++;
    this.redial(refusal?.retryAfterMs ?? 0, () => dials.add(() => this.dial()));
  }

  private redial(leastMs: number, dial: () => void): void {
    const mostMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** this.failures++);
    this.after(leastMs + Math.random() * mostMs, dial);
  }

  private ping(socket: WebSocket): void {
    if (this.unansweredPings >= liveness.missedBeforeRedial) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) {
      this.unansweredPings++;
      socket.send(liveness.ping);
    }
  }

  private awaitDrop(): void {
    const drop = this.behaviour.nextDrop();
    if (!drop) return;
    this.after(drop.inMs, () => {
      if (!this.isUp) return this.awaitDrop();
      this.world.tally.drops++;
      this.isAway = true;
      this.socket?.terminate();
      this.after(drop.forMs, () => {
        this.isAway = false;
        if (this.behaviour.restartsWhenDropped) this.health = { ...this.health, startedMs: Date.now() };
        this.world.dials.add(() => this.dial());
        this.awaitDrop();
      });
    });
  }

  private awaitFlap(): void {
    const flap = this.behaviour.nextFlap();
    if (!flap) return;
    this.after(flap.inMs, () => {
      this.beUnhealthy("simulated: the program does not answer", flap.forMs, false);
      this.after(flap.forMs, () => this.awaitFlap());
    });
  }

  /** `anew`: its program has started again when it is well. */
  private beUnhealthy(error: string, forMs: number, anew: boolean): void {
    this.setHealth({ ...this.health, healthy: false, error });
    this.after(forMs, () => {
      const startedMs = anew ? Date.now() : this.health.startedMs;
      this.setHealth({ healthy: true, error: "", startedMs });
    });
  }

  private setHealth(health: SimulatedAgent["health"]): void {
    const { tally } = this.world;
    if (this.isUp) tally.unhealthy += Number(this.health.healthy) - Number(health.healthy);
    this.health = health;
    this.say(() => this.healthPart());
  }

  private receive(data: Buffer): void {
    this.world.tally.received++;
    let message: ServerToAgent;
    try {
      message = decodeServerToAgent(data);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.socket?.terminate();
      return;
    }
    if (message.errorResponse) this.refused(message.errorResponse);
    else this.obey(message);
  }

  private obey(message: ServerToAgent): void {
    if (message.agentIdentification) {
      // Its uid was drawn: only its own connection from before can have it, whose end the server has not seen yet.
      this.socket?.terminate();
      return;
    }
    if (!this.isEnrolled) {
      this.isEnrolled = true;
      this.world.tally.enrolled++;
    }
    if ((Number(message.flags) & reportFullState) !== 0) this.say(() => this.everything());
    if (message.remoteConfig) this.takeConfig(message.remoteConfig);
    if (message.command?.type === CommandType.CommandType_Restart) {
      this.world.tally.restarts++;
      this.beUnhealthy("simulated: the program is starting", restartMs, true);
    }
  }

  private refused({ errorMessage, type }: NonNullable<ServerToAgent["errorResponse"]>): void {
    const isBusy = type === ServerErrorResponseType.ServerErrorResponseType_Unavailable;
    if (!isBusy && !this.isEnrolled) {
      this.stop();
      this.world.onRefused(errorMessage || "no reason was given");
    }
    this.socket?.terminate();
  }

  private takeConfig({ config, configHash }: AgentRemoteConfig): void {
    const { configs, tally } = this.world;
    const hash = uidToHex(configHash);
    if (!configs.has(hash)) configs.set(hash, config);
    tally.offers++;
    if (this.applying) clearTimeout(this.applying);
    this.applying = null;
    const outcome = this.behaviour.offer(this.known.has(hash));
    if (outcome.kind === "silent") {
      tally.unanswered++;
      return;
    }
    this.report(configHash, RemoteConfigStatuses.RemoteConfigStatuses_APPLYING);
    this.applying = this.after(outcome.afterMs, () => {
      this.applying = null;
      if (outcome.kind === "failed") {
        tally.failed++;
        const why = "simulated: the program refused the config, the one before runs again";
        this.report(configHash, RemoteConfigStatuses.RemoteConfigStatuses_FAILED, why);
        return;
      }
      tally.applied++;
      this.running = hash;
      this.known.add(hash);
      this.report(configHash, RemoteConfigStatuses.RemoteConfigStatuses_APPLIED);
      if (outcome.crashAfterMs === null) return;
      this.after(outcome.crashAfterMs, () => {
        tally.crashes++;
        this.beUnhealthy("simulated: the program crashed", outcome.crashMs, true);
      });
    });
  }

  private report(hash: Uint8Array, status: RemoteConfigStatuses, errorMessage = ""): void {
    this.status = { hash, status, errorMessage };
    const isFinal = status !== RemoteConfigStatuses.RemoteConfigStatuses_APPLYING;
    const said = { ...this.statusPart(), ...(isFinal && this.effectivePart()) };
    this.say(() => said);
  }

  /** In its turn among all agents' messages. Nothing when it is not connected then: it tells all that counts when it is back. */
  private say(message: () => Message): void {
    this.world.messages.add(() => {
      if (!this.isOver && this.isUp) this.send(message());
    });
  }

  private send(message: Message): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.world.tally.sent++;
    this.socket.send(
      encodeAgentFrame({ capabilities, ...message, instanceUid: this.uid, sequenceNum: this.sequence++ }),
    );
  }

  private everything(): Message {
    const { profile, run } = this.world;
    const number = String(this.index + 1).padStart(4, "0");
    return {
      agentDescription: {
        identifyingAttributes: attributesTo({
          "service.name": simulatedType,
          "service.instance.id": `sim-${run}-${number}`,
          "service.version": "1.0.0",
        }),
        nonIdentifyingAttributes: attributesTo({
          "host.name": `sim-${number}`,
          "os.type": "linux",
          [`${labelAttributePrefix}profile`]: profile,
          [`${labelAttributePrefix}zone`]: zones[this.index % zones.length] ?? "",
        }),
      },
      customCapabilities: { capabilities: [musterAgentCapability] },
      ...this.healthPart(),
      ...this.effectivePart(),
      ...this.statusPart(),
    };
  }

  private healthPart(): Message {
    const { error, healthy, startedMs } = this.health;
    return {
      health: { healthy, lastError: error, startTimeUnixNano: BigInt(startedMs) * 1_000_000n },
    };
  }

  private statusPart(): Message {
    if (!this.status) return { remoteConfigStatus: {} };
    const { errorMessage, hash, status } = this.status;
    return { remoteConfigStatus: { lastRemoteConfigHash: hash, status, errorMessage } };
  }

  private effectivePart(): Message {
    const configMap = this.running === null ? undefined : this.world.configs.get(this.running);
    return configMap ? { effectiveConfig: { configMap } } : {};
  }
}
