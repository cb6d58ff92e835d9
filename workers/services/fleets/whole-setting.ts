import type { FleetSettingName } from "../../../db/queries/fleet-settings.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { fleetScope } from "../scope.ts";
import { changeFleet } from "./change.ts";
import { isOwed } from "./tell-settings.ts";
import { fleetEtag } from "./view.ts";

/** Settings that are read and set whole, each at an address of its own. */
type WholeSettingName = Extract<FleetSettingName, "logShipping" | "metricsCollection">;

interface Terms<N extends WholeSettingName> {
  name: N;
  /** Of the audit row and the receipt. */
  action: string;
  /** What was done, for the audit row. */
  summary: (fleet: FleetRow, isSame: boolean) => string;
  next: (fleet: FleetRow) => Receipt["next"];
  /** What it costs while it is on. */
  cost: (ctx: Context, fleet: FleetRow) => Receipt["cost"] | Promise<Receipt["cost"]>;
}

interface SetWhole<T> {
  fleet: FleetId;
  value: T;
  /** The fleet's ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

export function wholeSetting<N extends WholeSettingName>({ name, action, summary, next, cost }: Terms<N>) {
  const view = (row: FleetRow) => ({ fleetId: row.id, ...row[name], taken: !isOwed(row, name) });

  async function get({ ctx, input }: { ctx: Context; input: { fleet: FleetId } }) {
    const row = await fleetScope(ctx, input.fleet, "fleet.read");
    return { setting: view(row), etag: fleetEtag(row) };
  }

  async function set({ ctx, input }: { ctx: Context; input: SetWhole<FleetRow[N]> }) {
    const row = await fleetScope(ctx, input.fleet, "fleet.write");
    const values: Partial<Pick<FleetRow, WholeSettingName>> = { [name]: input.value };
    const done = await changeFleet(ctx, row, {
      values,
      ifMatch: input.ifMatch,
      action,
      summary: (changed, changes) => summary(changed, changes.length === 0),
      standing: (now) => [{ path: "enabled", message: `is now ${now[name].enabled}` }],
    });
    const receipt = makeReceipt(ctx, {
      kind: action,
      ids: { fleet: row.id },
      summary: `${done.summary[0]?.toUpperCase()}${done.summary.slice(1)}.`,
      changes: done.changes,
      next: next(done.fleet),
      cost: input.value.enabled ? await cost(ctx, done.fleet) : null,
    });
    return { setting: view(done.fleet), receipt, etag: fleetEtag(done.fleet) };
  }

  return { get, set };
}
