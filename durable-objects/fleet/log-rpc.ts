import { refuse } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { LogShipping } from "../../domain/logs/logs.ts";
import type { ShippedHour } from "../../protocol/rpc/agent-logs.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { answer } from "./answer.ts";
import { StreamRpc } from "./stream-rpc.ts";

/** The Fleet's RPC methods on logs that it keeps: forwarding only. */
export class LogRpc extends StreamRpc {
  async setLogShipping(scope: FleetScope, shipping: LogShipping, revision: number) {
    return answer(this.parts, scope, ({ commits, logs }) => {
      commits.commit((tx) => logs.set(tx, shipping, revision));
      return null;
    });
  }

  async admitShipping(scope: FleetScope, agentId: AgentId, generation: number) {
    return answer(this.parts, scope, ({ commits, logs, store }) =>
      store.closed === null
        ? commits.commit((tx) => logs.admit(tx, store.agents.get(agentId), generation))
        : refuse("conflict", "The organization of this fleet is deleted: nothing is kept"),
    );
  }

  async stateShippedLogs(scope: FleetScope, agentId: AgentId, hours: readonly ShippedHour[]) {
    return answer(this.parts, scope, ({ commits, logs }) => {
      commits.commit((tx) => logs.state(tx, agentId, hours));
      return null;
    });
  }
}
