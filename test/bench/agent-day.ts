/**
 * The agent with its clock's pace raised, for `agent.ts`: `agent-day.ts <endpoint> <stateDir> <probeUrl> <pace>`. What it
 * does now and then (pings, probes, looks at files, measurements) it does so many times as often.
 */

import { runAgent } from "../../agent/run.ts";
import { filesSettings } from "../../agent/testing/greeter-agent.ts";
import { liveness } from "../../protocol/custom/agent.ts";

const [endpoint = "", stateDir = "", probeUrl = "", pace = "1"] = process.argv.slice(2);
const scaled = (ms: number) => ms / Number(pace);

await runAgent(
  {
    ...filesSettings(endpoint, stateDir),
    supervise: {
      command: "sleep",
      args: ["100000"],
      cwd: stateDir,
      env: {},
      validate: null,
      reload: { kind: "restart" },
      verify: { probe: { kind: "http", url: probeUrl }, failOnOutput: null, timeoutMs: 10_000 },
      stopGraceMs: 2_000,
      version: null,
    },
  },
  () => {},
  {
    pingEveryMs: scaled(liveness.intervalSeconds * 1000),
    health: { everyMs: scaled(5_000), soonMs: 100 },
    edits: { everyMs: scaled(2_000) },
    metrics: { everyMs: scaled(10_000) },
  },
);
