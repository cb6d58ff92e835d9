import { DomainError, refuse } from "../../errors.ts";
import { matchSelector, parseSelector, type Selector } from "../../fleets/selector.ts";
import { fitting } from "../../plural.ts";
import { agents, resolveCount } from "../gates.ts";
import type { Candidate } from "../plan.ts";
import type { CanaryStep, CountOrPercent } from "../rollout.ts";

/**
 * One wave for each step, then one for the rest. Each step takes from those that no earlier step took; percentages are
 * of all agents that change, rounded up, and the last one may come out smaller. Where every agent runs its target
 * already there is nothing to try out, and no wave.
 * @throws DomainError `plan_impossible`, naming `strategy.steps[i]`
 */
export function canaryWaves(
  steps: readonly CanaryStep[],
  touched: readonly Candidate[],
  all: readonly Candidate[],
): Candidate[][] {
  if (touched.length === 0 && all.length > 0) return [];
  let left = [...touched];
  const waves = steps.map((step, index) => {
    const taken =
      "selector" in step
        ? takeMatching(step.selector, index, left, all)
        : takeCount(step.agents, index, left, touched.length);
    const placed = new Set(taken);
    left = left.filter((agent) => !placed.has(agent));
    return taken;
  });
  return left.length > 0 ? [...waves, left] : waves;
}

function takeCount(value: CountOrPercent, index: number, left: readonly Candidate[], total: number) {
  const wanted = resolveCount(value, total);
  const path = `strategy.steps[${index}].agents`;
  const step = `Step ${index + 1} of the canary`;
  if (wanted < 1) {
    refuse("plan_impossible", `${step} takes no agent. Use 1 or more, or a percentage such as 5%.`, [
      { path, message: "must be at least 1" },
    ]);
  }
  const isShare = typeof value === "string";
  if (left.length === 0 || (wanted > left.length && !isShare)) {
    const rest =
      left.length === 0
        ? "nobody is left"
        : `only ${agents(left.length)} ${fitting(left.length, "is", "are")} left`;
    refuse(
      "plan_impossible",
      `${step} asks for ${isShare ? value : agents(wanted)}, but the release changes ${agents(total)} and ${rest} for this step. Ask for fewer, or leave the step out.`,
      [{ path, message: `asks for ${isShare ? value : wanted}; ${rest} of ${total}` }],
    );
  }
  return left.slice(0, wanted);
}

function takeMatching(
  text: string,
  index: number,
  left: readonly Candidate[],
  all: readonly Candidate[],
): Candidate[] {
  const path = `strategy.steps[${index}].selector`;
  const selector = parseStep(text, path);
  const taken = left.filter((agent) => matchSelector(selector, agent.labels));
  if (taken.length > 0) return taken;
  const matching = all.filter((agent) => matchSelector(selector, agent.labels));
  const changing = matching.filter(({ running, target }) => running !== target);
  const why =
    matching.length === 0
      ? "matches none of the agents that the release is for"
      : changing.length === 0
        ? `matches only agents that run the release already (${matching.length})`
        : `matches only agents that earlier steps take (${changing.length})`;
  return refuse(
    "plan_impossible",
    `Step ${index + 1} of the canary, "${text}", ${why}. Correct the selector, or leave the step out.`,
    [{ path, message: why }],
  );
}

function parseStep(text: string, path: string): Selector {
  if (text.trim() === "") {
    refuse(
      "plan_impossible",
      "An empty selector takes every agent, and leaves none to compare the canary with. Name a label, such as canary=true.",
      [{ path, message: "must not be empty" }],
    );
  }
  try {
    return parseSelector(text);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, detail, errors = [] } = error.refusal;
    return refuse(
      code,
      detail,
      errors.map(({ message }) => ({ path, message })),
    );
  }
}
