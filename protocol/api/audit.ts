import { z } from "zod";
import { id, page, pageQuery, timestamp } from "./shared.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "must be 64 hexadecimal digits in lower case" });
const seq = z.coerce.number().int().min(0);

/** One act of a person, a key or a program, written together with what it changed. */
export const auditEvent = z
  .object({
    id: id("auditEvent"),
    organizationId: id("organization"),
    seq: z.number().int().meta({ description: "1, 2, 3 … within the organization, without a gap" }),
    at: timestamp,
    actor: z.string().meta({ description: "Id of the user or API key" }),
    actorName: z.string(),
    onBehalfOf: z
      .string()
      .nullable()
      .meta({ description: "Id of the user or service account that an API key stands for" }),
    action: z.string().meta({ description: "`noun.verb`", example: "fleet.create" }),
    target: z.string().meta({ description: "Id of what was acted on" }),
    summary: z.string(),
    changes: z
      .array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }))
      .meta({ description: "What was before and after; secrets are masked" }),
    address: z.string().meta({ description: "Where the request came from; empty when nobody told" }),
    userAgent: z.string(),
    requestId: z.string(),
    sensitiveRead: z.boolean().meta({ description: "Nothing was changed: something sensitive was read" }),
    hash: sha256.nullable().meta({
      description: "sha256 of the hash before and of this row; null for the moment until it is sealed",
    }),
  })
  .meta({ id: "AuditEvent" });
export type AuditEvent = z.infer<typeof auditEvent>;

export const auditEventsPage = page(auditEvent);

/** What lists, exports and the live stream may be narrowed to. */
export const auditFilter = z.strictObject({
  actor: z.string().max(100).optional().meta({ description: "Id of a user or API key" }),
  onBehalfOf: z.string().max(100).optional().meta({ description: "Id of a user or service account" }),
  action: z
    .string()
    .max(100)
    .regex(/^[a-z_]+\.([a-z_]+|\*)$/, { error: "must be an action such as fleet.create, or fleet.*" })
    .optional()
    .meta({ description: "`fleet.create`, or `fleet.*` for all of a noun" }),
  target: z.string().max(100).optional().meta({ description: "Id of what was acted on" }),
  from: timestamp.optional().meta({ description: "Not before this time" }),
  to: timestamp.optional().meta({ description: "Before this time" }),
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "Text in the summary or the actor's name" }),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const listAuditEventsQuery = z.strictObject({ ...pageQuery.shape, ...auditFilter.shape });

export const auditExportFormats = ["ndjson", "csv"] as const;
export const exportAuditEventsQuery = z.strictObject({
  ...auditFilter.shape,
  format: z.enum(auditExportFormats).default("ndjson"),
});

/** A line of an NDJSON export: the event, sealed, with the hash that its own stands on. Checked without the server. */
export const exportedAuditEvent = auditEvent
  .extend({ hash: sha256, previousHash: sha256 })
  .meta({ id: "ExportedAuditEvent" });
export type ExportedAuditEvent = z.infer<typeof exportedAuditEvent>;

export const verifyAuditEventsQuery = z
  .strictObject({
    after: seq
      .optional()
      .meta({ description: "Begin after the event with this `seq`, which must have `hash`" }),
    hash: sha256.optional().meta({ description: "What you noted as the hash of that event" }),
  })
  .refine(({ after, hash }) => (after === undefined) === (hash === undefined), {
    error: "goes together with `hash`: give both, or neither",
    path: ["after"],
  });

/** A place in the chain, worth noting outside: later it proves that nothing before it was changed. */
const chainPoint = z.object({ seq: z.number().int(), hash: sha256 });

export const auditFaults = ["changed", "missing", "unsealed", "not_as_noted"] as const;
export const auditVerification = z
  .object({
    valid: z.boolean(),
    checked: z.number().int().meta({ description: "How many events were checked" }),
    complete: z.boolean().meta({
      description:
        "Whether the end of the chain was reached; if not, ask again with `head` as `after` and `hash`",
    }),
    firstBroken: z
      .object({
        seq: z.number().int(),
        id: z
          .string()
          .nullable()
          .meta({ description: "As it stands in the store; null = there is no such event" }),
        fault: z.enum(auditFaults),
        detail: z.string(),
      })
      .nullable(),
    head: chainPoint.nullable().meta({ description: "The last event that was found good; note it" }),
    anchor: chainPoint.extend({ removedBefore: timestamp }).nullable().meta({
      description: "Where the chain begins since older events were removed at the end of their retention",
    }),
  })
  .meta({ id: "AuditVerification" });
export type AuditVerification = z.infer<typeof auditVerification>;
