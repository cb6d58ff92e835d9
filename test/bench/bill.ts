/**
 * What one rollout over n agents costs, counted in the object and in the metadata store, not timed. A second fleet of
 * a tenth of the size shows that what reaches the metadata store does not grow with n.
 *   node test/bench/bill.ts [--agents 1000] [--json]
 */
import { parseArgs } from "node:util";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { FleetDetail } from "../../protocol/api/fleets.ts";
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
  metadataRows: number;
  /** Of a connection that ends and is made again, of all agents. */
  reconnect: { rowsWritten: number; messages: number };
  /** The same of one agent, while the others stay. */
  loneReconnectRows: number;
}

async function billOf(n: number): Promise<Bill> {
  let bill: Bill | undefined;
  await withCountedFleet(n, { sayApplying: true }, async ({ tenant, fleet, counters, metadataRows }) => {
    const config = await tenant.createConfig("settings", "first\n");
    const before = await counters();
    const rowsBefore = await metadataRows();
    const rollout = await tenant.rollOut(config, "second\n", { gates: { soakSeconds: 0 } });
    await untilSucceeded(tenant, rollout.id, n);
    const after = await counters();
    const events = await completeHistory(tenant);
    const rowsAfter = await metadataRows();
    const connected = await counters();
    await fleet.dropAll();
    await untilOnline(tenant, 0);
    await fleet.redialAll();
    await fleet.introduce(60_000);
    await untilOnline(tenant, n);
    const reconnected = await counters();
    const [lone] = fleet.agents;
    if (!lone) throw new Error("the fleet has no agent");
    await lone.drop();
    await untilOnline(tenant, n - 1);
    await lone.redial();
    lone.introduce();
    await untilOnline(tenant, n);
    const loneReconnected = await counters();
    bill = {
      rowsWritten: after.rowsWritten - before.rowsWritten,
      messages: after.messages - before.messages,
      events: events.length,
      metadataRows: rowsAfter - rowsBefore,
      reconnect: {
        rowsWritten: reconnected.rowsWritten - connected.rowsWritten,
        messages: reconnected.messages - connected.messages,
      },
      loneReconnectRows: loneReconnected.rowsWritten - reconnected.rowsWritten,
    };
  });
  if (!bill) throw new Error("nothing was counted");
  return bill;
}

const untilOnline = (tenant: Tenant, n: number) =>
  until(`the fleet counts ${n} agents as online`, async () => {
    const { counts } = await tenant.call<FleetDetail>("GET", `/v1/fleets/${tenant.fleet}`);
    return counts?.online === n;
  });

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
const { reconnect } = large;
report(
  { ...line, metric: "object_rows_per_reconnect", value: reconnect.rowsWritten / count, unit: "rows" },
  values.json,
);
report(
  {
    ...line,
    metric: "incoming_messages_per_reconnect",
    value: reconnect.messages / count,
    unit: "messages",
  },
  values.json,
);
report(
  { ...line, metric: "object_rows_of_a_lone_reconnect", value: large.loneReconnectRows, unit: "rows" },
  values.json,
);
report({ ...line, metric: "metadata_rows", value: large.metadataRows, unit: "rows" }, values.json);
report(
  { ...line, metric: "metadata_rows_growth", value: large.metadataRows - small.metadataRows, unit: "rows" },
  values.json,
);
report({ ...line, metric: "metadata_event_rows", value: large.events, unit: "rows" }, values.json);
report(
  { ...line, metric: "metadata_event_rows_growth", value: large.events - small.events, unit: "rows" },
  values.json,
);
