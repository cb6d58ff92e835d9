import { randomBytes } from "node:crypto";
import { GuardFailed } from "../../../db/batch.ts";
import {
  deleteSsoDomain,
  domainMayBeVerified,
  insertSsoDomain,
  markDomainVerified,
  type SsoDomainRow,
} from "../../../db/queries/sso.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Id, OrganizationId } from "../../../domain/ids.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { SsoDomain } from "../../../protocol/api/sso.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { refuseIfTaken } from "../taken.ts";
import { textRecords } from "../webhooks/resolve.ts";
import type { OneConnection } from "./get.ts";
import { connectionIn, domainIn, settingsScope } from "./scope.ts";
import { refuseIfLast, stillUsable } from "./update.ts";
import { domainView, recordName, recordValue } from "./view.ts";

const lookUpMs = 10_000;

export interface OneDomain {
  org: OrganizationId;
  domain: Id<"ssoDomain">;
}

/** A claim, which counts once it is verified. */
export async function addDomain({
  ctx,
  input,
}: {
  ctx: Context;
  input: OneConnection & { name: string };
}): Promise<SsoDomain> {
  const organization = settingsScope(ctx, input.org);
  const connection = await connectionIn(ctx, organization.id, input.connection);
  const row: SsoDomainRow = {
    id: ctx.ids.make("ssoDomain"),
    organizationId: organization.id,
    connectionId: connection.id,
    domain: input.name,
    challenge: randomBytes(24).toString("base64url"),
    createdAt: ctx.clock.now(),
    verifiedAt: null,
  };
  const written = commit(ctx, {
    organizationId: organization.id,
    note: {
      action: "sso_domain.create",
      target: row.id,
      summary: `claimed the domain ${row.domain} for the connection "${connection.name}"`,
    },
    statements: [insertSsoDomain(ctx.db, organization.id, row)],
  });
  await refuseIfTaken(written, "sso_domains.domain", { path: "domain", value: row.domain, noun: "claim" });
  return domainView(row);
}

/** Looks the TXT record up. Refuses with what was found instead. */
export async function verifyDomain({ ctx, input }: { ctx: Context; input: OneDomain }): Promise<SsoDomain> {
  const organization = settingsScope(ctx, input.org);
  const row = await domainIn(ctx, organization.id, input.domain);
  if (row.verifiedAt !== null) return domainView(row);
  await lookUp(ctx, row);
  const nowMs = ctx.clock.now();
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "sso_domain.verify",
        target: row.id,
        summary: `proved that the domain ${row.domain} is theirs`,
      },
      statements: [markDomainVerified(ctx.db, organization.id, row.id, nowMs)],
      guards: [{ name: "domain", holds: domainMayBeVerified(organization.id, row) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    refuse(
      "conflict",
      `${row.domain} is verified by another organization, or your claim is gone. Remove the domain there first, then verify again.`,
      [{ path: "domain", message: "belongs to another organization" }],
    );
  }
  return domainView({ ...row, verifiedAt: nowMs });
}

async function lookUp(ctx: Context, row: SsoDomainRow): Promise<void> {
  const name = recordName(row.domain);
  const wanted = recordValue(row.challenge);
  let found: string[];
  try {
    found = await textRecords(ctx.outside, name, AbortSignal.timeout(lookUpMs));
  } catch (error) {
    ctx.log.error("a domain's record could not be looked up", { domain: row.domain }, error);
    return refuse("unavailable", "The resolver did not answer. Try again in a minute.");
  }
  if (found.some((text) => text.trim() === wanted)) return;
  const instead =
    found.length === 0 ? "has no TXT record yet" : `has ${found.length} TXT records, none of which is ours`;
  refuse(
    "conflict",
    `${name} ${instead}. Set the record to ${wanted} at your DNS provider; it may take an hour to be seen.`,
    [{ path: "domain", message: `needs the TXT record ${wanted} at ${name}` }],
  );
}

export async function removeDomain({
  ctx,
  input,
}: {
  ctx: Context;
  input: OneDomain;
}): Promise<{ receipt: Receipt }> {
  const organization = settingsScope(ctx, input.org);
  const row = await domainIn(ctx, organization.id, input.domain);
  const changes = [{ path: `ssoDomains.${row.domain}`, before: row.domain, after: null }];
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "sso_domain.delete",
        target: row.id,
        summary: `gave the domain ${row.domain} up`,
        changes,
      },
      statements: [deleteSsoDomain(ctx.db, organization.id, row.id)],
      guards: [stillUsable(organization.id, { domain: row.id })],
    });
  } catch (error) {
    refuseIfLast(error, organization.name);
    throw error;
  }
  const receipt = makeReceipt(ctx, {
    kind: "sso_domain.delete",
    ids: { organization: organization.id, connection: row.connectionId, domain: row.id },
    summary: `People of ${row.domain} cannot sign in by single sign-on any more.`,
    warnings: ["To take it back, claim it again: it gets a new record to set."],
    changes,
  });
  return { receipt };
}
