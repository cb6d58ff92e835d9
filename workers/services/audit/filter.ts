import type { AuditRowFilter } from "../../../db/queries/audit.ts";
import { refuse } from "../../../domain/errors.ts";
import type { AuditFilter } from "../../../protocol/api/audit.ts";

/** As the store looks for it. Refuses a span of time that holds nothing. */
export function rowFilter({ from, to, actor, onBehalfOf, action, target, q }: AuditFilter): AuditRowFilter {
  const fromMs = from === undefined ? undefined : Date.parse(from);
  const toMs = to === undefined ? undefined : Date.parse(to);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    refuse("validation_failed", "`to` is not after `from`, so nothing lies between them.", [
      { path: "to", message: "must be after `from`" },
    ]);
  }
  return { actor, onBehalfOf, action, target, fromMs, toMs, q };
}
