import { type MetricQuery, metricsCapability, type WatchMessage } from "../../protocol/custom/metrics.ts";
import { type StageMessage, stagingCapability } from "../../protocol/custom/staging.ts";
import { serverCapabilities } from "../../protocol/opamp/capabilities.ts";
import { encodeServerFrame } from "../../protocol/opamp/frame.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { sendQuietly } from "../shared/sockets.ts";
import type { Bundle } from "./parts.ts";
import type { ServerMessage, Session } from "./sessions.ts";

/** Between two readings. */
const readingSeconds = 5;
/** Longer than any wave that is worth watching; the fleet says when it is over. */
const watchSeconds = 86_400;

export function sendStage(session: Session, { configHash, files }: Bundle): void {
  const message: StageMessage = { hash: configHash, files };
  send(session, stagingCapability, "stage", message);
}

export function sendWatch(session: Session, queries: readonly MetricQuery[]): void {
  const message: WatchMessage = {
    intervalSeconds: readingSeconds,
    forSeconds: watchSeconds,
    queries: [...queries],
  };
  send(session, metricsCapability, "watch", message);
}

/** At once over a socket; with the answer under way to one that polls. */
function send(session: Session, capability: string, type: string, message: object): void {
  const customMessage = { capability, type, data: new TextEncoder().encode(JSON.stringify(message)) };
  if (session.poll) {
    session.poll.customMessage = customMessage;
    return;
  }
  if (!session.socket) return;
  const frame: ServerMessage = {
    instanceUid: uidFromHex(session.uid),
    capabilities: BigInt(serverCapabilities),
    customMessage,
  };
  sendQuietly(session.socket, encodeServerFrame(frame));
}
