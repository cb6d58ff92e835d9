/**
 * What one rollout over n agents costs, counted in the object and in the metadata store, not timed. A second fleet of
 * a tenth of the size shows that what reaches the metadata store does not grow with n.
 *   node test/bench/bill.ts [--agents 1000] [--json]
 */
import { parseArgs } from "node:util";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";
import { withCountedFleet } from "./counted-fleet.ts";
import { report } from "./result.ts";
import { untilSucceeded } from "./rollout-end.ts";

const { values } = parseArgs({
  options: { agents: { type: "string", default: "1000" }, json: { type: "boolean", default: false } },
});
const count = Number(values.agents);

interface Bill {
  rowsWritten: number;
  messages: number;
  events: number;
}

async function billOf(n: number): Promise<Bill> {
  let bill: Bill | undefined;
  await withCountedFleet(n, { sayApplying: true }, async ({ tenant, counters }) => {
    const config = await tenant.createConfig("settings", "first\n");
    const before = await counters();
    const rollout = await tenant.rollOut(config, "second\n", { gates: { soakSeconds: 0 } });
    await untilSucceeded(tenant, rollout.id, n);
    const after = await counters();
    bill = {
      rowsWritten: after.rowsWritten - before.rowsWritten,
      messages: after.messages - before.messages,
      events: (await completeHistory(tenant)).length,
    };
  });
  if (!bill) throw new Error("nothing was counted");
  return bill;
}

/** The events that reached the metadata store, once the rollout's end is among them. */
const completeHistory = (tenant: Tenant): Promise<FleetEvent[]> =>
  until("the rollout's end reaches the metadata store", async () => {
    const path = `/v1/orgs/${tenant.organization}/events?limit=200`;
    const { items } = await tenant.call<{ items: FleetEvent[] }>("GET", path);
    return items.some(({ type }) => type === "rollout.succeeded") && items;
  });

const large = await billOf(count);
const small = await billOf(Math.max(1, Math.floor(count / 10)));
const line = { bench: "bill", n: count, floor: null };
report(
  { ...line, metric: "object_rows_per_agent", value: large.rowsWritten / count, unit: "rows" },
  values.json,
);
report(
  { ...line, metric: "incoming_messages_per_agent", value: large.messages / count, unit: "messages" },
  values.json,
);
report({ ...line, metric: "metadata_event_rows", value: large.events, unit: "rows" }, values.json);
report(
  { ...line, metric: "metadata_event_rows_growth", value: large.events - small.events, unit: "rows" },
  values.json,
);
