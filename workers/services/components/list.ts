import { collectorComponents, namesOfType } from "../../../domain/configs/collector/components.ts";
import type { ComponentRole } from "../../../domain/configs/facts.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { CollectorComponent } from "../../../protocol/api/collector.ts";
import type { Context } from "../context.ts";
import { listFleetComponents } from "./fleet.ts";

/** Every component whose settings Muster knows, with how many of a fleet's agents have it. */
export async function listCollectorComponents({
  ctx,
  input: { role, type, fleet },
}: {
  ctx: Context;
  input: { role?: ComponentRole; type?: string; fleet?: FleetId };
}): Promise<{ items: CollectorComponent[]; nextCursor: null }> {
  const reported = fleet ? await listFleetComponents({ ctx, input: { fleet } }) : null;
  const have = new Map(reported?.components.map((one) => [`${one.role} ${one.type}`, one.agents]));
  const items = collectorComponents
    .filter(
      (one) => (!role || one.role === role) && (!type || namesOfType(one.role, one.type).includes(type)),
    )
    .map(
      ({ aliases = [], signals, connects, schema, ...one }): CollectorComponent => ({
        ...one,
        aliases: [...aliases],
        signals: [...signals],
        connects: [...connects],
        schema: { ...schema },
        agents:
          reported && reported.reporting > 0
            ? Math.max(...namesOfType(one.role, one.type).map((name) => have.get(`${one.role} ${name}`) ?? 0))
            : null,
      }),
    );
  return { items, nextCursor: null };
}
