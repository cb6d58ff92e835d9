import { diffText, formatDiff } from "../../domain/configs/diff.ts";
import type { PackageReference } from "../../domain/configs/packages.ts";
import { renderReasons, type SourcedFile } from "../../domain/configs/render-reasons.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { Plan, PlannedAgent } from "../../domain/rollouts/plan.ts";
import type { RolloutPreview } from "../../protocol/api/rollouts.ts";
import { filledFiles } from "./agent-render.ts";
import { type AgentRender, sourcedFiles } from "./open-release.ts";
import type { AgentRecord, RenderedFile } from "./parts.ts";
import type { Planned } from "./rollout-queue.ts";
import { renderFor } from "./wanted.ts";

type PlanDiff = RolloutPreview["diffs"][number];

/** What one hash gives an agent; null = not held any more. */
export type Contents = (
  hash: string,
) => { files: RenderedFile[]; sources: SourcedFile[]; packages: PackageReference[] } | null;

/** Of hashes that are held, and of those that the plan's release gives. */
export function contentsOf(
  { plan, release }: Planned,
  recordOf: (id: AgentId) => AgentRecord | undefined,
  held: Contents,
): Contents {
  const rendered = new Map<string, AgentRender>();
  for (const { id, target } of plan.flat()) {
    const record = rendered.has(target) ? undefined : recordOf(id);
    const render = record ? renderFor(release, record) : null;
    if (render?.hash === target) rendered.set(target, render);
  }
  return (hash) => {
    const render = rendered.get(hash);
    if (!render) return held(hash);
    return {
      files: filledFiles(render, release.textOf),
      sources: sourcedFiles(render),
      packages: render.packages,
    };
  };
}

/** Larger files are not compared, and no preview carries more than so much text. */
const maxFileChars = 200_000;
const maxDiffChars = 2_000_000;
/** Pairs past these are counted, and their files are not compared. */
const maxCompared = 100;

/** One diff for each distinct pair of what agents run and what they would run. `baseOf`: what a hash stands for. */
export function planDiffs(
  plan: Plan,
  contents: Contents,
  baseOf: (hash: string) => string,
): { diffs: PlanDiff[]; indexOf: (agent: PlannedAgent) => number | null } {
  const diffs: PlanDiff[] = [];
  const indexes = new Map<string, number>();
  let budget = maxDiffChars;
  for (const agent of plan.flat()) {
    if (agent.change === "unchanged") continue;
    const key = keyOf(agent, baseOf);
    const known = indexes.get(key);
    const diff = known === undefined ? undefined : diffs[known];
    if (diff) {
      diff.agents++;
      continue;
    }
    const made = diffOf(agent, contents, diffs.length < maxCompared ? budget : 0);
    budget -= made.files.reduce((sum, file) => sum + (file.diff?.length ?? 0), 0);
    indexes.set(key, diffs.push(made) - 1);
  }
  return { diffs, indexOf: (agent) => indexes.get(keyOf(agent, baseOf)) ?? null };
}

const keyOf = ({ change, previous, target }: PlannedAgent, baseOf: (hash: string) => string) =>
  change === "unchanged" ? "" : `${previous === "" ? "" : baseOf(previous)} ${target}`;

function diffOf({ previous, target }: PlannedAgent, contents: Contents, budget: number): PlanDiff {
  const none = { files: [], sources: [], packages: [] };
  const before = previous === "" ? none : contents(previous);
  const after = contents(target) ?? none;
  const packages = diffPackages(before?.packages ?? [], after.packages);
  return {
    from: previous === "" ? null : previous,
    to: target,
    agents: 1,
    reasons: [
      ...renderReasons(before?.sources ?? null, after.sources),
      ...packages.map(({ name, from, to }) => `package ${name}: ${from ?? "none"} → ${to ?? "none"}`),
    ],
    files: diffFiles(before?.files ?? null, after.files, budget),
    packages,
  };
}

/** `before` null = what the agents run is not held any more. */
function diffFiles(before: RenderedFile[] | null, after: RenderedFile[], budget: number): PlanDiff["files"] {
  const old = new Map(before?.map((file) => [file.name, file]));
  const files: PlanDiff["files"] = [];
  let left = budget;
  const add = (name: string, change: "added" | "changed" | "removed", from: string, to: string) => {
    const fits = before !== null && from.length <= maxFileChars && to.length <= maxFileChars;
    const text = fits && left > 0 ? formatDiff(diffText(from, to)) : null;
    const diff = text !== null && text.length <= left ? text : null;
    left -= diff?.length ?? 0;
    files.push({ name, change, diff });
  };
  for (const { name, content, contentType } of after) {
    const was = old.get(name);
    old.delete(name);
    if (before === null) add(name, "changed", "", content);
    else if (!was) add(name, "added", "", content);
    else if (was.content !== content || was.contentType !== contentType) {
      add(name, "changed", was.content, content);
    }
  }
  for (const { name, content } of old.values()) add(name, "removed", content, "");
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function diffPackages(before: PackageReference[], after: PackageReference[]): PlanDiff["packages"] {
  const versions = new Map<string, { from: string | null; to: string | null }>();
  for (const { name, version } of before) versions.set(name, { from: version, to: null });
  for (const { name, version } of after) {
    versions.set(name, { from: versions.get(name)?.from ?? null, to: version });
  }
  return [...versions]
    .filter(([, { from, to }]) => from !== to)
    .map(([name, { from, to }]) => ({ name, from, to }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
