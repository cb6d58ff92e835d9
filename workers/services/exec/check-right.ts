import { findFleet } from "../../../db/queries/fleets.ts";
import { unwrap } from "../../../domain/errors.ts";
import { isId } from "../../../domain/ids.ts";
import { type Access, can, decide } from "../../../domain/tenancy/access.ts";
import type { OutboxMessage } from "../../../protocol/rpc/outbox.ts";
import { accessOf } from "../access/subject.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { placeOf } from "../scope.ts";

export type StreamRightMessage = Extract<OutboxMessage, { kind: "stream_right" }>;

/** Ends a stream whose viewer lost the right to it, whatever took it: a role, a binding, a team, the key, the membership. */
export async function checkStreamRight(platform: Platform, message: StreamRightMessage): Promise<void> {
  if (await mayStill(platform, message)) return;
  const ended = await platform.stream(message.streamId).end(message.scope, "ended");
  if (!ended.ok && ended.refusal.code !== "not_found") unwrap(ended);
}

async function mayStill(
  platform: Platform,
  { scope, agentId, streamKind, actor }: StreamRightMessage,
): Promise<boolean> {
  const { organizationId, fleetId } = scope;
  const fleet = await findFleet(platform.db, [organizationId], fleetId);
  if (!fleet) return false;
  const access = await accessNow(platform, organizationId, actor);
  if (!access) return false;
  const permission = streamKind === "exec" ? "exec.run" : "log.read";
  const place = placeOf(fleet);
  const { verdict } = decide(access, permission, place);
  if (verdict !== "partly") return verdict === "allow";
  // By the agent's labels, which its fleet alone knows.
  const found = await tryFleet(platform, fleet, (stub, own) => stub.getAgent(own, agentId));
  if (!found.ok && found.refusal.code === "not_found") return false;
  return can(access, permission, { ...place, labels: unwrap(found).labels });
}

/** null = they are gone, or their key counts no more. */
async function accessNow(
  platform: Platform,
  organizationId: StreamRightMessage["scope"]["organizationId"],
  actor: string,
): Promise<Access | null> {
  if (!isId("user", actor) && !isId("apiKey", actor)) return null;
  const found = await accessOf(platform, organizationId, actor);
  return found && found.blocked === null ? found.access : null;
}
