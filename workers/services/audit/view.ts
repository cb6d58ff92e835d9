import type { AuditEventRow } from "../../../db/queries/audit.ts";
import type { AuditEvent } from "../../../protocol/api/audit.ts";
import { iso } from "../time.ts";

/** As the API tells it, and as the chain's hashes are made of it. */
export const auditEventView = (row: AuditEventRow): AuditEvent => ({ ...row, at: iso(row.at) });
