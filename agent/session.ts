import type { MessageInitShape } from "@bufbuild/protobuf";
import { attributesTo } from "../protocol/opamp/attributes.ts";
import {
  type AgentCapabilityName,
  agentCapability,
  capabilityBits,
  reportAvailableComponents,
  reportFullState,
} from "../protocol/opamp/capabilities.ts";
import { secretFileRole } from "../protocol/opamp/config-map.ts";
import { decodeServerToAgent, encodeAgentFrame, FrameError } from "../protocol/opamp/frame.ts";
import { limits } from "../protocol/opamp/limits.ts";
import {
  type AgentToServerSchema,
  CommandType,
  type ComponentHealthSchema,
  type ConnectionSettingsOffers,
  ConnectionSettingsStatuses,
  type CustomMessage,
  type OpAMPConnectionSettings,
  RemoteConfigStatuses,
  ServerErrorResponseType,
  type ServerToAgent,
} from "../protocol/opamp/opamp_pb.js";
import { hexToBytes, uidFromHex, uidToHex } from "../protocol/opamp/uid.ts";
import type { RemoteConfig } from "./apply/target.ts";
import type { describe } from "./description.ts";
import type { Health } from "./health.ts";
import type { Log } from "./log.ts";
import { packageSet } from "./packages/offer.ts";
import type { packageStatuses } from "./packages/statuses.ts";
import type { AgentState, StatusReport, StoredFile } from "./state-file.ts";

/** What travels only when it changed, or when the server asks for everything. */
type Part =
  | "description"
  | "health"
  | "effectiveConfig"
  | "configStatus"
  | "connectionStatus"
  | "packages"
  | "components";
const allParts: readonly Part[] = [
  "description",
  "health",
  "effectiveConfig",
  "configStatus",
  "connectionStatus",
  "packages",
  "components",
];

/** What only a collector says and hears. */
export interface CollectorSession {
  readonly capabilities: readonly AgentCapabilityName[];
  components(): Pick<Message, "availableComponents">;
  onOffer(hash: string, offers: ConnectionSettingsOffers): void;
}

export interface SessionOptions {
  state: () => Readonly<AgentState>;
  description: () => ReturnType<typeof describe>;
  /** What it can do beyond OpAMP. */
  customCapabilities: readonly string[];
  /** Whether the server may offer packages. */
  acceptsPackages: boolean;
  packages: () => ReturnType<typeof packageStatuses>;
  health: () => Health | null;
  /** null = it cannot be read now. */
  effectiveConfig: () => StoredFile[] | null;
  /** False when nothing was sent. */
  send: (frame: Uint8Array) => boolean;
  onRemoteConfig: (config: RemoteConfig) => void;
  onConnectionOffer: (hash: string, settings: OpAMPConnectionSettings) => void;
  /** Of a supervised collector; absent = it supervises none. */
  collector?: CollectorSession;
  onNewUid: (uid: string) => void;
  /** The server answered without another uid. */
  onAccepted?: () => void;
  onRestart: () => void;
  onCustomMessage: (message: CustomMessage) => void;
  /** The server is overloaded: come back after this time. */
  onUnavailable: (retryAfterMs: number) => void;
  log: Log;
  /** Changes within this time travel together. */
  coalesceMs?: number;
}

type Message = MessageInitShape<typeof AgentToServerSchema>;

/** Of a message's limit, less what else travels with it. */
const effectiveConfigBytes = limits.messageBytes - 64 * 1024;

const capabilities = capabilityBits([
  "ReportsStatus",
  "AcceptsRemoteConfig",
  "ReportsEffectiveConfig",
  "ReportsHealth",
  "ReportsRemoteConfig",
  "AcceptsOpAMPConnectionSettings",
  "ReportsConnectionSettingsStatus",
  "AcceptsRestartCommand",
  "ReportsPackageStatuses",
]);

/** What is said over the connection: the sequence, what the server knows already, and what it asks for. */
export class Session {
  private readonly options: SessionOptions;
  private sequence = 0n;
  private readonly unsaid = new Set<Part>(allParts);
  private timer: NodeJS.Timeout | null = null;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  /** A connection is open. The first one says everything, later ones what changed and what config is in place. */
  opened(): void {
    this.unsaid.add("configStatus");
    this.say();
  }

  closed(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Marks parts as changed; they travel soon, together. */
  changed(...parts: Part[]): void {
    for (const part of parts) this.unsaid.add(part);
    this.timer ??= setTimeout(() => this.say(), this.options.coalesceMs ?? 100);
  }

  /** As `changed`, at once. */
  report(...parts: Part[]): void {
    for (const part of parts) this.unsaid.add(part);
    this.say();
  }

  /** At once; nothing is kept for later when there is no connection. */
  custom(capability: string, type: string, body: object): void {
    this.customBytes(capability, type, new TextEncoder().encode(JSON.stringify(body)));
  }

  /** As `custom`; false when nothing was sent. */
  customBytes(capability: string, type: string, data: Uint8Array): boolean {
    return this.sendMessage({ customMessage: { capability, type, data } });
  }

  goodbye(): void {
    this.sendMessage({ agentDisconnect: {} });
  }

  receive(bytes: Uint8Array): void {
    let message: ServerToAgent;
    try {
      message = decodeServerToAgent(bytes);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.options.log("warn", `a message of the server was ignored: ${error.message}`);
      return;
    }
    const { instanceUid } = this.options.state();
    if (message.instanceUid.length > 0 && uidToHex(message.instanceUid) !== instanceUid) {
      this.options.log("warn", "a message of the server for another instance was ignored");
      return;
    }
    if (message.errorResponse) this.refused(message.errorResponse);
    else this.obey(message);
  }

  private refused(error: NonNullable<ServerToAgent["errorResponse"]>): void {
    this.options.log("error", `the server refused a message: ${error.errorMessage || "no reason given"}`);
    if (error.type !== ServerErrorResponseType.ServerErrorResponseType_Unavailable) return;
    const nanoseconds =
      error.Details.case === "retryInfo" ? error.Details.value.retryAfterNanoseconds : 30_000_000_000n;
    this.options.onUnavailable(Number(nanoseconds / 1_000_000n));
  }

  private obey(message: ServerToAgent): void {
    const { log, onConnectionOffer, onNewUid, onRemoteConfig, onRestart } = this.options;
    const newUid = message.agentIdentification?.newInstanceUid;
    if (newUid?.length === 16) {
      log("info", `the server gave this agent the instance uid ${uidToHex(newUid)}`);
      onNewUid(uidToHex(newUid));
      this.sayAll();
      return;
    }
    this.options.onAccepted?.();
    if ((Number(message.flags) & reportFullState) !== 0) {
      this.sayAll();
    } else if ((Number(message.flags) & reportAvailableComponents) !== 0) {
      this.report("components");
    }
    const { connectionSettings, remoteConfig } = message;
    if (connectionSettings?.opamp) {
      onConnectionOffer(uidToHex(connectionSettings.hash), connectionSettings.opamp);
    }
    if (connectionSettings) {
      this.options.collector?.onOffer(uidToHex(connectionSettings.hash), connectionSettings);
    }
    const { packagesAvailable } = message;
    if (packagesAvailable && !remoteConfig) {
      log("warn", "packages that came without a config were ignored");
    }
    const takesPackages = packagesAvailable && this.options.acceptsPackages;
    if (packagesAvailable && !takesPackages) {
      log("warn", "packages were ignored: this host does not let the server replace programs");
    }
    if (remoteConfig) {
      const files = Object.entries(remoteConfig.config?.configMap ?? {}).map(([name, file]) => ({
        name,
        contentType: file.contentType,
        body: file.body,
        ...(file.role === secretFileRole && { secret: true as const }),
      }));
      const packages = takesPackages && { packages: packageSet(packagesAvailable) };
      onRemoteConfig({ hash: uidToHex(remoteConfig.configHash), files, ...packages });
    }
    if (message.customMessage) this.options.onCustomMessage(message.customMessage);
    if (message.command?.type === CommandType.CommandType_Restart) onRestart();
  }

  private sayAll(): void {
    this.report(...allParts);
  }

  private say(): void {
    this.closed();
    const parts = new Set(this.unsaid);
    const { configStatus, connectionStatus } = this.options.state();
    const health = this.options.health();
    const description = this.options.description();
    const sent = this.sendMessage({
      ...(parts.has("description") && {
        agentDescription: {
          identifyingAttributes: attributesTo(description.identifying),
          nonIdentifyingAttributes: attributesTo(description.nonIdentifying),
        },
        customCapabilities: { capabilities: [...this.options.customCapabilities] },
      }),
      ...(parts.has("health") && health && { health: componentHealth(health) }),
      ...(parts.has("effectiveConfig") && this.effectiveConfig()),
      ...(parts.has("configStatus") && {
        remoteConfigStatus: configStatus ? remoteConfigStatus(configStatus) : {},
      }),
      ...(parts.has("connectionStatus") &&
        connectionStatus && { connectionSettingsStatus: connectionSettingsStatus(connectionStatus) }),
      ...(parts.has("packages") && { packageStatuses: this.options.packages() }),
      ...(parts.has("components") && this.options.collector?.components()),
    });
    if (sent) for (const part of parts) this.unsaid.delete(part);
  }

  private sendMessage(message: Message): boolean {
    const frame = encodeAgentFrame({
      instanceUid: uidFromHex(this.options.state().instanceUid),
      sequenceNum: this.sequence,
      capabilities: BigInt(
        capabilities |
          capabilityBits(this.options.collector?.capabilities ?? []) |
          (this.options.acceptsPackages ? agentCapability.AcceptsPackages : 0),
      ),
      ...message,
    });
    if (!this.options.send(frame)) return false;
    this.sequence++;
    return true;
  }

  /** Left out where it cannot be told: an empty one would say that every file is gone. */
  private effectiveConfig(): Pick<Message, "effectiveConfig"> {
    const files = this.options.effectiveConfig();
    const bytes = files?.reduce((sum, file) => sum + file.body.length + file.name.length, 0) ?? 0;
    if (bytes > effectiveConfigBytes) {
      this.options.log("warn", `the effective config has ${bytes} bytes, too many to report; leaving it out`);
    }
    if (!files || bytes > effectiveConfigBytes) return {};
    const configMap = Object.fromEntries(
      files.map(({ name, body, contentType }) => [name, { body, contentType }]),
    );
    return { effectiveConfig: { configMap: { configMap } } };
  }
}

const remoteConfigStatuses = {
  applied: RemoteConfigStatuses.RemoteConfigStatuses_APPLIED,
  applying: RemoteConfigStatuses.RemoteConfigStatuses_APPLYING,
  failed: RemoteConfigStatuses.RemoteConfigStatuses_FAILED,
} as const;

const connectionSettingsStatuses = {
  applied: ConnectionSettingsStatuses.ConnectionSettingsStatuses_APPLIED,
  applying: ConnectionSettingsStatuses.ConnectionSettingsStatuses_APPLYING,
  failed: ConnectionSettingsStatuses.ConnectionSettingsStatuses_FAILED,
} as const;

const remoteConfigStatus = (report: StatusReport) => ({
  lastRemoteConfigHash: hexToBytes(report.hash),
  status: remoteConfigStatuses[report.status],
  errorMessage: report.error.slice(0, limits.errorChars),
});

const connectionSettingsStatus = (report: StatusReport) => ({
  lastConnectionSettingsHash: hexToBytes(report.hash),
  status: connectionSettingsStatuses[report.status],
  errorMessage: report.error.slice(0, limits.errorChars),
});

const componentHealth = (health: Health): MessageInitShape<typeof ComponentHealthSchema> => ({
  healthy: health.healthy,
  status: health.status,
  lastError: health.error.slice(0, limits.errorChars),
  startTimeUnixNano: BigInt(health.startedMs) * 1_000_000n,
  statusTimeUnixNano: BigInt(Date.now()) * 1_000_000n,
  componentHealthMap: Object.fromEntries(
    Object.entries(health.components ?? {}).map(([name, one]) => [name, componentHealth(one)]),
  ),
});
