import { updateSecret, updateSecretVersion } from "../../../db/queries/secrets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { SecretVersionChange } from "../../../protocol/api/secrets.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { keysNeverApprove } from "../rollouts/approve.ts";
import { changeSecret } from "./change.ts";
import { placeIn } from "./receipt.ts";
import { type SecretVersionInput, versionScope } from "./scope.ts";
import { secretVersionView } from "./view.ts";

export interface DecideVersion extends SecretVersionInput {
  verdict: "approve" | "reject";
}

/** Only people; and in a protected environment nobody approves what they set themselves, by whatever key. */
export async function decide({
  ctx,
  input,
}: {
  ctx: Context;
  input: DecideVersion;
}): Promise<SecretVersionChange> {
  const { row, environment, version } = await versionScope(ctx, input, "secret.write");
  const { actor } = ctx;
  if (actor.kind !== "user") return refuse("forbidden", keysNeverApprove);
  const { verdict } = input;
  const isApproval = verdict === "approve";
  if (version.state !== "pending" || version.sealed === null) {
    refuse(
      "conflict",
      `Version ${version.number} of ${row.name} waits for no approval. Look at its versions: muster secrets versions ${row.name} ${placeIn(environment, row)}`,
    );
  }
  if (isApproval && environment.protected && version.person === actor.person) {
    refuse(
      "approval_required",
      `You set version ${version.number} of ${row.name} yourself, and ${environment.slug} is protected. Another person must approve it.`,
    );
  }
  if (isApproval && version.number < row.currentVersion) {
    refuse(
      "conflict",
      `Version ${row.currentVersion} of ${row.name} is newer and current. Reject version ${version.number}, or set its value anew.`,
    );
  }
  const nowMs = ctx.clock.now();
  const decided = {
    ...version,
    // What is rejected was never used, and is kept by nobody.
    ...(isApproval
      ? { state: "approved" as const }
      : { state: "rejected" as const, sealed: null, destroyedAt: nowMs }),
    decidedBy: actor.name,
    decidedAt: nowMs,
  };
  const currentVersion = isApproval ? version.number : row.currentVersion;
  const { state, sealed, destroyedAt, decidedBy, decidedAt } = decided;
  const changes = [
    { path: `secret.versions.${version.number}.state`, before: "pending", after: state },
    ...(isApproval
      ? [{ path: "secret.currentVersion", before: row.currentVersion, after: currentVersion }]
      : []),
  ];
  const done = isApproval ? "approved" : "rejected";
  await changeSecret(ctx, {
    environment,
    row,
    version,
    note: {
      action: `secret.${verdict}`,
      target: row.id,
      summary: `${done} version ${version.number} of secret ${row.name} of environment ${environment.slug}`,
      changes,
    },
    statements: [
      updateSecret(ctx.db, row.organizationId, row.id, {
        currentVersion,
        version: row.version + 1,
        updatedAt: nowMs,
      }),
      updateSecretVersion(ctx.db, row.organizationId, version.id, {
        state,
        sealed,
        destroyedAt,
        decidedBy,
        decidedAt,
      }),
    ],
  });
  return {
    ...secretVersionView(decided, currentVersion),
    receipt: makeReceipt(ctx, {
      kind: `secret.${verdict}`,
      ids: { secret: row.id, version: version.id, environment: environment.id },
      summary: isApproval
        ? `Version ${version.number} of ${row.name} is approved and current. Agents keep what they run until a rollout takes it.`
        : `Version ${version.number} of ${row.name} is rejected; its value is gone.`,
      changes,
      next: isApproval
        ? [
            {
              label: "See which agents it would change",
              command: `muster secrets impact ${row.name} ${placeIn(environment, row)}`,
              href: `/v1/secrets/${row.id}/impact`,
            },
          ]
        : [],
    }),
  };
}
