/**
 * The chain of an organization's audit events: each event's hash is the sha256 of the hash before it, a line feed,
 * and the event as canonical JSON. What the server seals with is what anybody checks an export with.
 */
import { sha256Hex } from "../configs/hash.ts";

/** An audit event as the API tells it, without its hash. */
export interface ChainedEvent {
  id: string;
  organizationId: string;
  seq: number;
  /** RFC 3339, UTC, with milliseconds. */
  at: string;
  actor: string;
  actorName: string;
  onBehalfOf: string | null;
  action: string;
  target: string;
  summary: string;
  changes: readonly { path: string; before?: unknown; after?: unknown }[];
  address: string;
  userAgent: string;
  requestId: string;
  sensitiveRead: boolean;
}

export type MaybeSealed = ChainedEvent & { hash: string | null };
export type ExportedEvent = ChainedEvent & { hash: string; previousHash: string };

/** An event that is known to be good, by its place and hash. */
export interface ChainPoint {
  seq: number;
  hash: string;
}

/** What the first event of an organization stands on. */
export const genesis: ChainPoint = { seq: 0, hash: "0".repeat(64) };

export type ChainFault = "changed" | "missing" | "unsealed" | "not_as_noted";

export interface ChainBreak {
  seq: number;
  /** null: there is no event at this place. */
  id: string | null;
  fault: ChainFault;
  detail: string;
}

/** JSON with the members of every object in the order of their names, and nothing between. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonicalJson(one)}`);
  return `{${members.join(",")}}`;
}

/** Names its fields itself: what an answer may gain later is no part of older hashes. */
export function hashOf(previousHash: string, event: ChainedEvent): string {
  const { id, organizationId, seq, at, actor, actorName, onBehalfOf, action } = event;
  const { target, summary, changes, address, userAgent, requestId, sensitiveRead } = event;
  const what = { id, organizationId, seq, at, actor, actorName, onBehalfOf, action, target, summary };
  const where = { changes, address, userAgent, requestId, sensitiveRead };
  return sha256Hex(`${previousHash}\n${canonicalJson({ ...what, ...where })}`);
}

/** Whether `event` is the one that comes after `previous`, as it was sealed. null = it is. */
export function breakAfter(previous: ChainPoint, event: MaybeSealed): ChainBreak | null {
  const gap = missingBetween(previous.seq, event.seq);
  if (gap) return gap;
  const at = { seq: event.seq, id: event.id };
  if (event.hash === null) {
    return { ...at, fault: "unsealed", detail: `Event ${event.seq} carries no hash.` };
  }
  if (event.hash === hashOf(previous.hash, event)) return null;
  return {
    ...at,
    fault: "changed",
    detail: `Event ${event.seq} does not fit its hash and the one before: it, or the event before it, was changed.`,
  };
}

function missingBetween(before: number, found: number): ChainBreak | null {
  if (found === before + 1) return null;
  const last = found - 1;
  const detail =
    found <= before
      ? `Event ${found} comes after event ${before}: the order was changed, or it is there twice.`
      : last === before + 1
        ? `Event ${last} is missing.`
        : `Events ${before + 1} to ${last} are missing.`;
  return { seq: before + 1, id: null, fault: "missing", detail };
}

export interface ExportCheck {
  valid: boolean;
  checked: number;
  firstBroken: ChainBreak | null;
  /** The last event that was found good. */
  head: ChainPoint | null;
}

/**
 * Checks the lines of an export by themselves, in order. A filtered export leaves events out: with `gaps` allowed, only
 * what is there is checked, each line against the hash that it says it stands on.
 */
export function checkExport(
  events: Iterable<ExportedEvent>,
  { gaps = false, noted }: { gaps?: boolean; noted?: ChainPoint } = {},
): ExportCheck {
  let head: ChainPoint | null = null;
  let checked = 0;
  let met = false;
  for (const event of events) {
    const firstBroken = exportBreak(head, event, gaps) ?? notedBreak(event, noted);
    if (firstBroken) return { valid: false, checked, firstBroken, head };
    met ||= event.seq === noted?.seq;
    head = { seq: event.seq, hash: event.hash };
    checked++;
  }
  const firstBroken: ChainBreak | null =
    noted && !met
      ? {
          seq: noted.seq,
          id: null,
          fault: "missing",
          detail: `Event ${noted.seq}, which was noted, is missing.`,
        }
      : null;
  return { valid: firstBroken === null, checked, firstBroken, head };
}

function exportBreak(head: ChainPoint | null, event: ExportedEvent, gaps: boolean): ChainBreak | null {
  const jump = head === null || (gaps && event.seq > head.seq + 1);
  const alone = event.seq === 1 ? genesis : { seq: event.seq - 1, hash: event.previousHash };
  const previous = jump ? alone : (head ?? genesis);
  const broken = breakAfter(previous, event);
  if (broken || event.previousHash === previous.hash) return broken;
  const detail = `Event ${event.seq} says that it stands on another hash than that of the event before it.`;
  return { seq: event.seq, id: event.id, fault: "changed", detail };
}

function notedBreak(event: ExportedEvent, noted: ChainPoint | undefined): ChainBreak | null {
  return noted?.seq === event.seq ? breakFromNoted(noted, event) : null;
}

/** Whether the event still has the hash that somebody noted. */
export function breakFromNoted(
  noted: ChainPoint,
  event: { id: string | null; hash: string | null },
): ChainBreak | null {
  if (event.hash === noted.hash) return null;
  const detail = `Event ${noted.seq} has another hash than the one noted: it, or an event before it, was changed.`;
  return { seq: noted.seq, id: event.id, fault: "not_as_noted", detail };
}
