import type { SecretRow } from "../../../db/queries/inputs.ts";
import { updateSecret } from "../../../db/queries/secrets.ts";
import { oldValuesKept } from "../../../domain/secrets/versions.ts";
import type { SecretVersionChange } from "../../../protocol/api/secrets.ts";
import type { InputImpact } from "../../../protocol/api/variables.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { changeSecret, secretMoved } from "./change.ts";
import { forget } from "./destroy.ts";
import { expire } from "./expire.ts";
import { secretImpact } from "./impact.ts";
import { newVersion } from "./new-version.ts";
import { versionReceipt } from "./receipt.ts";
import { type SecretInput, secretScope } from "./scope.ts";
import { secretEtag, secretVersionView } from "./view.ts";

export interface RotateSecret extends SecretInput {
  value: string;
  /** The ETag of the secret that is meant; without one, the newest state is. */
  ifMatch?: string | undefined;
}

/** A new version. The one before stays what running releases have. */
export async function rotate({
  ctx,
  input,
}: {
  ctx: Context;
  input: RotateSecret;
}): Promise<SecretVersionChange> {
  const { row, environment } = await secretScope(ctx, input, "secret.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, secretEtag(row))) secretMoved(row);
  const number = row.latestVersion + 1;
  const expired = await expire(ctx, row);
  const version = await newVersion(ctx, environment, row, number, input.value);
  const next: SecretRow = {
    ...row,
    latestVersion: number,
    currentVersion: version.row.state === "approved" ? number : row.currentVersion,
    version: row.version + 1,
    updatedAt: ctx.clock.now(),
  };
  const changes = [
    { path: "secret.latestVersion", before: row.latestVersion, after: number },
    ...(next.currentVersion === row.currentVersion
      ? []
      : [{ path: "secret.currentVersion", before: row.currentVersion, after: number }]),
    ...expired.changes,
  ];
  const gone = expired.versions.map((one) => one.number).join(", ");
  await changeSecret(ctx, {
    environment,
    row,
    guards: version.guards,
    note: {
      action: "secret.rotate",
      target: row.id,
      summary: `gave secret ${row.name} of environment ${environment.slug} version ${number}${version.row.state === "pending" ? ", which waits for an approval" : ""}${gone && `; destroyed ${gone}`}`,
      changes,
    },
    statements: [
      updateSecret(ctx.db, row.organizationId, row.id, changeOf(next)),
      ...version.statements,
      ...expired.statements,
    ],
  });
  const receipt = versionReceipt(ctx, "secret.rotate", environment, next, version.row, input.value, changes);
  if (gone) {
    receipt.warnings.push(
      `Version ${gone} is destroyed: no fleet may send it any more, and ${oldValuesKept} old versions are kept.`,
      ...(await forget(ctx, row, expired.versions)),
    );
  }
  return { ...secretVersionView(version.row, next.currentVersion), receipt };
}

const changeOf = ({ latestVersion, currentVersion, version, updatedAt }: SecretRow) => ({
  latestVersion,
  currentVersion,
  version,
  updatedAt,
});

/** Whom `rotate` would change after a rollout. Writes nothing. */
export async function previewRotate({
  ctx,
  input,
}: {
  ctx: Context;
  input: SecretInput & { value: string };
}): Promise<InputImpact> {
  const { row, environment } = await secretScope(ctx, input, "secret.write");
  const number = row.latestVersion + 1;
  const version = await newVersion(ctx, environment, row, number, input.value);
  return secretImpact(ctx, environment, row.name, { row: { ...row, currentVersion: number }, version });
}
