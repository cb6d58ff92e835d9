import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentSettings, AgentTuning } from "../agent-settings.ts";

const greeterFolder = fileURLToPath(new URL("../../examples/greeter", import.meta.url));

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (!address || typeof address === "string") throw new Error("no port");
  return address.port;
}

export const quickTuning: AgentTuning = {
  redialPace: { firstMs: 50, capMs: 200, refusedMs: 100 },
  verifyPace: { settleMs: 150, betweenMs: 50, successes: 2, probeTimeoutMs: 2_000 },
  health: { everyMs: 200, soonMs: 100 },
};

/** An agent that only writes files into `<stateDir>/config`. */
export function filesSettings(endpoint: string, stateDir: string): AgentSettings {
  return {
    endpoint,
    token: "enrol-me",
    name: "web-1",
    type: "greeter",
    labels: { role: "web" },
    stateDir,
    configDir: join(stateDir, "config"),
    metricsUrl: null,
    supervise: null,
  };
}

/** An agent that supervises the greeter. */
export function greeterSettings(endpoint: string, stateDir: string, port: number): AgentSettings {
  return {
    ...filesSettings(endpoint, stateDir),
    supervise: {
      command: process.execPath,
      args: ["greeter.mjs", "--config", "{configDir}/greeter.yaml", "--port", String(port)],
      cwd: greeterFolder,
      env: {},
      validate: {
        command: [process.execPath, "greeter.mjs", "--check", "--config", "{configDir}/greeter.yaml"],
        timeoutMs: 10_000,
      },
      reload: { kind: "signal", signal: "SIGHUP" },
      verify: {
        probe: { kind: "http", url: `http://127.0.0.1:${port}/healthz` },
        failOnOutput: null,
        timeoutMs: 5_000,
      },
      stopGraceMs: 2_000,
      version: null,
    },
  };
}

/** The same with a validator that costs nothing, for tests that start many. */
export function unvalidatedSettings(endpoint: string, stateDir: string, port: number): AgentSettings {
  const settings = greeterSettings(endpoint, stateDir, port);
  const validate = { command: ["true"], timeoutMs: 10_000 };
  return { ...settings, supervise: settings.supervise && { ...settings.supervise, validate } };
}

/** What the greeter serves now; null when it does not answer. */
export async function greeting(port: number): Promise<string | null> {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim();
  } catch {
    return null;
  }
}
