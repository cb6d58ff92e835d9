import { isDeepStrictEqual } from "node:util";
import { GuardFailed } from "../../../db/batch.ts";
import { type FleetRow, fleetHasVersion, updateMetricsCollection } from "../../../db/queries/fleets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { FleetId } from "../../../domain/ids.ts";
import { type MetricsCollection as Collection, monthlyMicros } from "../../../domain/metrics/collection.ts";
import { plural } from "../../../domain/plural.ts";
import { priceLists } from "../../../domain/usage/price-list.ts";
import type { MetricsCollection, MetricsCollectionChanged } from "../../../protocol/api/metrics.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { tryFleet } from "../fleets/ask.ts";
import { fleetEtag } from "../fleets/view.ts";
import { makeReceipt } from "../receipts.ts";
import { fleetScope } from "../scope.ts";
import { tellMetricsCollection } from "./tell-collection.ts";

const view = (row: FleetRow): MetricsCollection => ({
  fleetId: row.id,
  ...row.metricsCollection,
  taken: row.metricsDelivered >= row.metricsRevision,
});

export async function get({ ctx, input }: { ctx: Context; input: { fleet: FleetId } }) {
  const row = await fleetScope(ctx, input.fleet, "fleet.read");
  return { collection: view(row), etag: fleetEtag(row) };
}

export interface SetCollection {
  fleet: FleetId;
  collection: Collection;
  /** The fleet's ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

export async function set({
  ctx,
  input,
}: {
  ctx: Context;
  input: SetCollection;
}): Promise<{ changed: MetricsCollectionChanged; etag: string }> {
  const row = await fleetScope(ctx, input.fleet, "fleet.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, fleetEtag(row))) moved(row);
  const isSame = isDeepStrictEqual(row.metricsCollection, input.collection);
  const next: FleetRow = {
    ...row,
    metricsCollection: input.collection,
    metricsRevision: row.metricsRevision + (isSame ? 0 : 1),
    version: row.version + 1,
    updatedAt: ctx.clock.now(),
  };
  const changes = differences("fleet", row, next, ["metricsCollection"]);
  const summary = summaryOf(next, isSame);
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: { action: "fleet.metrics_collection", target: row.id, summary, changes },
      statements: [
        updateMetricsCollection(ctx.db, row.organizationId, row.id, {
          metricsCollection: next.metricsCollection,
          metricsRevision: next.metricsRevision,
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
  if (!isSame && (await tellMetricsCollection(ctx, next))) next.metricsDelivered = next.metricsRevision;
  const receipt = makeReceipt(ctx, {
    kind: "fleet.metrics_collection",
    ids: { fleet: row.id },
    summary: `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    changes,
    next: [{ label: "Look at them", command: "muster metrics", href: `/v1/fleets/${row.id}/metrics` }],
    cost: input.collection.enabled ? await cost(ctx, row) : null,
  });
  return { changed: { collection: view(next), receipt }, etag: fleetEtag(next) };
}

function summaryOf({ slug, metricsCollection }: FleetRow, isSame: boolean): string {
  const { enabled, everySeconds, scrape } = metricsCollection;
  if (isSame) return `left the metrics of fleet ${slug} as they were`;
  if (!enabled) return `stores no metrics of fleet ${slug} any more`;
  const also = scrape.length === 0 ? "" : `, with ${scrape.length} series of the programs`;
  return `stores metrics of fleet ${slug}, told every ${everySeconds} s${also}`;
}

/** By the newest price list, since that is what a month to come costs. */
async function cost(ctx: Context, fleet: FleetRow): Promise<Receipt["cost"]> {
  const list = priceLists.at(-1);
  const price = list?.prices.find(({ meter }) => meter === "metered_agent_seconds");
  const asked = await tryFleet(ctx, fleet, (stub, scope) => stub.summary(scope));
  if (!list || !price || !asked.ok) return null;
  const { total, revoked } = asked.value.counts;
  const agents = total - revoked;
  const micros = monthlyMicros(agents, price);
  const included = Math.floor(price.included / (730 * 3600));
  return {
    summary: `${plural(agents, "agent")}, online all month: ${(micros / 1_000_000).toFixed(2)} ${list.currency} at most, before the ${plural(included, "agent")} that each organization has free`,
    micros,
    currency: list.currency,
  };
}

function moved(now: FleetRow): never {
  return refuse(
    "conflict",
    `The fleet was changed meanwhile; its ETag is now ${fleetEtag(now)}. Read it again, then repeat.`,
    [{ path: "enabled", message: `is now ${now.metricsCollection.enabled}` }],
  );
}
