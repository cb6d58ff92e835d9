import type { InputChange } from "../../domain/configs/inputs/values.ts";
import type { SourcedFile } from "../../domain/configs/render-reasons.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { AgentProgress } from "../../domain/rollouts/progress.ts";
import type { RolloutDocument } from "../../domain/rollouts/replay.ts";
import type { Decision } from "../../domain/rollouts/rollout.ts";
import type { AgentRender } from "../../protocol/api/renders.ts";
import type { ConfigFile } from "../../protocol/opamp/config-map.ts";
import type { InputPreview, ReleaseBundle, SealedSecrets, SecretUse } from "../../protocol/rpc/fleet.ts";
import { type Active, type Held, rowOf } from "./active-rollout.ts";
import { renderForAgent } from "./agent-render.ts";
import { previewInputs } from "./input-preview.ts";
import { ObservationLog } from "./observation-log.ts";
import type { AgentRecord, Bundle } from "./parts.ts";
import type { FinalAgent, RolloutRow } from "./rollout-rows.ts";
import { type Standing, standingOf } from "./rollout-standing.ts";
import { secretUse } from "./secret-use.ts";
import type { StoredAgent } from "./store.ts";

/** What the rollouts of a fleet, running or ended, have to tell. */
export class RolloutReader {
  readonly #held: Held;
  readonly #active: () => Active | null;
  readonly #find: (id: RolloutId) => RolloutRow | null;

  constructor(held: Held, active: () => Active | null, find: (id: RolloutId) => RolloutRow | null) {
    this.#held = held;
    this.#active = active;
    this.#find = find;
  }

  /** What a hash stands for, with the config versions that its files come from; null = nothing of it is held. */
  held(hash: string): (Bundle & { sources: SourcedFile[] }) | null {
    const bundle = this.#held.releases.bundle(hash);
    return bundle && { ...bundle, sources: this.#held.releases.references(hash) ?? [] };
  }

  baseOf(hash: string): string {
    return this.#held.releases.baseOf(hash);
  }

  secretUse(records: Iterable<AgentRecord>, versionIds: readonly string[]): SecretUse["versions"] {
    return secretUse(this.#held.releases, records, versionIds);
  }

  previewInputs(
    records: ReadonlyMap<AgentId, AgentRecord>,
    change: InputChange,
    secrets?: SealedSecrets,
  ): InputPreview | null {
    return previewInputs(this.#held.releases, records, change, secrets);
  }

  /** `reported`: its effective config; null = it has not said any. */
  renderForAgent(
    agent: StoredAgent,
    bundle: ReleaseBundle | null,
    reported: readonly ConfigFile[] | null,
  ): AgentRender {
    const { releases } = this.#held;
    const release = bundle ? releases.openOrdered(bundle) : releases.current();
    return renderForAgent(agent, release, releases, reported);
  }

  decisions(id: RolloutId): Decision[] {
    return this.#held.rows.decisions(id);
  }

  /** In the order of the plan. */
  agentsOf(id: RolloutId): { id: AgentId; agent: AgentProgress | FinalAgent }[] {
    const active = this.#running(id);
    if (!active) {
      return this.#held.rows.finalAgents(id).map((agent) => ({ id: agent.id, agent }));
    }
    return [...active.agents].map(([one, agent]) => ({ id: one, agent }));
  }

  standing(agent: AgentRecord): Standing {
    const active = this.#active();
    const progress = active?.agents.get(agent.id);
    return standingOf(
      agent,
      active && progress ? { row: rowOf(active), progress } : null,
      this.#held.rows,
      this.#held.releases,
      (id) => this.#find(id),
    );
  }

  /** All that it was, for `replay`; null = it has not started, or its log is not kept any more. */
  document(id: RolloutId): RolloutDocument | null {
    const row = this.#find(id);
    if (!row?.facts.begun) return null;
    const { rows, sql } = this.#held;
    const { header } = row;
    const { terms, at, decisionsBefore } = row.facts.begun;
    const started = rows.started(id);
    if (started.length === 0 && header.waves.length > 0) return null;
    const log = this.#running(id)?.log ?? new ObservationLog(sql, id, new Map());
    const { entries, truncated } = log.read();
    return {
      terms,
      createdAtMs: at,
      plan: rows.plan(header),
      facts: started.map(([, , agent]) => agent),
      log: entries,
      truncated,
      decisions: rows.decisions(id).slice(decisionsBefore),
      final: { header, agents: this.agentsOf(id).map(({ agent: { state, error } }) => ({ state, error })) },
    };
  }

  #running(id: RolloutId): Active | null {
    const active = this.#active();
    return active?.rollout.header.id === id ? active : null;
  }
}
