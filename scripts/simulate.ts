/**
 * Plays seeded schedules against the rollout engine and checks every law after every step:
 *   npm run simulate -- --seeds 100000 [--seed 1] [--jobs 2]
 * A seed is one schedule, always the same one. A failure is replayed bit for bit, at its smallest, by
 *   npm run simulate -- --seed <seed> --path <path>
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { domainFolder, loadEngine } from "../test/simulation/engine.ts";
import { type Failure, simulate } from "../test/simulation/simulate.ts";
import { startJob } from "../test/simulation/start-job.ts";

const usage =
  "npm run simulate -- [--seeds 5000] [--seed 1] [--jobs <processes>] | --seed <seed> [--path <path>]";

function options() {
  try {
    return parseArgs({
      options: {
        seeds: { type: "string" },
        seed: { type: "string" },
        path: { type: "string" },
        jobs: { type: "string" },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(text: string): never {
  console.error(`${text}\nUsage: ${usage}`);
  process.exit(2);
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    fail(`--${name} must be a whole number from ${least} on, not "${text}"`);
  return value;
}

function tell({ seed, path, text, schedule }: Failure): void {
  console.error(`\nseed ${seed}: ${text}\n  smallest schedule: ${schedule}`);
  console.error(`  again: npm run simulate -- --seed ${seed} --path ${path}`);
}

async function replayOne(seed: number, path: string | undefined): Promise<number> {
  let ends: string[] = [];
  const failure = simulate(await loadEngine(domainFolder), seed, {
    ...(path === undefined ? {} : { path }),
    onPlayed: (played) => {
      ends = played.ends;
    },
  });
  if (failure) tell(failure);
  else console.log(`seed ${seed}: every law held; rollouts ended ${ends.join(", ") || "none"}`);
  return failure ? 1 : 0;
}

async function playMany(first: number, count: number, jobs: number): Promise<number> {
  console.log(`${count} schedules, seeds ${first} to ${first + count - 1}, in ${jobs} processes`);
  const began = performance.now();
  const share = Math.ceil(count / jobs);
  let played = 0;
  let told = 0;
  const running = Array.from({ length: jobs }, (_, job) => {
    const from = job * share;
    const seeds = Math.min(share, count - from);
    if (seeds <= 0) return null;
    return startJob(["--seed", `${first + from}`, "--seeds", `${seeds}`], (line) => {
      if (line.failure) tell(line.failure);
      played += line.played ?? 0;
      if (played - told < count / 20) return;
      told = played;
      console.log(`  ${played} played (${Math.round((performance.now() - began) / 1000)} s)`);
    });
  });
  const reports = (await Promise.all(running)).filter((report) => report !== null);
  const ends = new Map<string, number>();
  for (const report of reports) {
    for (const [end, times] of Object.entries(report.ends)) ends.set(end, (ends.get(end) ?? 0) + times);
  }
  const failures = reports.reduce((sum, report) => sum + report.failures.length, 0);
  const all = [...ends].sort(([a], [b]) => (a < b ? -1 : 1)).map(([end, times]) => `${times} ${end}`);
  console.log(
    `${played} schedules in ${Math.round((performance.now() - began) / 1000)} s; rollouts: ${all.join(", ")}`,
  );
  console.log(failures === 0 ? "Every law held." : `${failures} schedules broke a law.`);
  return failures === 0 ? 0 : 1;
}

const { seed, seeds, path, jobs } = options();
const isOne = path !== undefined || (seed !== undefined && seeds === undefined);
if (path !== undefined && seed === undefined) fail("--path belongs to a seed: name it with --seed");
process.exitCode = isOne
  ? await replayOne(whole("seed", seed ?? "1", 0), path)
  : await playMany(
      whole("seed", seed ?? "1", 0),
      whole("seeds", seeds ?? "5000", 1),
      whole("jobs", jobs ?? `${availableParallelism()}`, 1),
    );
