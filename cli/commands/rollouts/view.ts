import { type RolloutAgentState, rolloutAgentStates } from "../../../domain/rollouts/states.ts";
import type { Rollout, RolloutDetail } from "../../../protocol/api/rollouts.ts";
import { clean, type Style } from "../../output.ts";
import { paintState } from "../../paint.ts";
import { facts, table } from "../../table.ts";
import { clockTime, duration } from "../../time.ts";
import { showApproval, showGates, showSchedule, showStrategy } from "./terms-text.ts";

type Counts = Record<RolloutAgentState, number>;

/** "3 verified, 1 failed"; states without agents are left out. */
export function showCounts(counts: Counts): string {
  const parts = rolloutAgentStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  return parts.join(", ") || "no agents";
}

const settled: RolloutAgentState[] = ["verified", "unchanged", "reverted"];

const doneOf = (counts: Counts) => settled.reduce((sum, state) => sum + counts[state], 0);

/** "wave 2 of 4, "; nothing while no wave has started or where there is but one. */
function showWave(waves: RolloutDetail["waves"]): string {
  const started = waves?.findLast(({ state }) => state !== "waiting" && state !== "skipped");
  return waves === null || waves.length < 2 || !started ? "" : `wave ${started.number} of ${waves.length}, `;
}

/** One line: state, wave, agents and what it waits on. `waves` as they were last known. */
export function showProgress(found: Rollout, waves: RolloutDetail["waves"]): string {
  const why = found.reason === null ? "" : `: ${clean(found.reason)}`;
  return `${found.state} ${showWave(waves)}${doneOf(found.counts)}/${found.total} (${showCounts(found.counts)})${why}`;
}

function tookOf(found: Rollout): string | null {
  if (found.startedAt === null || found.endedAt === null) return null;
  return duration((Date.parse(found.endedAt) - Date.parse(found.startedAt)) / 1000);
}

export function showRollout(found: RolloutDetail, style: Style): string {
  const parts = [
    facts(
      [
        ["rollout", found.id],
        ["release", `${found.releaseNumber} (${found.releaseId})`],
        ["state", found.state, (text) => paintState(text, style)],
        ["reason", found.reason],
        ["agents", `${found.total}: ${showCounts(found.counts)}`],
        ["takes back", found.revertOf],
        ["strategy", showStrategy(found.strategy)],
        ["gates", showGates(found)],
        ["approval", showApproval(found)],
        ["schedule", showSchedule(found)],
        [
          "freeze",
          found.freezeOverride === null
            ? null
            : `overridden by ${found.freezeOverride.by}: ${found.freezeOverride.reason}`,
        ],
        ["auto revert", found.autoRevert ? "yes" : "no"],
        ["author", found.author],
        ["message", found.message],
        ["started", found.startedAt],
        ["ended", found.endedAt],
        ["took", tookOf(found)],
      ],
      style,
    ),
  ];
  if (found.waves !== null && found.waves.length > 0) {
    parts.push(
      table(
        found.waves,
        [
          { title: "WAVE", value: (row) => String(row.number), align: "right" },
          { title: "STATE", value: (row) => row.state, paint: (text) => paintState(text, style) },
          { title: "AGENTS", value: (row) => String(row.size), align: "right" },
          { title: "COUNTS", value: (row) => showCounts(row.counts) },
        ],
        style,
      ),
    );
  }
  if (found.decisions !== null && found.decisions.length > 0) {
    const lines = found.decisions.slice(-10).map(({ at, verdict, wave, gate, text }) => {
      const where = wave === null ? "" : ` wave ${wave}`;
      return `  ${clockTime(at)}  ${verdict}${where}  ${gate}: ${clean(text)}`;
    });
    parts.push(`Decisions:\n${lines.join("\n")}`);
  }
  if (!found.live) parts.push(style.color.dim("From the history; the fleet itself could not be asked."));
  return parts.join("\n\n");
}
