/**
 * The agent as hosts run it, compiled: how long its start takes until it is online, what it needs while nothing happens,
 * and after 24 simulated hours, in which all that it does now and then happens as often as in a day.
 *   node test/bench/agent.ts [--rounds 5] [--hours 24] [--idle 20] [--json]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import { liveness } from "../../protocol/custom/agent.ts";
import { configMapTo } from "../../protocol/opamp/config-map.ts";
import { decodeAgentToServer, encodeServerFrame } from "../../protocol/opamp/frame.ts";
import { hexToBytes } from "../../protocol/opamp/uid.ts";
import { compileAgent } from "../../scripts/release/binary.ts";
import { hostTarget } from "../../scripts/release/targets.ts";
import { until } from "../harness/until.ts";
import { processorMs, residentMemoryMb } from "./process-usage.ts";
import { median, report, timed } from "./result.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    hours: { type: "string", default: "24" },
    idle: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const hours = Number(values.hours);
const idleMs = Number(values.idle) * 1000;
/** A day in about two minutes. */
const pace = 720;
const pingsAnHour = 3600 / liveness.intervalSeconds;

const line = { bench: "agent", n: 1, floor: null };
const folder = mkdtempSync(join(tmpdir(), "muster-bench-agent-"));

/** Pings until a connection has said its hello, what became of the config, and how it is. */
const settledPings = 20;

interface Wire {
  socket: Socket;
  pings: number;
  settling: number;
  /** Where its idle time began. */
  from: { bytes: number; pings: number } | null;
}

const bytesOf = ({ socket }: Wire) => socket.bytesRead + socket.bytesWritten;

/** A server of one agent that counts what goes over its connection. */
async function listen() {
  const http = createServer((_, answer) => answer.end("ok"));
  const sockets = new WebSocketServer({ noServer: true });
  const wires: Wire[] = [];
  const seen = { hellos: 0, pings: 0, applied: 0 };
  http.on("upgrade", (request, stream, head) => {
    const wire: Wire = { socket: request.socket, pings: 0, settling: settledPings, from: null };
    wires.push(wire);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on("message", (data: Buffer, isBinary: boolean) => {
        if (!isBinary) {
          seen.pings++;
          wire.pings++;
          if (seen.applied === 0) wire.settling = settledPings;
          if (wire.settling-- > 0) {
            wire.from = { bytes: bytesOf(wire), pings: wire.pings };
          }
          socket.send(liveness.pong);
          return;
        }
        const message = decodeAgentToServer(data);
        if (message.agentDescription) {
          seen.hellos++;
          const config = configMapTo([{ name: "a.conf", contentType: "text/plain", content: "a\n" }]);
          const remoteConfig = { configHash: hexToBytes("a1"), config };
          socket.send(encodeServerFrame({ instanceUid: message.instanceUid, remoteConfig }));
        }
        if (message.remoteConfigStatus?.status === 1) seen.applied++;
      });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    seen,
    endpoint: `ws://127.0.0.1:${port}/v1/opamp`,
    probe: `http://127.0.0.1:${port}/`,
    connections: () => wires.length,
    /** What went over its connections between their hellos and their ends. */
    idle: () => {
      const idle = { bytes: 0, pings: 0 };
      for (const wire of wires) {
        idle.bytes += bytesOf(wire) - (wire.from?.bytes ?? bytesOf(wire));
        idle.pings += wire.pings - (wire.from?.pings ?? wire.pings);
      }
      return idle;
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function start(program: string, args: string[]) {
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function startToOnline(binary: string): Promise<void> {
  const online: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const server = await listen();
    const args = ["run", "--endpoint", server.endpoint, "--token", "t"];
    const began = performance.now();
    const agent = start(binary, [...args, "--state-dir", join(folder, `start-${round}`)]);
    await until("a hello", () => server.seen.hellos > 0);
    online.push(performance.now() - began);
    await agent.stop();
    await server.close();
    floor.push((await timed(() => start(binary, ["--version"]).ended))[1]);
  }
  report(
    {
      ...line,
      n: rounds,
      metric: "start_to_online",
      value: median(online),
      floor: median(floor),
      unit: "ms",
    },
    values.json,
  );
}

async function idle(binary: string): Promise<void> {
  const server = await listen();
  const args = ["run", "--endpoint", server.endpoint, "--token", "t"];
  const agent = start(binary, [...args, "--state-dir", join(folder, "idle")]);
  await until("the config", () => server.seen.applied > 0);
  await sleep(idleMs / 2);
  const before = processorMs(agent.pid);
  await sleep(idleMs);
  const used = (100 * (processorMs(agent.pid) - before)) / idleMs;
  report({ ...line, metric: "memory_idle", value: residentMemoryMb(agent.pid), unit: "MB" }, values.json);
  report({ ...line, metric: "processor_idle", value: used, unit: "%" }, values.json);
  await agent.stop();
  await server.close();
}

async function day(binary: string): Promise<void> {
  const server = await listen();
  const args = [server.endpoint, join(folder, "day"), server.probe, String(pace)];
  const agent = start(binary, args);
  await until("the config", () => server.seen.applied > 0);
  await until(`${hours} simulated hours`, () => server.idle().pings >= hours * pingsAnHour, 30 * 60_000);
  const idle = server.idle();
  report(
    {
      ...line,
      metric: `memory_after_${hours}_simulated_hours`,
      value: residentMemoryMb(agent.pid),
      unit: "MB",
    },
    values.json,
  );
  report(
    {
      ...line,
      metric: "network_an_idle_hour",
      value: (idle.bytes / idle.pings) * pingsAnHour,
      unit: "bytes",
    },
    values.json,
  );
  // At this pace a busy machine answers pings too late now and then, and the agent dials anew.
  report(
    { ...line, metric: "connections_of_the_simulated_hours", value: server.connections(), unit: "dials" },
    values.json,
  );
  await agent.stop();
  await server.close();
}

const target = hostTarget();
if (!target) throw new Error(`the agent is not compiled for ${process.platform} on ${process.arch}`);
try {
  const options = { version: "0.0.0", releaseKeys: [], out: folder, cache: join(folder, "cache") };
  const day24 = compileAgent(target, {
    ...options,
    entry: "test/bench/agent-day.ts",
    name: "agent-day",
  });
  const binary = compileAgent(target, options);
  await startToOnline(binary);
  await idle(binary);
  await day(day24);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
