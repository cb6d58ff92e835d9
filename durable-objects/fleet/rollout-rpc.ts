import { DurableObject } from "cloudflare:workers";
import type { InputChange } from "../../domain/configs/inputs/values.ts";
import { refuse } from "../../domain/errors.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { Policy } from "../../domain/rollouts/policy.ts";
import type {
  Approval,
  ConfirmationAnswer,
  FleetScope,
  ReleaseBundle,
  RolloutAgentsQuery,
  RolloutOrder,
  SealedSecrets,
} from "../../protocol/rpc/fleet.ts";
import { answer } from "./answer.ts";
import { assembleFleet, type FleetParts } from "./assembly.ts";
import type { FleetEnv } from "./fleet.ts";

/** The Fleet's RPC methods on rollouts: forwarding only. The platform calls what is on the class, so they are a class. */
export class RolloutRpc extends DurableObject<FleetEnv> {
  /** Of the instance, which RPC cannot reach. */
  protected readonly parts: FleetParts;

  constructor(ctx: DurableObjectState, env: FleetEnv) {
    super(ctx, env);
    this.parts = assembleFleet(ctx, env);
  }

  async previewRollout(scope: FleetScope, order: Omit<RolloutOrder, "id">) {
    return answer(this.parts, scope, ({ sweep, orders }) => {
      sweep();
      return orders.preview(order);
    });
  }

  async checkRollout(scope: FleetScope, order: Omit<RolloutOrder, "id">) {
    return answer(this.parts, scope, ({ sweep, orders }) => {
      sweep();
      return orders.check(order);
    });
  }

  async previewInputs(scope: FleetScope, change: InputChange, secrets?: SealedSecrets) {
    return answer(this.parts, scope, ({ sweep, rollouts, store }) => {
      sweep();
      return rollouts.reader.previewInputs(store.agents, change, secrets);
    });
  }

  async renderAgent(scope: FleetScope, agentId: AgentId, release: ReleaseBundle | null) {
    return answer(this.parts, scope, ({ drift, rollouts, store }) => {
      const agent = store.agents.get(agentId) ?? refuse("not_found", `There is no agent ${agentId}`);
      return rollouts.reader.renderForAgent(agent, release, drift.reported(agent));
    });
  }

  async startRollout(scope: FleetScope, order: RolloutOrder) {
    return answer(this.parts, scope, ({ sweep, orders }) => {
      sweep();
      return orders.start(order);
    });
  }

  async getRollout(scope: FleetScope, id: RolloutId) {
    return answer(this.parts, scope, ({ orders }) => orders.get(id));
  }

  async rolloutAgents(scope: FleetScope, id: RolloutId, query: RolloutAgentsQuery) {
    return answer(this.parts, scope, ({ orders }) => orders.agents(id, query));
  }

  async explainRollout(scope: FleetScope, id: RolloutId) {
    return answer(this.parts, scope, ({ orders }) => orders.explain(id));
  }

  async exportRollout(scope: FleetScope, id: RolloutId) {
    return answer(this.parts, scope, ({ orders }) => orders.export(id));
  }

  async abortRollout(scope: FleetScope, id: RolloutId, actor: string, name = actor) {
    return answer(this.parts, scope, ({ commands }) => commands.abort(id, { actor, name }));
  }

  async pauseRollout(scope: FleetScope, id: RolloutId, actor: string, name = actor) {
    return answer(this.parts, scope, ({ commands }) => commands.pause(id, { actor, name }));
  }

  async resumeRollout(scope: FleetScope, id: RolloutId, actor: string, name = actor) {
    return answer(this.parts, scope, ({ commands }) => commands.resume(id, { actor, name }));
  }

  async promoteRollout(scope: FleetScope, id: RolloutId, actor: string, name = actor) {
    return answer(this.parts, scope, ({ commands }) => commands.promote(id, { actor, name }));
  }

  async retryRollout(scope: FleetScope, id: RolloutId, actor: string, name = actor) {
    return answer(this.parts, scope, ({ commands }) => commands.retry(id, { actor, name }));
  }

  async approveRollout(scope: FleetScope, id: RolloutId, approval: Approval) {
    return answer(this.parts, scope, ({ commands }) => commands.approve(id, approval));
  }

  async overrideFreeze(
    scope: FleetScope,
    id: RolloutId,
    override: { actor: string; name: string; reason: string },
  ) {
    return answer(this.parts, scope, ({ commands }) => commands.overrideFreeze(id, override));
  }

  async answerConfirmation(scope: FleetScope, id: RolloutId, said: ConfirmationAnswer) {
    return answer(this.parts, scope, ({ commands }) => commands.answerConfirmation(id, said));
  }

  async setPolicy(scope: FleetScope, policy: Policy, revision: number) {
    return answer(this.parts, scope, ({ commands }) => commands.setPolicy(policy, revision));
  }
}
