import { isDeepStrictEqual } from "node:util";
import { GuardFailed } from "../../../db/batch.ts";
import { type FleetRow, fleetHasVersion, updateLogShipping } from "../../../db/queries/fleets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { LogShipping } from "../../../domain/logs/logs.ts";
import { plural } from "../../../domain/plural.ts";
import { priceLists } from "../../../domain/usage/price-list.ts";
import type { LogShippingChanged, LogShippingView } from "../../../protocol/api/logs.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { fleetEtag } from "../fleets/view.ts";
import { makeReceipt } from "../receipts.ts";
import { fleetScope } from "../scope.ts";
import { tellLogShipping } from "./tell-shipping.ts";

const view = (row: FleetRow): LogShippingView => ({
  fleetId: row.id,
  ...row.logShipping,
  taken: row.logShippingDelivered >= row.logShippingRevision,
});

export async function getShipping({ ctx, input }: { ctx: Context; input: { fleet: FleetId } }) {
  const row = await fleetScope(ctx, input.fleet, "fleet.read");
  return { shipping: view(row), etag: fleetEtag(row) };
}

export interface SetShipping {
  fleet: FleetId;
  shipping: LogShipping;
  /** The fleet's ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

export async function setShipping({
  ctx,
  input,
}: {
  ctx: Context;
  input: SetShipping;
}): Promise<{ changed: LogShippingChanged; etag: string }> {
  const row = await fleetScope(ctx, input.fleet, "fleet.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, fleetEtag(row))) moved(row);
  const isSame = isDeepStrictEqual(row.logShipping, input.shipping);
  const next: FleetRow = {
    ...row,
    logShipping: input.shipping,
    logShippingRevision: row.logShippingRevision + (isSame ? 0 : 1),
    version: row.version + 1,
    updatedAt: ctx.clock.now(),
  };
  const changes = differences("fleet", row, next, ["logShipping"]);
  const summary = summaryOf(next, isSame);
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: { action: "fleet.log_shipping", target: row.id, summary, changes },
      statements: [
        updateLogShipping(ctx.db, row.organizationId, row.id, {
          logShipping: next.logShipping,
          logShippingRevision: next.logShippingRevision,
          version: next.version,
          updatedAt: next.updatedAt,
        }),
      ],
      guards: [{ name: "version", holds: fleetHasVersion(row.organizationId, row.id, row.version) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    moved(await fleetScope(ctx, input.fleet, "fleet.write"));
  }
  if (!isSame && (await tellLogShipping(ctx, next))) next.logShippingDelivered = next.logShippingRevision;
  const receipt = makeReceipt(ctx, {
    kind: "fleet.log_shipping",
    ids: { fleet: row.id },
    summary: `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    changes,
    next: [
      {
        label: "Search what is kept",
        command: "muster logs <agent> --kept",
        href: "/v1/agents/{agent}/logs",
      },
    ],
    cost: input.shipping.enabled ? cost(input.shipping) : null,
  });
  return { changed: { shipping: view(next), receipt }, etag: fleetEtag(next) };
}

function summaryOf({ slug, logShipping }: FleetRow, isSame: boolean): string {
  const { enabled, sources, retentionDays, dailyMegabytes } = logShipping;
  if (isSame) return `left the logs that fleet ${slug} keeps as they were`;
  if (!enabled) return `keeps no more logs of fleet ${slug}; what is kept stays until it is too old`;
  return `keeps ${sources.join(", ")} of fleet ${slug}'s agents for ${plural(retentionDays, "day")}, ${dailyMegabytes} MB per agent and day at most`;
}

/** By the newest price list: what a month costs of one agent that uses its quota up each day. */
function cost({ dailyMegabytes }: LogShipping): Receipt["cost"] {
  const list = priceLists.at(-1);
  const price = list?.prices.find(({ meter }) => meter === "shipped_log_bytes");
  const tier = price?.tiers[0];
  if (!list || !price || !tier) return null;
  const monthlyBytes = 30 * dailyMegabytes * 1_000_000;
  const micros = Math.round((monthlyBytes * tier.unitPriceMicros) / tier.perUnits);
  const gigabytes = (bytes: number) => bytes / 1_000_000_000;
  return {
    summary: `An agent that ships ${dailyMegabytes} MB each day: ${(micros / 1_000_000).toFixed(2)} ${list.currency} a month at most, before the ${gigabytes(price.included)} GB that each organization has free`,
    micros,
    currency: list.currency,
  };
}

function moved(now: FleetRow): never {
  return refuse(
    "conflict",
    `The fleet was changed meanwhile; its ETag is now ${fleetEtag(now)}. Read it again, then repeat.`,
    [{ path: "enabled", message: `is now ${now.logShipping.enabled}` }],
  );
}
