import type { z } from "zod";
import type { ledgerEntry } from "../../../protocol/api/usage.ts";
import { api } from "../../api/client.ts";
import type { Page } from "../../api/types.ts";
import { downloadText } from "../../lib/download.ts";

const pageSize = 200;

/** Every entry of this month's ledger as one JSON file: what the invoice is computed from. */
export async function downloadLedger(orgId: string): Promise<void> {
  const entries: z.infer<typeof ledgerEntry>[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<z.infer<typeof ledgerEntry>> = await api.call("GET /v1/orgs/{org}/ledger", {
      path: { org: orgId },
      query: {
        limit: pageSize,
        cursor,
      },
    });
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  downloadText(
    `muster-ledger-${new Date().toISOString().slice(0, 10)}.json`,
    JSON.stringify({ organizationId: orgId, entries }, null, 2),
  );
}
