import { listSecrets, listSecretVersions, type SecretPlace } from "../../../db/queries/secrets.ts";
import { type EnvironmentId, type FleetId, isId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { numberCursor, pageOf, readCursor } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { environmentScope } from "../scope.ts";
import { type SecretInput, secretScope } from "./scope.ts";
import { secretEtag, secretVersionView, secretView } from "./view.ts";

export async function get({ ctx, input }: { ctx: Context; input: SecretInput }) {
  const found = await secretScope(ctx, input, "secret.read");
  return { secret: secretView(found), etag: secretEtag(found.row) };
}

/** By name, then place. */
export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { environment: EnvironmentId; name?: string | undefined; fleet?: FleetId | undefined };
}) {
  const environment = await environmentScope(ctx, input.environment, "secret.read");
  const after = readCursor(input.cursor, placeIn);
  const rows = await listSecrets(ctx.db, environment.organizationId, environment.id, {
    limit: input.limit,
    ...(after && { after }),
    ...(input.name !== undefined && { name: input.name }),
    ...(input.fleet && { fleet: input.fleet }),
  });
  return pageOf(rows, secretView, ({ row: { name, fleetId, selector } }) =>
    JSON.stringify([name, fleetId, selector]),
  );
}

function placeIn(place: unknown): SecretPlace | null {
  if (!Array.isArray(place) || place.length !== 3) return null;
  const [name, fleetId, selector]: unknown[] = place;
  if (typeof name !== "string" || typeof fleetId !== "string" || typeof selector !== "string") return null;
  return fleetId === "" || isId("fleet", fleetId) ? { name, fleetId, selector } : null;
}

/** Newest first. */
export async function listVersions({ ctx, input }: { ctx: Context; input: ListInput & SecretInput }) {
  const { row } = await secretScope(ctx, input, "secret.read");
  const before = numberCursor(input.cursor);
  const rows = await listSecretVersions(ctx.db, row.organizationId, row.id, {
    limit: input.limit,
    ...(before !== undefined && { before }),
  });
  return pageOf(
    rows,
    (version) => secretVersionView(version, row.currentVersion),
    ({ number }) => String(number),
  );
}
