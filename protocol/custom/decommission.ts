/** The end of an agent, told by either side under the capability of Muster's own agent. */
import { z } from "zod";

/** Custom message type `decommission`, data = JSON. From the agent: it leaves for good. To the agent: it is to leave. */
export const decommissionMessage = z.object({
  reason: z.string().max(500),
  /** To the agent only: whether the program goes on. */
  keepRunning: z.boolean().default(true),
});
export type DecommissionMessage = z.infer<typeof decommissionMessage>;

/** How the reason begins with which the server closes the connection of one that it let go. */
export const decommissionedReason = "Decommissioned";
