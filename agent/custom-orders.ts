import type { z } from "zod";
import { metricsCapability, type WatchMessage, watchMessage } from "../protocol/custom/metrics.ts";
import { type StageMessage, stageMessage, stagingCapability } from "../protocol/custom/staging.ts";
import type { CustomMessage } from "../protocol/opamp/opamp_pb.js";
import type { Log } from "./log.ts";

export interface CustomOrders {
  onStage: (message: StageMessage) => void;
  onWatch: (message: WatchMessage) => void;
  log: Log;
}

/** Reads what the server asks for beyond OpAMP. What it does not know, or cannot read, is ignored and logged. */
export function customOrders(orders: CustomOrders): (message: CustomMessage) => void {
  const read = <T>(schema: z.ZodType<T>, { type, data }: CustomMessage, act: (message: T) => void) => {
    try {
      act(schema.parse(JSON.parse(new TextDecoder().decode(data))));
    } catch (error) {
      orders.log("warn", `a "${type}" message of the server was ignored: ${String(error).slice(0, 300)}`);
    }
  };
  return (message) => {
    const { capability, type } = message;
    if (capability === stagingCapability && type === "stage") read(stageMessage, message, orders.onStage);
    else if (capability === metricsCapability && type === "watch")
      read(watchMessage, message, orders.onWatch);
    else orders.log("warn", `a "${type}" message of ${capability} was ignored: it is not known here`);
  };
}
