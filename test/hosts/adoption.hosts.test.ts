/**
 * A proxy under clients that never stop asking, while its agent is restarted as a service manager does it, killed, and
 * killed in the middle of a config. Not one request may fail, and the proxy stays the same process.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endLeftProgram } from "../../agent/drivers/child-note.ts";
import { leavesVariable } from "../../agent/service/termination.ts";
import { type AgentState, type ApplyStep, applySteps, stateFileName } from "../../agent/state-file.ts";
import { freePort } from "../../agent/testing/greeter-agent.ts";
import { OpampServer } from "../../agent/testing/opamp-server.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { agentProgram } from "../harness/agent-program.ts";
import { until } from "../harness/until.ts";
import { Visitors } from "./visitors.ts";

const programs = [
  {
    name: "haproxy",
    file: "haproxy.cfg",
    config: (port: number, round: number) => `defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
frontend web
    bind 127.0.0.1:${port}
    http-request return status 200 content-type text/plain string "round ${round}"
`,
  },
  {
    name: "nginx",
    file: "nginx.conf",
    config: (port: number, round: number) => `worker_processes 1;
pid nginx.pid;
error_log errors.log;
events {
    worker_connections 256;
}
http {
    access_log off;
    server {
        listen 127.0.0.1:${port};
        location / {
            return 200 "round ${round}";
        }
    }
}
`,
  },
];

let server: OpampServer;
let stateDir: string;
let agent: ChildProcess | null = null;
let visitors: Visitors | undefined;

beforeEach(async () => {
  server = await OpampServer.start();
  stateDir = temporaryFolder();
});
afterEach(async () => {
  await visitors?.stop();
  await end("SIGKILL");
  await endLeftProgram(stateDir);
  await server.stop();
});

async function start(): Promise<void> {
  const said = server.messages.length;
  const [program = "", ...args] = [...agentProgram(), "run", "-c", join(stateDir, "agent.yaml")];
  agent = spawn(program, args, {
    stdio: "ignore",
    env: { ...process.env, [leavesVariable]: "yes" },
  });
  await until("a hello", () => server.connected && server.messages.length > said);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const child = agent;
  agent = null;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
  await until("the connection's end", () => !server.connected);
}

/** Requests that began after this moment are answered. */
async function servesAlone(visitors: Visitors): Promise<void> {
  const enough = visitors.answered + 10;
  await until("answers without an agent", () => visitors.answered > enough);
}

test.each(programs)("$name serves through restarts of its agent", async ({ name, file, config }) => {
  try {
    execFileSync(name, ["-v"], { stdio: "ignore" });
  } catch {
    throw new Error(`${name} is missing: npm run test:hosts installs the Debian package (needs root)`);
  }
  const port = await freePort();
  writeFileSync(
    join(stateDir, "agent.yaml"),
    `endpoint: ${server.endpoint}
token: enrol-me
name: edge-1
stateDir: ${stateDir}
configDir: ${stateDir}/config
applyBudget: 0
supervise: {driver: ${name}, address: "127.0.0.1:${port}"}
`,
  );
  const served = async () =>
    (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).text();
  const hashOf = (round: number) => round.toString(16).padStart(8, "0");
  const offer = (round: number) => server.offer(hashOf(round), { [file]: config(port, round) });
  const taken = async (round: number) => {
    const report = await until(`an end of round ${round}`, () =>
      server.statuses.findLast(({ hash, status }) => hash === hashOf(round) && status !== "APPLYING"),
    );
    expect(report).toEqual({ hash: hashOf(round), status: "APPLIED", error: "" });
    await until(`round ${round} is served`, async () => (await served()) === `round ${round}`);
  };
  const pid = () => JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8")).pid as number;
  const applying = (): AgentState["applying"] =>
    JSON.parse(readFileSync(join(stateDir, stateFileName), "utf8")).applying;

  await start();
  offer(0);
  await taken(0);
  const first = pid();
  visitors = new Visitors(port, ["/"], 2);
  let round = 0;
  for (const signal of ["SIGTERM", "SIGKILL", "SIGTERM", "SIGKILL"] as const) {
    await end(signal);
    await servesAlone(visitors);
    await start();
    offer(++round);
    await taken(round);
    expect(pid()).toBe(first);
  }
  // Whatever it does first, then what takes longest.
  for (const steps of [applySteps, ["verifying"]] as (readonly ApplyStep[])[]) {
    let interrupted = false;
    // The apply may be over before the kill: then the next one.
    for (let kill = 0; kill < 5 && !interrupted; kill++) {
      offer(++round);
      const hash = hashOf(round);
      await until("the apply is under way, or over", () => {
        const now = applying();
        if (now?.hash === hash) return steps.includes(now.step);
        return server.statuses.some((one) => one.hash === hash && one.status === "APPLIED");
      });
      await end("SIGKILL");
      interrupted = applying()?.hash === hash;
      await start();
      offer(round);
      await taken(round);
      expect(pid()).toBe(first);
    }
    expect(interrupted).toBe(true);
  }
  expect((await visitors.stop()).failures).toEqual([]);
});
