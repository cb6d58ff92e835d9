import type { DriftedAgent } from "../../../protocol/api/drift.ts";
import type { Style } from "../../output.ts";
import { stateColumn } from "../../paint.ts";
import { type Column, table } from "../../table.ts";
import { ago } from "../../time.ts";

const columns = (now: number): Column<DriftedAgent>[] => [
  { title: "NAME", value: (row) => row.name },
  stateColumn("SEVERITY", (row) => row.severity),
  { title: "SINCE", value: (row) => ago(row.since, now) },
  {
    title: "FILES",
    value: (row) => row.files.map(({ name, change }) => `${name} ${change}`).join(", "),
    drop: 1,
  },
  { title: "NEXT", value: (row) => row.repair.kind, drop: 2 },
  { title: "ID", whole: true, value: (row) => row.agentId, drop: 3 },
];

/** "" = nobody drifted. */
export function columnsOf(items: readonly DriftedAgent[], now: number, style: Style): string {
  return items.length === 0 ? "" : table([...items], columns(now), style);
}
