import type { FleetScope, SealedSecrets } from "../../protocol/rpc/fleet.ts";
import { answer } from "./answer.ts";
import { MetricRpc } from "./metric-rpc.ts";

/** The Fleet's RPC methods on the secrets that it holds: forwarding only. */
export class SecretRpc extends MetricRpc {
  async secretUse(scope: FleetScope, versionIds: readonly string[]) {
    return answer(this.parts, scope, ({ commits, rollouts, secrets, store }) => {
      commits.commit((tx) => rollouts.dropUnused(tx));
      const held = new Set(secrets.usedIds());
      return {
        held: versionIds.filter((id) => held.has(id)),
        versions: rollouts.reader.secretUse(store.agents.values(), versionIds),
      };
    });
  }

  async heldSecrets(scope: FleetScope) {
    return answer(this.parts, scope, ({ secrets }) => secrets.versionIds());
  }

  async resealSecrets(scope: FleetScope, sealed: SealedSecrets) {
    return answer(this.parts, scope, ({ commits, secrets }) => {
      commits.commit((tx) => secrets.reseal(tx, sealed));
      return null;
    });
  }

  async forgetSecrets(scope: FleetScope, versionIds: readonly string[]) {
    return answer(this.parts, scope, ({ commits, secrets }) =>
      commits.commit((tx) => secrets.drop(tx, versionIds)),
    );
  }
}
