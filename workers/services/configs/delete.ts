import { GuardFailed } from "../../../db/batch.ts";
import { listConfigLabels, versionUnlabelled } from "../../../db/queries/config-labels.ts";
import { configUnused } from "../../../db/queries/config-uses.ts";
import { deleteConfig, deleteConfigVersion, latestVersionIs } from "../../../db/queries/configs.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { VersionReference } from "../../../protocol/api/config-versions.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { configScope } from "../scope.ts";
import { findVersion } from "./find-version.ts";
import { namedBy } from "./uses.ts";

/** With its versions, labels and draft. A release keeps what it names: a config that one names stays. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: { config: ConfigId };
}): Promise<ReceiptAnswer> {
  const config = await configScope(ctx, input.config, "config.write");
  const changes = [
    {
      path: "config",
      before: { name: config.name, kind: config.kind, latestVersion: config.latestVersion },
      after: null,
    },
  ];
  try {
    await commit(ctx, {
      organizationId: config.organizationId,
      note: {
        action: "config.delete",
        target: config.id,
        summary: `deleted ${config.kind} config ${config.name} with its versions`,
        changes,
      },
      guards: [
        { name: "unused", holds: configUnused(config.organizationId, config.id) },
        { name: "latest", holds: latestVersionIs(config.organizationId, config.id, config.latestVersion) },
      ],
      statements: deleteConfig(ctx.db, config.organizationId, config.id),
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "latest") {
      refuse("conflict", `Config ${config.name} was changed meanwhile. Look at it again, then repeat.`);
    }
    refuse(
      "conflict",
      `Config ${config.name} cannot be deleted: it is named by ${await namedBy(ctx, config)}. Releases are kept, so that a fleet can go back to them; make a release without it to take it from the agents.`,
      [{ path: "config", message: "is named by a release" }],
    );
  }
  return {
    receipt: makeReceipt(ctx, {
      kind: "config.delete",
      ids: { config: config.id, project: config.projectId, organization: config.organizationId },
      summary: `Config ${config.name} is gone, with its versions, labels and draft. No agent had it from a release.`,
      changes,
    }),
  };
}

/** Its number is never used again. */
export async function removeVersion({
  ctx,
  input,
}: {
  ctx: Context;
  input: { config: ConfigId; number: VersionReference };
}): Promise<ReceiptAnswer> {
  const config = await configScope(ctx, input.config, "config.write");
  const version = await findVersion(ctx, config, input.number);
  if (version.number === config.latestVersion) {
    refuse(
      "conflict",
      `Version ${version.number} is the latest of ${config.name}, which new releases take. Save or restore another version first, or delete the config.`,
      [{ path: "number", message: "is the latest version" }],
    );
  }
  const changes = [
    {
      path: `config.version.${version.number}`,
      before: { sha256: version.sha256, author: version.author, message: version.message },
      after: null,
    },
  ];
  const { organizationId, id } = config;
  try {
    await commit(ctx, {
      organizationId,
      note: {
        action: "config.delete_version",
        target: id,
        summary: `deleted version ${version.number} of config ${config.name}`,
        changes,
      },
      guards: [
        { name: "unused", holds: configUnused(organizationId, id, version.number) },
        { name: "unlabelled", holds: versionUnlabelled(organizationId, id, version.number) },
      ],
      statements: [deleteConfigVersion(ctx.db, organizationId, id, version.number)],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "unlabelled") {
      const labels = await listConfigLabels(ctx.db, organizationId, id);
      const on = labels.filter(({ number }) => number === version.number).map(({ label }) => label);
      refuse(
        "conflict",
        `Version ${version.number} of ${config.name} is labelled ${on.join(", ")}. Put the label on another version first.`,
        [{ path: "number", message: `is labelled ${on.join(", ")}` }],
      );
    }
    refuse(
      "conflict",
      `Version ${version.number} of ${config.name} cannot be deleted: it is named by ${await namedBy(ctx, config, version.number)}. Releases are kept, so that a fleet can go back to them.`,
      [{ path: "number", message: "is named by a release" }],
    );
  }
  return {
    receipt: makeReceipt(ctx, {
      kind: "config.delete_version",
      ids: { config: id, version: version.id, organization: organizationId },
      summary: `Version ${version.number} of ${config.name} is gone; its number is not used again.`,
      changes,
    }),
  };
}
