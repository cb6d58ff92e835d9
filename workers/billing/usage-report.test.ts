import { expect, it } from "vitest";
import type { FleetId, OrganizationId } from "../../domain/ids.ts";
import { hourMs } from "../../domain/usage/hours.ts";
import type { UsageSources } from "./collect-usage.ts";
import { usagePeriod } from "./collect-usage.ts";
import { invoicePreview } from "./invoice-preview.ts";
import { usageReport } from "./usage-report.ts";

const organizationId = "org_01JD0000000000000000000000" as OrganizationId;
const edge = "flt_01JD0000000000000000000001" as FleetId;
const core = "flt_01JD0000000000000000000002" as FleetId;
const month = Date.UTC(2026, 10, 1);
const seconds = "connected_agent_seconds" as const;
const now = month + 2 * hourMs + 600_000;

function sources(over: Partial<UsageSources> = {}): UsageSources {
  return {
    nowMs: () => now,
    fleets: async (asked) =>
      [
        { id: edge, name: "edge" },
        { id: core, name: "core" },
      ].filter(({ id }) => !asked || id === asked),
    openUsage: async (fleet) =>
      fleet === edge
        ? [
            { hour: month + 2 * hourMs, meter: "connected_agent_seconds", quantity: 600.125 },
            { hour: month + 2 * hourMs, meter: "config_deliveries", quantity: 1 },
          ]
        : [],
    stated: async ({ fleet }) => ({
      byFleet: [
        { fleetId: edge, meter: seconds, quantity: 3600.1 },
        { fleetId: core, meter: seconds, quantity: 7199.9 },
      ].filter((sum) => !fleet || sum.fleetId === fleet),
      byHour: [{ hour: month, meter: seconds, quantity: fleet ? 7199.9 : 10_800 }],
    }),
    ...over,
  };
}

it("adds the ledger and the open hours, exactly, by meter, fleet and hour", async () => {
  const usage = await usageReport(sources(), organizationId, {});
  expect(usage.from).toBe("2026-11-01T00:00:00.000Z");
  expect(usage.to).toBe("2026-11-01T02:10:00.000Z");
  expect(usage.meters).toEqual([
    { meter: "connected_agent_seconds", quantity: 11_400.125, unit: "agent-seconds" },
    { meter: "config_deliveries", quantity: 1, unit: "deliveries" },
    { meter: "shipped_log_bytes", quantity: 0, unit: "bytes" },
    { meter: "metered_agent_seconds", quantity: 0, unit: "agent-seconds" },
  ]);
  expect(
    usage.fleets.map(({ fleetName, meter, quantity, live }) => [fleetName, meter, quantity, live]),
  ).toEqual([
    ["edge", "connected_agent_seconds", 4200.225, true],
    ["edge", "config_deliveries", 1, true],
    ["edge", "shipped_log_bytes", 0, false],
    ["edge", "metered_agent_seconds", 0, false],
    ["core", "connected_agent_seconds", 7199.9, false],
    ["core", "config_deliveries", 0, false],
    ["core", "shipped_log_bytes", 0, false],
    ["core", "metered_agent_seconds", 0, false],
  ]);
  expect(usage.hours).toEqual([
    { hour: "2026-11-01T00:00:00.000Z", meter: "connected_agent_seconds", quantity: 10_800 },
    { hour: "2026-11-01T02:00:00.000Z", meter: "connected_agent_seconds", quantity: 600.125 },
    { hour: "2026-11-01T02:00:00.000Z", meter: "config_deliveries", quantity: 1 },
  ]);
});

it("narrows to one fleet", async () => {
  const usage = await usageReport(sources(), organizationId, { fleet: core });
  expect([...new Set(usage.fleets.map(({ fleetName }) => fleetName))]).toEqual(["core"]);
  expect(usage.meters[0]?.quantity).toBe(7199.9);
});

it("asks for no statement that was made after the open hours were read", async () => {
  const asked: unknown[] = [];
  const stated: UsageSources["stated"] = async (period) => {
    asked.push(period);
    return { byFleet: [], byHour: [] };
  };
  const usage = await usageReport(sources({ stated }), organizationId, {});
  expect(usage.meters[1]?.quantity).toBe(1);
  expect(asked).toEqual([{ fromMs: month, toMs: now, recordedByMs: now }]);
});

it("counts the ledger of every fleet, asks 500 objects at most, and says which figures are live", async () => {
  const all = Array.from({ length: 620 }, (_, i) => ({
    id: `flt_01JD000000000000000000${String(i).padStart(4, "0")}` as FleetId,
    name: `fleet ${i}`,
  }));
  const asked: FleetId[] = [];
  const many = sources({
    fleets: async () => all,
    openUsage: async (id) => {
      asked.push(id);
      return [{ hour: month + 2 * hourMs, meter: "config_deliveries", quantity: 1 }];
    },
    stated: async () => ({
      byFleet: all.map(({ id }) => ({ fleetId: id, meter: "config_deliveries" as const, quantity: 10 })),
      byHour: [{ hour: month, meter: "config_deliveries", quantity: 6200 }],
    }),
  });
  const usage = await usageReport(many, organizationId, {});
  expect(usage.meters[1]?.quantity).toBe(6200 + 500);
  expect(new Set(asked).size).toBe(500);
  const live = usage.fleets.filter((one) => one.live);
  expect(live.map(({ fleetId }) => fleetId)).toEqual(all.slice(0, 500).map(({ id }) => id));
  const preview = await invoicePreview(many, organizationId);
  expect(preview.lines.find(({ meter }) => meter === "config_deliveries")?.quantity).toBe(6700);
});

it("previews the month's invoice from the same figures", async () => {
  const preview = await invoicePreview(
    sources({
      stated: async () => ({
        byFleet: [{ fleetId: core, meter: "config_deliveries", quantity: 1_500 }],
        byHour: [{ hour: month, meter: "config_deliveries", quantity: 1_500 }],
      }),
    }),
    organizationId,
  );
  expect(preview.lines.find(({ meter }) => meter === "config_deliveries")).toMatchObject({
    quantity: 1501,
    included: 1000,
    billable: 501,
    amountMicros: 50_100,
  });
  expect(preview.totalMicros).toBe(50_100);
  expect(preview.period).toEqual({ from: "2026-11-01T00:00:00.000Z", to: "2026-11-01T02:10:00.000Z" });
});

it("widens what was asked to whole hours, and never past now", () => {
  expect(usagePeriod(now, { fromMs: month + 5, toMs: month + 10 })).toEqual({
    fromMs: month,
    toMs: month + hourMs,
  });
  expect(usagePeriod(now, { toMs: now + 10 * hourMs }).toMs).toBe(now);
  expect(usagePeriod(now, { fromMs: now + 5 * hourMs })).toEqual({
    fromMs: month + 7 * hourMs,
    toMs: month + 7 * hourMs,
  });
});
