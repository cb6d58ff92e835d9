import {
  execCapability,
  hostMetricsCapability,
  logsCapability,
  metricsCapability,
  musterAgentCapability,
  stagingCapability,
  streamsCapability,
} from "../../protocol/custom/agent.ts";
import { type MetricQuery, readingMessage, type WatchMessage } from "../../protocol/custom/metrics.ts";
import { type StageMessage, stagedMessage } from "../../protocol/custom/staging.ts";
import type { OpenMessage } from "../../protocol/custom/streams.ts";
import { serverCapabilities } from "../../protocol/opamp/capabilities.ts";
import { encodeServerBody, frameWithUid } from "../../protocol/opamp/frame.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import type { CustomMessage } from "../../protocol/opamp/opamp_pb.js";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { sendQuietly } from "../shared/sockets.ts";
import type { AgentRecord, Bundle, RolloutPart, Tx } from "./parts.ts";
import type { Session } from "./sessions.ts";

/** What both ends may say beyond OpAMP. */
export const customCapabilities: readonly string[] = [
  musterAgentCapability,
  stagingCapability,
  metricsCapability,
  streamsCapability,
  execCapability,
  logsCapability,
  hostMetricsCapability,
];

/** Between two readings. */
const readingSeconds = 5;
/** Longer than any wave that is worth watching; the fleet says when it is over. */
const watchSeconds = 86_400;
/** Of an agent's custom message; a longer one says nothing that is known here. */
const maxDataBytes = 64 * 1024;

/** A message of ours without the uid, encoded once and sent to any number of agents. */
export type CustomFrame = Uint8Array;

export function stageFrame({ configHash, files }: Bundle): CustomFrame {
  const message: StageMessage = { hash: configHash, files };
  return customFrame(stagingCapability, "stage", message);
}

export function watchFrame(queries: readonly MetricQuery[]): CustomFrame {
  const message: WatchMessage = {
    intervalSeconds: readingSeconds,
    forSeconds: watchSeconds,
    queries: [...queries],
  };
  return customFrame(metricsCapability, "watch", message);
}

export function openFrame(message: OpenMessage): CustomFrame {
  return customFrame(streamsCapability, "open", message);
}

export function customFrame(capability: string, type: string, message: object): CustomFrame {
  const customMessage = { capability, type, data: new TextEncoder().encode(JSON.stringify(message)) };
  return encodeServerBody({ capabilities: BigInt(serverCapabilities), customMessage });
}

/** Agents that poll have none of these capabilities. */
export function sendCustom({ socket, uid }: Session, frame: CustomFrame): void {
  if (socket) sendQuietly(socket, frameWithUid(uidFromHex(uid), frame));
}

/** What an agent says under a capability that it has. What cannot be read, or nobody asked for, changes nothing. */
export function takeCustomMessage(
  tx: Tx,
  rollouts: Pick<RolloutPart, "onStaged" | "onReading">,
  agent: AgentRecord,
  { capability, type, data }: CustomMessage,
): void {
  if (!agent.custom?.includes(capability) || data.byteLength > maxDataBytes) return;
  if (capability === stagingCapability && type === "staged") {
    const { data: staged } = stagedMessage.safeParse(parse(data));
    if (staged) {
      rollouts.onStaged(tx, agent, staged.hash, staged.error?.slice(0, limits.errorChars) ?? null);
    }
  } else if (capability === metricsCapability && type === "reading") {
    const { data: reading } = readingMessage.safeParse(parse(data));
    if (reading) rollouts.onReading(tx, agent, reading.values);
  }
}

function parse(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return undefined;
  }
}
