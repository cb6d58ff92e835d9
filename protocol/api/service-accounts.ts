import { z } from "zod";
import { roleName } from "./access.ts";
import { displayName, id, receipt, timestamp } from "./shared.ts";

/** A program's identity; it signs in by API keys of its own. */
export const serviceAccount = z
  .object({
    id: id("serviceAccount"),
    organizationId: id("organization"),
    name: z.string(),
    description: z.string(),
    role: roleName,
    roleName: z.string(),
    createdBy: z.string(),
    createdAt: timestamp,
    disabledAt: timestamp.nullable().meta({ description: "Since when none of its keys counts" }),
  })
  .meta({ id: "ServiceAccount" });
export type ServiceAccount = z.infer<typeof serviceAccount>;

/** `POST /v1/orgs/{org}/service-accounts`; list by `GET` with `pageQuery` */
export const createServiceAccountBody = z.strictObject({
  name: displayName,
  description: z.string().trim().max(500).default(""),
  role: roleName.default("viewer"),
});
/** `PATCH /v1/service-accounts/{serviceAccount}`; `DELETE` answers `receiptAnswer` */
export const updateServiceAccountBody = z.strictObject({
  name: displayName.optional(),
  description: z.string().trim().max(500).optional(),
  role: roleName.optional(),
  disabled: z.boolean().optional().meta({ description: "true: none of its keys counts" }),
});
export const serviceAccountChange = serviceAccount.extend({ receipt }).meta({ id: "ServiceAccountChange" });
export type ServiceAccountChange = z.infer<typeof serviceAccountChange>;
