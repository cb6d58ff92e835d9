import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { createRollout } from "../../domain/rollouts/plan.ts";
import { noSchedule } from "../../domain/rollouts/policy.ts";
import type { Snapshot } from "../../domain/rollouts/rollout-log.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import { fleetWorld } from "../../test/harness/worker/fleet-world.ts";
import { ObservationLog } from "./observation-log.ts";
import type { Tx } from "./parts.ts";
import { type FinalAgent, RolloutRows, type StartedAgent } from "./rollout-rows.ts";

const id: RolloutId = "rol_01JD0000000000000000000000";
const terms = {
  id,
  strategy: { kind: "all-at-once" } as const,
  gates: {
    ...defaultGates,
    soakSeconds: 0,
    maxFailures: 0,
    applyTimeoutSeconds: 60,
    progressDeadlineSeconds: 600,
  },
  autoRevert: true,
};
const facts = {
  releaseId: "rel_01JD0000000000000000000000" as const,
  releaseNumber: 1,
  message: null,
  author: "ada",
  actor: "usr_01JD0000000000000000000000",
  person: null,
  createdAt: 0,
  revertOf: null,
  reapply: null,
  schedule: noSchedule,
  onActive: "refuse" as const,
  approval: null,
  freezeOverride: null,
  begun: null,
  ordered: { agents: 0, waves: 0 },
  basis: null,
  previousReleaseId: null,
  madeCurrent: null,
  previousHashes: [],
  relabelled: [],
};
const known = {
  connected: true,
  healthy: true,
  revoked: false,
  deleted: false,
  canStage: false,
  report: null,
};

it("keeps how each of many agents ended, however long their errors are", async () => {
  const { stub } = await fleetWorld();
  const ended = Array.from({ length: 2_000 }, (_, n): FinalAgent => {
    const agent: AgentId = `agt_${String(n).padStart(26, "0")}`;
    // Three bytes a character: the longest that a row can get.
    const error = n % 2 === 0 ? "ツ".repeat(limits.errorChars) : null;
    return { id: agent, wave: 0, state: error ? "failed" : "verified", target: "b", previous: "a", error };
  });
  const plan = [
    ended.map(({ id: agent }) => ({
      id: agent,
      change: "changed" as const,
      target: "b",
      previous: "a",
      previousReleaseId: null,
      latchedError: null,
    })),
  ];
  const { header } = createRollout(terms, plan, () => known, 0);
  await runInDurableObject(stub, (_, { storage }) => {
    const rows = new RolloutRows(storage.sql);
    // Only the statements of the transaction are used here.
    const tx = { sql: storage.sql } as unknown as Tx;
    rows.insert(tx, { facts, header });
    expect(rows.findPending().map((row) => row.header.id)).toEqual([id]);
    const started = plan.flatMap((wave, index) => wave.map((agent): StartedAgent => [index, agent, known]));
    rows.begin(tx, { facts, header }, started);
    expect([rows.findPending(), rows.findActive()?.header.id]).toEqual([[], id]);
    expect(rows.plan(header)).toEqual(plan);
    rows.close(tx, { facts, header }, ended);
    expect(rows.finalAgents(id)).toEqual(ended);
  });
});

it("keeps what is known of many agents after memory was lost, however long their errors are", async () => {
  const { stub } = await fleetWorld();
  const { header } = createRollout(terms, [], () => known, 0);
  const agents = Array.from({ length: 2_000 }, (_, place): Snapshot["agents"][number] => [
    place,
    { state: "failed", error: "ツ".repeat(limits.errorChars) },
  ]);
  await runInDurableObject(stub, (_, { storage }) => {
    const log = new ObservationLog(storage.sql, id, new Map());
    // Only the statements of the transaction and its clock are used here.
    const tx = { sql: storage.sql, nowMs: 0 } as unknown as Tx;
    log.restored(tx, { header, agents });
    log.flush(tx);
    const { entries } = new ObservationLog(storage.sql, id, new Map()).read();
    const parts = entries.map(([, entry]) => {
      if (!("restored" in entry)) throw new Error("nothing else was observed");
      return entry;
    });
    expect(parts.flatMap(({ restored }) => restored.agents)).toEqual(agents);
    expect(parts.filter(({ continued }) => !continued)).toHaveLength(1);
  });
});
