/**
 * Plays a range of seeds in a process of its own: `node test/simulation/job.ts --seed 1 --seeds 100 [--domain <folder>]
 * [--stop]`. Prints JSON lines: `{played}` now and then, `{failure}` for each broken law, and `{ends}` at the end.
 */
import { parseArgs } from "node:util";
import { domainFolder, loadEngine } from "./engine.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "100" },
    domain: { type: "string", default: domainFolder },
    /** End with the first failure, and do not look for a smaller schedule. */
    stop: { type: "boolean", default: false },
  },
});
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const engine = await loadEngine(values.domain);
const first = Number(values.seed);
const ends: Record<string, number> = {};
let unsaid = 0;
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const failure = simulate(engine, seed, {
    shrink: !values.stop,
    onPlayed: (played) => {
      for (const end of played.ends) ends[end] = (ends[end] ?? 0) + 1;
    },
  });
  unsaid++;
  if (failure) say({ failure });
  if (unsaid >= 200 || (failure && values.stop)) {
    say({ played: unsaid });
    unsaid = 0;
  }
  if (failure && values.stop) break;
}
say({ played: unsaid });
say({ ends });
