import { z } from "zod";
import type { Cli } from "../../cli.ts";
import { durationSeconds, option, text } from "../../spec.ts";
import { moment } from "../deploy/window-text.ts";
import { findMember } from "../members/find.ts";

/** `24h` = so long ago; else a moment as `2026-11-01T00:00Z`. */
const pastMoment = z.string().transform((value, check): ((nowMs: number) => string) => {
  const duration = durationSeconds.safeParse(value.trim());
  if (duration.success) return (nowMs) => new Date(nowMs - duration.data * 1000).toISOString();
  const at = moment.safeParse(value);
  if (at.success) return at.data;
  check.addIssue("must be a time such as 2026-11-01T00:00Z, or how long ago, such as 24h or 7d");
  return z.NEVER;
});

/** What lists, exports and the live stream may be narrowed to. */
export const auditFilterOptions = {
  actor: option(
    "--actor <actor>",
    "Only acts of this person or key, by id or e-mail address",
    text.optional(),
    "member",
  ),
  onBehalfOf: option(
    "--on-behalf-of <owner>",
    "Only acts of keys that stand for this person or service account, by id or e-mail address",
    text.optional(),
    "member",
  ),
  action: option(
    "--action <action>",
    "Only these: fleet.create, or fleet.* for all of a noun",
    text.optional(),
  ),
  target: option("--target <id>", "Only acts on this, by id", text.optional()),
  from: option(
    "--from <time>",
    "Not before: 2026-11-01T00:00Z, or so long ago: 24h, 7d",
    pastMoment.optional(),
  ),
  to: option("--to <time>", "Before, written likewise", pastMoment.optional()),
  search: option("-q, --search <text>", "Text in the summary or the actor's name", text.optional()),
};

interface Given {
  actor: string | undefined;
  onBehalfOf: string | undefined;
  action: string | undefined;
  target: string | undefined;
  from: ((nowMs: number) => string) | undefined;
  to: ((nowMs: number) => string) | undefined;
  search: string | undefined;
}

/** The options as the API's query has them; addresses become ids. */
export async function auditQuery(cli: Cli, organizationId: string, given: Given) {
  const idOf = async (wanted: string | undefined) =>
    wanted?.includes("@") ? (await findMember(cli, organizationId, wanted)).userId : wanted;
  const nowMs = cli.io.now();
  return {
    actor: await idOf(given.actor),
    onBehalfOf: await idOf(given.onBehalfOf),
    action: given.action,
    target: given.target,
    from: given.from?.(nowMs),
    to: given.to?.(nowMs),
    q: given.search,
  };
}
