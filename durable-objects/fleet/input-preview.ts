import { type InputChange, withInputs } from "../../domain/configs/inputs/values.ts";
import { inputNames } from "../../domain/configs/kinds.ts";
import { DomainError } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { InputPreview, SealedSecrets } from "../../protocol/rpc/fleet.ts";
import type { AgentRecord } from "./parts.ts";
import type { Releases } from "./releases.ts";
import { planRelease } from "./rollout-plan.ts";

const namesShown = 50;

/**
 * What a rollout of the current release with these rows of an input would do; null = nothing in it names the input.
 * `secrets`: what the rows stand for, as far as it may not be held yet.
 */
export function previewInputs(
  releases: Releases,
  records: ReadonlyMap<AgentId, AgentRecord>,
  change: InputChange,
  secrets?: SealedSecrets,
): InputPreview | null {
  const current = releases.current();
  const input = `${change.namespace}:${change.name}`;
  const names = current?.assignments.some(
    ({ kind, quoting, sha256 }) => quoting && inputNames(kind, current.textOf(sha256)).includes(input),
  );
  if (!current || !names) return null;
  const { id, number, assignments, packages } = current;
  const inputs = withInputs(current.inputs, change);
  const none = { releaseNumber: number, agents: 0, changed: 0, names: [] };
  try {
    const changed = releases.open({ id, number, assignments, packages, inputs }, secrets);
    const { plan, refusal } = planRelease(changed, releases, records.values(), { kind: "all-at-once" });
    const agents = plan.flat();
    const touched = agents.filter((agent) => agent.change !== "unchanged");
    return {
      releaseNumber: number,
      agents: agents.length,
      changed: touched.length,
      names: touched.slice(0, namesShown).map((agent) => records.get(agent.id)?.name ?? agent.id),
      // That nothing would change, or that there is nobody, is no fault of the input.
      problem: refusal?.code === "config_invalid" ? refusal.detail : null,
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ...none, problem: error.refusal.detail };
  }
}
