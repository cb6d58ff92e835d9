import {
  hashOwnTelemetry,
  noOwnTelemetry,
  type OwnTelemetrySettings,
  secretsOfTelemetry,
  type TelemetrySignal,
  type TelemetryTarget,
  telemetrySignals,
} from "../../domain/fleets/own-telemetry.ts";
import {
  type AgentCapabilityName,
  hasCapability,
  serverCapabilities,
} from "../../protocol/opamp/capabilities.ts";
import { encodeServerFrame } from "../../protocol/opamp/frame.ts";
import { type AgentToServer, ConnectionSettingsStatuses } from "../../protocol/opamp/opamp_pb.js";
import { hexToBytes, uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";
import { sendQuietly } from "../shared/sockets.ts";
import type { FleetTx } from "./commits.ts";
import { KeptSetting } from "./kept-setting.ts";
import type { Tx } from "./parts.ts";
import type { ServerMessage, Sessions } from "./sessions.ts";
import type { StoredAgent } from "./store.ts";

/** On an agent's row: what it was last offered of this, and what it said. */
export interface ToldTelemetry {
  hash: string;
  state: "offered" | "applied" | "failed";
  error: string | null;
  /** Epoch ms. */
  at: number;
}

type Offer = Pick<ServerMessage, "connectionSettings">;

const capabilityOf: Record<TelemetrySignal, AgentCapabilityName> = {
  metrics: "ReportsOwnMetrics",
  traces: "ReportsOwnTraces",
  logs: "ReportsOwnLogs",
};
const fieldOf = { metrics: "ownMetrics", traces: "ownTraces", logs: "ownLogs" } as const;
const maxErrorChars = 2_000;

const nowhere = hashOwnTelemetry(noOwnTelemetry);

/** Where the fleet's agents tell of themselves, and who has taken it. Kept in `settings`. */
export class OwnTelemetryKeeper {
  readonly #kept: KeptSetting<OwnTelemetrySettings>;
  readonly #sessions: Sessions;
  readonly #secretText: (versionId: string) => string;
  readonly #log: (what: string, error: unknown) => void;
  #known: { settings: OwnTelemetrySettings; hash: string } | undefined;

  /** `secretText` throws when a value cannot be opened now. */
  constructor(
    sql: SqlStorage,
    sessions: Sessions,
    secretText: (versionId: string) => string,
    log: (what: string, error: unknown) => void,
  ) {
    this.#kept = new KeptSetting(sql, "ownTelemetry", noOwnTelemetry);
    this.#sessions = sessions;
    this.#secretText = secretText;
    this.#log = log;
  }

  forget(): void {
    this.#kept.forget();
  }

  get(): { settings: OwnTelemetrySettings; hash: string } {
    const settings = this.#kept.get();
    if (this.#known?.settings !== settings) {
      this.#known = { settings, hash: hashOwnTelemetry(settings) };
    }
    return this.#known;
  }

  /** Versions of secrets that agents are sent with it. */
  secretVersions(): string[] {
    return secretsOfTelemetry(this.get().settings);
  }

  /** Keeps it and offers it to those who are here; who polls or is away gets it with the answer to what it says next. */
  set(tx: FleetTx, settings: OwnTelemetrySettings, agents: Iterable<StoredAgent>): void {
    this.#kept.set(tx, settings);
    for (const agent of agents) {
      const session = this.#sessions.of(agent.id);
      const socket = session?.socket;
      if (!session || !socket) continue;
      const offer = this.offerDue(tx, agent, false);
      if (!offer) continue;
      const frame = encodeServerFrame({
        instanceUid: uidFromHex(session.uid),
        capabilities: BigInt(serverCapabilities),
        ...offer,
      });
      tx.after(() => sendQuietly(socket, frame));
    }
  }

  /** What the agent must be sent now, noted as offered; null = nothing. `opened`: it has just come. */
  offerDue(tx: Tx, agent: StoredAgent, opened: boolean): Offer | null {
    const { hash } = this.get();
    const told = agent.telemetry;
    const isDue = told ? told.hash !== hash || (opened && told.state === "offered") : hash !== nowhere;
    if (!isDue || agent.revokedAt !== null) return null;
    const offer = this.#offer(agent);
    if (!offer) return null;
    agent.telemetry = { hash, state: "offered", error: null, at: tx.nowMs };
    tx.saveAgent(agent);
    return offer;
  }

  takeStatus(tx: Tx, agent: StoredAgent, { connectionSettingsStatus: said }: AgentToServer): void {
    const told = agent.telemetry;
    if (!said || !told) return;
    const hash = uidToHex(said.lastConnectionSettingsHash);
    // It knows of no offer at all: it has lost what it had.
    if (hash === "" && told.state !== "offered") {
      agent.telemetry = { ...told, hash: "" };
      tx.saveAgent(agent);
      return;
    }
    const state = stateOf(said.status);
    if (hash !== told.hash || !state || state === told.state) return;
    const error = state === "failed" ? said.errorMessage.slice(0, maxErrorChars) : null;
    agent.telemetry = { hash, state, error, at: tx.nowMs };
    tx.saveAgent(agent);
    if (state === "failed") {
      tx.event({
        type: "agent.own_telemetry_failed",
        agentId: agent.id,
        summary: `${agent.name} cannot tell of itself where the fleet asks for it: ${error || "it does not say why"}`,
        data: { error },
      });
    }
  }

  /** Only of signals that the agent takes. One that was set before and is no more has an empty endpoint. */
  #offer(agent: StoredAgent): Offer | null {
    const { settings, hash } = this.get();
    const signals = takenSignals(agent).filter((signal) => settings[signal] || agent.telemetry);
    if (signals.length === 0) return null;
    try {
      const targets = signals.map((signal) => [fieldOf[signal], this.#sendable(settings[signal])]);
      return { connectionSettings: { hash: hexToBytes(hash), ...Object.fromEntries(targets) } };
    } catch (error) {
      this.#log("own telemetry was not offered", error);
      return null;
    }
  }

  #sendable(target: TelemetryTarget | null) {
    if (!target) return { destinationEndpoint: "" };
    const headers = Object.entries(target.headers).map(([key, header]) => ({
      key,
      value: "secret" in header ? header.prefix + this.#secretText(header.versionId) : header.value,
    }));
    const tls = { includeSystemCaCertsPool: true, insecureSkipVerify: false, minVersion: "1.2" };
    return { destinationEndpoint: target.endpoint, headers: { headers }, tls };
  }
}

export const takenSignals = ({ capabilities }: StoredAgent): TelemetrySignal[] =>
  telemetrySignals.filter((signal) => hasCapability(capabilities, capabilityOf[signal]));

function stateOf(status: ConnectionSettingsStatuses): "applied" | "failed" | null {
  switch (status) {
    case ConnectionSettingsStatuses.ConnectionSettingsStatuses_APPLIED:
      return "applied";
    case ConnectionSettingsStatuses.ConnectionSettingsStatuses_FAILED:
      return "failed";
    default:
      return null;
  }
}
