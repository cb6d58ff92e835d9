import { refuse } from "../../domain/errors.ts";
import { onlyEnds } from "../../domain/fleets/own-telemetry.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { KnownOwnTelemetry, OwnTelemetryOrder } from "../../protocol/rpc/own-telemetry.ts";
import { ActionRpc } from "./action-rpc.ts";
import { answer } from "./answer.ts";
import type { FleetParts } from "./assembly.ts";
import { ownTelemetryView } from "./own-telemetry-view.ts";

/** The Fleet's RPC methods on where its agents tell of themselves: forwarding only. */
export class OwnTelemetryRpc extends ActionRpc {
  async ownTelemetry(scope: FleetScope) {
    return answer(this.parts, scope, (parts) => known(parts, scope));
  }

  async setOwnTelemetry(scope: FleetScope, order: OwnTelemetryOrder) {
    const { settings, secrets, expected, actor, endsOnly } = order;
    return answer(this.parts, scope, (parts) => {
      const { commits, ownTelemetry, store, sweep } = parts;
      sweep();
      if (expected !== null && expected !== ownTelemetry.get().hash) {
        refuse("conflict", "It was changed meanwhile. Read it again, then repeat.");
      }
      if (endsOnly !== null && !onlyEnds(ownTelemetry.get().settings, settings)) {
        refuse(
          "forbidden",
          `Agents would be told at once, without waves, and ${endsOnly}. Put it into the config and roll that out; here signals can only be ended.`,
        );
      }
      commits.commit((tx) => {
        parts.secrets.keep(tx, secrets);
        ownTelemetry.set(tx, settings, store.agents.values());
        tx.event({
          type: "fleet.own_telemetry_changed",
          actor,
          summary: "Where agents tell of themselves was changed",
          data: {
            metrics: settings.metrics?.endpoint ?? null,
            traces: settings.traces?.endpoint ?? null,
            logs: settings.logs?.endpoint ?? null,
          },
        });
      });
      return known(parts, scope);
    });
  }
}

function known({ ownTelemetry, store }: FleetParts, scope: FleetScope): KnownOwnTelemetry {
  const now = ownTelemetry.get();
  return { hash: now.hash, view: ownTelemetryView(scope, now, store.agents.values()) };
}
