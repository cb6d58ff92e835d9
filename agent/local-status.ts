import { chmodSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import type { AgentSettings } from "./agent-settings.ts";
import type { ConnectionCondition } from "./connection.ts";
import type { DriverCondition } from "./drivers/driver.ts";
import type { Health } from "./health.ts";
import type { Log } from "./log.ts";
import type { AgentState } from "./state-file.ts";
import { agentVersion } from "./version.ts";

/** What a running agent tells about itself on its own host. */
export interface LocalStatus {
  version: string;
  pid: number;
  /** RFC 3339. */
  startedAt: string;
  name: string;
  type: string;
  labels: Record<string, string>;
  instanceUid: string;
  endpoint: string;
  connection: ConnectionCondition;
  /** It holds a credential of its own. */
  enrolled: boolean;
  /** It was decommissioned, and dials no more. `stopped`: nor does it run anything. null = it was not. */
  retired: { reason: string; stopped: boolean } | null;
  /** Its settings name something to keep running; else it only writes files. */
  supervises: boolean;
  config: Pick<AgentState, "lastGood" | "applying" | "configStatus">;
  health: Health | null;
  program: DriverCondition;
  residentBytes: number;
}

export interface LocalStatusParts {
  settings: Pick<AgentSettings, "name" | "type" | "labels" | "stateDir" | "supervise" | "containers">;
  state: () => Readonly<AgentState>;
  endpoint: () => string;
  connection: () => ConnectionCondition;
  health: () => Health | null;
  program: () => DriverCondition;
  log: Log;
}

export const statusSocket = (stateDir: string): string => join(stateDir, "agent.sock");

const hangUpMs = 2_000;

/** What the system takes as the name of a unix socket, with the zero at its end. */
const pathBytes = process.platform === "darwin" ? 104 : 108;

/**
 * Tells whoever connects to the socket in the state folder how the agent is, as one line of JSON, and hangs up. What is
 * said to it is thrown away. Only the agent's user and root reach it. Answers how to end it.
 */
export function serveLocalStatus(parts: LocalStatusParts): () => void {
  const { settings, log } = parts;
  const path = statusSocket(settings.stateDir);
  if (Buffer.byteLength(path) >= pathBytes) {
    log("warn", `${path} is too long for a socket: \`muster-agent status\` cannot ask this agent`);
    return () => {};
  }
  const startedAt = new Date().toISOString();
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.resume();
    setTimeout(() => socket.destroy(), hangUpMs).unref();
    socket.end(`${JSON.stringify(localStatus(parts, startedAt))}\n`);
  });
  server.on("error", (error) => log("warn", `${path} cannot be opened: ${error.message}`));
  // Whoever listened there is gone: the folder's lock is held by this agent.
  rmSync(path, { force: true });
  server.listen(path, () => chmodSync(path, 0o600));
  server.unref();
  return () => {
    server.close();
    rmSync(path, { force: true });
  };
}

function localStatus(parts: LocalStatusParts, startedAt: string): LocalStatus {
  const state = parts.state();
  const { name, type, labels, supervise, containers } = parts.settings;
  const { lastGood, applying, configStatus, retired } = state;
  return {
    version: agentVersion,
    pid: process.pid,
    startedAt,
    name,
    type,
    labels,
    instanceUid: state.instanceUid,
    endpoint: parts.endpoint(),
    connection: parts.connection(),
    enrolled: state.connection !== null,
    retired: retired ? { reason: retired.reason, stopped: retired.stopped === true } : null,
    supervises: supervise !== null || containers !== undefined,
    config: { lastGood, applying, configStatus },
    health: parts.health(),
    program: parts.program(),
    residentBytes: process.memoryUsage.rss(),
  };
}

/** Asks the agent that holds the state folder; null = none answers there. Throws when the folder may not be looked at. */
export function askLocalStatus(stateDir: string, timeoutMs = 3_000): Promise<LocalStatus | null> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(statusSocket(stateDir));
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error("the agent does not answer on its socket")));
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(null);
      else reject(error);
    });
    socket.on("end", () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new Error("what answers on the agent's socket is no agent of this version"));
      }
    });
  });
}
