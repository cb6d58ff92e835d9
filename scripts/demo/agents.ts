import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtime/paths.ts";
import { groupMembers, signalGroup, startTimeOf } from "../runtime/processes.ts";
import { freePort } from "../runtime/runtime.ts";

export interface DemoAgent {
  name: string;
  program: "greeter" | "haproxy";
  /** Where the supervised program answers. */
  address: string;
  pid: number;
}

interface Recorded {
  pid: number;
  startTime: string | null;
}

const recordFile = (stateDir: string) => join(stateDir, "agents.json");
const stopGraceMs = 15_000;

const haproxyInstalled = () => spawnSync("haproxy", ["-v"]).status === 0;

interface AgentsOrder {
  stateDir: string;
  url: string;
  token: string;
  /** Filled as they start, so that a start that is cut short knows what to end. */
  agents: DemoAgent[];
  signal: AbortSignal;
}

/** Five agents, each a process group of its own with state under `<stateDir>/agents/<name>`. */
export async function startAgents({ agents, signal, ...order }: AgentsOrder): Promise<void> {
  const proxies = haproxyInstalled() ? 2 : 0;
  let port = 9100;
  for (let index = 0; index < 5; index++) {
    const program = index >= 5 - proxies ? "haproxy" : "greeter";
    const name = program === "haproxy" ? `proxy-${index - (5 - proxies) + 1}` : `web-${index + 1}`;
    // The program before this one may not listen yet: always look further on.
    port = await freePort(port + 1);
    signal.throwIfAborted();
    agents.push(startAgent({ ...order, name, program, port }));
    const records: Recorded[] = agents.map(({ pid }) => ({ pid, startTime: startTimeOf(pid) }));
    writeFileSync(recordFile(order.stateDir), JSON.stringify(records));
  }
}

interface AgentOrder {
  stateDir: string;
  url: string;
  token: string;
  name: string;
  program: "greeter" | "haproxy";
  port: number;
}

function startAgent(order: AgentOrder): DemoAgent {
  const { name, program, port } = order;
  const agentDir = join(order.stateDir, "agents", name);
  const configDir = join(agentDir, "config");
  if (!existsSync(configDir)) {
    mkdirSync(configDir, { recursive: true, mode: 0o700 });
    const file = program === "haproxy" ? "haproxy.cfg" : "greeter.yaml";
    copyFileSync(join(root, "examples", program, file), join(configDir, file));
  }
  const log = openSync(join(order.stateDir, "logs", `${name}.log`), "a");
  const child = spawn(
    process.execPath,
    [
      join(root, "agent/main.ts"),
      "run",
      ...["--config", join(root, "examples", program, "agent.yaml")],
      ...["--endpoint", `${order.url.replace(/^http/, "ws")}/v1/opamp`],
      ...["--name", name, "--state-dir", agentDir, "--config-dir", configDir],
      ...["--label", `app=${program}`, "--label", `role=${program === "haproxy" ? "proxy" : "web"}`],
    ],
    {
      cwd: root,
      detached: true,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        MUSTER_TOKEN: order.token,
        GREETER_PORT: String(port),
        HAPROXY_PORT: String(port),
      },
    },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error(`The agent ${name} could not be started`);
  child.unref();
  return { name, program, address: `http://127.0.0.1:${port}`, pid };
}

/** Ends agents and what they supervise; answers the pids that would not go (none, unless the system refuses). */
export async function stopAgents(stateDir: string, agents: { pid: number }[]): Promise<number[]> {
  for (const { pid } of agents) signalGroup(pid, "SIGTERM");
  const left = () => agents.flatMap(({ pid }) => groupMembers(pid));
  const until = Date.now() + stopGraceMs;
  while (left().length > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { pid } of agents) signalGroup(pid, "SIGKILL");
  while (left().length > 0 && Date.now() < until + 2_000)
    await new Promise((resolve) => setTimeout(resolve, 20));
  rmSync(recordFile(stateDir), { force: true });
  return left();
}

/** Ends the agents of a start that was killed before it could. */
export async function stopLeftOverAgents(stateDir: string): Promise<number> {
  const path = recordFile(stateDir);
  if (!existsSync(path)) return 0;
  const records = JSON.parse(readFileSync(path, "utf8")) as Recorded[];
  const running = records.filter(
    ({ pid, startTime }) => startTime !== null && startTimeOf(pid) === startTime,
  );
  await stopAgents(stateDir, running);
  return running.length;
}
