import { z } from "zod";
import { id, timestamp } from "./shared.ts";

/** One change by a person or a key, written together with the change. */
export const auditEvent = z
  .object({
    id: id("auditEvent"),
    at: timestamp,
    actor: z.string().meta({ description: "User or API key id" }),
    action: z.string().meta({ description: "`noun.verb`", example: "fleet.create" }),
    target: z.string().meta({ description: "Id of what was acted on" }),
    summary: z.string(),
    requestId: z.string(),
  })
  .meta({ id: "AuditEvent" });
