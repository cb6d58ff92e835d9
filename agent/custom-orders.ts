import {
  hostMetricsCapability,
  logsCapability,
  metricsCapability,
  musterAgentCapability,
  stagingCapability,
  streamsCapability,
} from "../protocol/custom/agent.ts";
import type { DecommissionMessage } from "../protocol/custom/decommission.ts";
import type { CollectMessage, LookMessage } from "../protocol/custom/host-metrics.ts";
import type { ShipMessage } from "../protocol/custom/logs.ts";
import type { WatchMessage } from "../protocol/custom/metrics.ts";
import type { StageMessage } from "../protocol/custom/staging.ts";
import type { OpenMessage } from "../protocol/custom/streams.ts";
import type { CustomMessage } from "../protocol/opamp/opamp_pb.js";
import type { Log } from "./log.ts";

export interface CustomOrders {
  onStage: (message: StageMessage) => void;
  onWatch: (message: WatchMessage) => void;
  onCollect: (message: CollectMessage) => void;
  onLook: (message: LookMessage) => void;
  /** The stream may outlast the order, which is done once it is dialled. */
  onOpen: (message: OpenMessage) => Promise<void>;
  onShip: (message: ShipMessage) => void;
  onDecommission: (message: DecommissionMessage) => void;
  log: Log;
}

/**
 * Obeys what the server asks for beyond OpAMP, in order. What it does not know, or cannot read, is ignored and logged. The
 * schemas are loaded with the first order: most agents never get one, and need not hold them in memory.
 */
export function customOrders(orders: CustomOrders): (message: CustomMessage) => void {
  let turn: Promise<void> = Promise.resolve();
  return (message) => {
    turn = turn
      .then(() => obey(orders, message))
      .catch((error: unknown) => {
        const reason = String(error).slice(0, 300);
        orders.log("warn", `a "${message.type}" message of the server was ignored: ${reason}`);
      });
  };
}

async function obey(orders: CustomOrders, { capability, type, data }: CustomMessage): Promise<void> {
  const body = () => JSON.parse(new TextDecoder().decode(data)) as unknown;
  if (capability === stagingCapability && type === "stage") {
    const { stageMessage } = await import("../protocol/custom/staging.ts");
    orders.onStage(stageMessage.parse(body()));
  } else if (capability === metricsCapability && type === "watch") {
    const { watchMessage } = await import("../protocol/custom/metrics.ts");
    orders.onWatch(watchMessage.parse(body()));
  } else if (capability === hostMetricsCapability && (type === "collect" || type === "look")) {
    const { collectMessage, lookMessage } = await import("../protocol/custom/host-metrics.ts");
    if (type === "collect") orders.onCollect(collectMessage.parse(body()));
    else orders.onLook(lookMessage.parse(body()));
  } else if (capability === streamsCapability && type === "open") {
    const { openMessage } = await import("../protocol/custom/streams.ts");
    await orders.onOpen(openMessage.parse(body()));
  } else if (capability === logsCapability && type === "ship") {
    const { shipMessage } = await import("../protocol/custom/logs.ts");
    orders.onShip(shipMessage.parse(body()));
  } else if (capability === musterAgentCapability && type === "decommission") {
    const { decommissionMessage } = await import("../protocol/custom/decommission.ts");
    orders.onDecommission(decommissionMessage.parse(body()));
  } else {
    throw new Error(`${capability} has no such message here`);
  }
}
