import { GuardFailed } from "../../../db/batch.ts";
import {
  type ConfigDraftRow,
  deleteConfigDraft,
  draftHasVersion,
  findConfigDraft,
  putConfigDraft,
} from "../../../db/queries/config-drafts.ts";
import { type ConfigRow, configExists } from "../../../db/queries/configs.ts";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { validate } from "../../../domain/configs/kinds.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { ConfigDraft } from "../../../protocol/api/config-versions.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { makeReceipt } from "../receipts.ts";
import { configScope, missing } from "../scope.ts";
import { iso } from "../time.ts";
import { saveVersion } from "./create-version.ts";
import { noDraft } from "./find-version.ts";

const draftEtag = ({ version }: Pick<ConfigDraftRow, "version">): string => `"${version}"`;

const draftView = (config: ConfigRow, row: ConfigDraftRow): ConfigDraft => ({
  configId: row.configId,
  content: row.content,
  baseVersion: row.baseVersion,
  latestVersion: config.latestVersion,
  revision: row.version,
  author: row.author,
  updatedAt: iso(row.updatedAt),
  diagnostics: validate(config.kind, row.content),
});

interface OfDraft {
  config: ConfigId;
  /** The ETag of the draft as the caller knows it. */
  ifMatch?: string | undefined;
}

interface Tagged {
  draft: ConfigDraft;
  etag: string;
}

export async function getDraft({ ctx, input }: { ctx: Context; input: OfDraft }): Promise<Tagged> {
  const config = await configScope(ctx, input.config, "config.read");
  const row = await findConfigDraft(ctx.db, config.organizationId, config.id);
  if (!row) return noDraft(config);
  return { draft: draftView(config, row), etag: draftEtag(row) };
}

/** Nobody writes over what they have not seen: a draft that is there is saved over only by its ETag, or by `*`. */
export async function putDraft({
  ctx,
  input,
}: {
  ctx: Context;
  input: OfDraft & { content: string; baseVersion?: number | undefined };
}): Promise<Tagged> {
  const config = await configScope(ctx, input.config, "config.write");
  const before = await findConfigDraft(ctx.db, config.organizationId, config.id);
  refuseMoved(config, before, input.ifMatch);
  if (input.baseVersion !== undefined && input.baseVersion > config.latestVersion) {
    refuse(
      "validation_failed",
      `Config ${config.name} has no version ${input.baseVersion}; its latest is ${config.latestVersion}.`,
      [{ path: "baseVersion", message: `must be ${config.latestVersion} at most` }],
    );
  }
  const nowMs = ctx.clock.now();
  const row: ConfigDraftRow = {
    organizationId: config.organizationId,
    configId: config.id,
    content: input.content,
    baseVersion: input.baseVersion ?? before?.baseVersion ?? config.latestVersion,
    // From the clock, so that a draft that is begun anew has no revision that an older one had.
    version: Math.max((before?.version ?? 0) + 1, nowMs),
    author: ctx.actor.name,
    updatedAt: nowMs,
  };
  await writeDraft(ctx, config, before, {
    note: {
      action: "config.save_draft",
      target: config.id,
      summary: `saved the draft of config ${config.name}, based on version ${row.baseVersion}`,
      changes: [
        {
          path: "config.draft.sha256",
          before: before ? sha256Hex(before.content) : null,
          after: sha256Hex(row.content),
        },
      ],
    },
    statements: [putConfigDraft(ctx.db, config.organizationId, row)],
  });
  return { draft: draftView(config, row), etag: draftEtag(row) };
}

export async function discardDraft({ ctx, input }: { ctx: Context; input: OfDraft }): Promise<ReceiptAnswer> {
  const config = await configScope(ctx, input.config, "config.write");
  const before = await findConfigDraft(ctx.db, config.organizationId, config.id);
  if (!before) return noDraft(config);
  refuseMoved(config, before, input.ifMatch ?? "*");
  const changes = [{ path: "config.draft.sha256", before: sha256Hex(before.content), after: null }];
  await writeDraft(ctx, config, before, {
    note: {
      action: "config.discard_draft",
      target: config.id,
      summary: `discarded the draft of config ${config.name}, which ${before.author} had saved`,
      changes,
    },
    statements: [deleteConfigDraft(ctx.db, config.organizationId, config.id)],
  });
  return {
    receipt: makeReceipt(ctx, {
      kind: "config.discard_draft",
      ids: { config: config.id, organization: config.organizationId },
      summary: `The draft of ${config.name} is gone; its versions stay.`,
      changes,
    }),
  };
}

/** The draft becomes the next version, on top of the one that it was begun from. */
export async function publishDraft({
  ctx,
  input,
}: {
  ctx: Context;
  input: OfDraft & { message?: string | undefined };
}) {
  const config = await configScope(ctx, input.config, "config.write");
  const draft = await findConfigDraft(ctx.db, config.organizationId, config.id);
  if (!draft) return noDraft(config);
  refuseMoved(config, draft, input.ifMatch ?? "*");
  const version = { content: draft.content, message: input.message, baseVersion: draft.baseVersion };
  try {
    return await saveVersion(
      ctx,
      config,
      { ...version, summary: "from its draft" },
      {
        statements: [deleteConfigDraft(ctx.db, config.organizationId, config.id)],
        guards: [{ name: "draft", holds: draftHasVersion(config.organizationId, config.id, draft.version) }],
      },
    );
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    return moved(config, await findConfigDraft(ctx.db, config.organizationId, config.id));
  }
}

async function writeDraft(
  ctx: Context,
  config: ConfigRow,
  before: ConfigDraftRow | undefined,
  write: Pick<Parameters<typeof commit>[1], "note" | "statements">,
): Promise<void> {
  const { organizationId, id } = config;
  try {
    await commit(ctx, {
      organizationId,
      guards: [
        { name: "config", holds: configExists(organizationId, id) },
        { name: "draft", holds: draftHasVersion(organizationId, id, before?.version ?? 0) },
      ],
      ...write,
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "config") missing("config", id);
    moved(config, await findConfigDraft(ctx.db, organizationId, id));
  }
}

function refuseMoved(config: ConfigRow, now: ConfigDraftRow | undefined, ifMatch: string | undefined): void {
  const knows = now ? ifMatch !== undefined && matchesEtag(ifMatch, draftEtag(now)) : ifMatch === undefined;
  if (!knows) moved(config, now);
}

function moved(config: ConfigRow, now: ConfigDraftRow | undefined): never {
  if (!now) {
    return refuse(
      "conflict",
      `The draft of ${config.name} was published or discarded meanwhile. Look at its latest version (${config.latestVersion}), then save without If-Match to begin a new draft.`,
      [{ path: "draft", message: "is not there any more" }],
    );
  }
  return refuse(
    "conflict",
    `${now.author} saved the draft of ${config.name} at ${iso(now.updatedAt)}; its revision, which is its ETag, is now ${draftEtag(now)}. Read it, bring both texts together, then save with that revision (If-Match, --revision).`,
    [{ path: "content", message: `was saved by ${now.author} at ${iso(now.updatedAt)}` }],
  );
}
