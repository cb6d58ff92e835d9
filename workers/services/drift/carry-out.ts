import { findFleet } from "../../../db/queries/fleets.ts";
import { findRollout } from "../../../db/queries/rollouts.ts";
import { DomainError } from "../../../domain/errors.ts";
import { rolloutPlanBody } from "../../../protocol/api/rollouts.ts";
import type { OutboxMessage } from "../../../protocol/rpc/outbox.ts";
import type { Context, Platform } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { accept } from "./accept.ts";
import { fleetContext } from "./fleet-context.ts";
import { reapply } from "./reapply.ts";

export type RepairMessage = Extract<OutboxMessage, { kind: "drift" }>;

/** A tenth of the drifted agents at a time, so that a repair that does harm does it to few. */
const terms = (message: string) =>
  rolloutPlanBody.parse({ strategy: { kind: "rolling", batch: "10%" }, message });

/**
 * Carries out what a fleet's drift policy asked for. Delivered twice it does nothing more: the fleet gave the rollout its
 * id. What cannot be is told to the fleet; throws when it is worth trying again.
 */
export async function carryOutRepair(platform: Platform, message: RepairMessage): Promise<void> {
  const { scope, rolloutId, policy } = message;
  const fleet = await findFleet(platform.db, [scope.organizationId], scope.fleetId);
  if (!fleet || (await findRollout(platform.db, [scope.organizationId], rolloutId))) return;
  try {
    if (fleet.driftPolicy !== policy) {
      throw new DomainError({
        code: "conflict",
        detail: `The fleet's policy is to ${fleet.driftPolicy} now.`,
      });
    }
    const { ctx, settle } = await fleetContext(platform, fleet);
    await repair(ctx, message);
    await settle();
  } catch (error) {
    if (!(error instanceof DomainError) || error.refusal.code === "unavailable") throw error;
    const { detail } = error.refusal;
    await askFleet(platform, fleet, (stub, own) => stub.refuseRepair(own, rolloutId, detail));
  }
}

async function repair(ctx: Context, { scope, rolloutId: id, policy, agents }: RepairMessage): Promise<void> {
  if (policy === "reapply") {
    await reapply({
      ctx,
      input: { fleet: scope.fleetId, agents, terms: terms("Gives drifted agents their files anew"), id },
    });
    return;
  }
  const [agent] = agents;
  if (agent) await accept({ ctx, input: { agent, terms: terms(`Takes over what agent ${agent} has`), id } });
}
