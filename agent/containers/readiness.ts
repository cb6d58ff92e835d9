import { connect } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { probeOnce } from "../apply/probe.ts";
import { withOutput } from "../program-words.ts";
import { type ContainerDetail, type ContainerEngine, EngineError } from "./engine.ts";
import { type ContainerSpec, titleOf } from "./spec.ts";

/** A container as it was made: where its ports are reached. */
export interface Placed {
  spec: ContainerSpec;
  id: string;
  /** Port of the container → port of loopback. */
  reach: ReadonlyMap<number, number>;
}

export interface ReadinessPace {
  everyMs: number;
  /** Good answers that must follow one another. */
  successes: number;
  /** How long one without any check has to stay up. */
  steadyMs: number;
}

export const defaultReadinessPace: ReadinessPace = { everyMs: 250, successes: 2, steadyMs: 2_000 };

/** As container engines have them. */
const usual = { intervalSeconds: 10, timeoutSeconds: 3, retries: 3, startSeconds: 0 };
/** For what says nothing of its health: to listen on its ports, and for an image's own check. */
const withoutHealthMs = { ports: 30_000, image: 120_000 };
/** A proxy of the engine's accepts for a container that does not listen, and closes at once. */
const lingerMs = 200;
const keptLines = 20;
const keptOutput = 2_000;

export const healthOf = (spec: ContainerSpec) => ({ ...usual, ...spec.health });

/** Asks a container once how it is. Null = well, or it says nothing of its health. */
export async function askHealth(placed: Placed, engine: ContainerEngine): Promise<string | null> {
  try {
    return await ask(placed, engine);
  } catch (error) {
    // It may end while it is asked.
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}

async function ask(placed: Placed, engine: ContainerEngine): Promise<string | null> {
  const { spec, id, reach } = placed;
  const { command, http, tcp, timeoutSeconds } = healthOf(spec);
  const timeoutMs = timeoutSeconds * 1000;
  if (command) return askCommand(engine, id, command, timeoutMs);
  if (http) {
    const at = `127.0.0.1:${reach.get(http.port) ?? 0}`;
    const probe = { kind: "http" as const, url: `http://${at}${http.path}` };
    const problem = await probeOnce(probe, { cwd: "/", env: {}, timeoutMs });
    return problem?.replaceAll(at, `${spec.process}:${http.port}`) ?? null;
  }
  return tcp ? askPort(placed, tcp.port, timeoutMs) : null;
}

/** Waits until a container that was just started does its work. Null = it does, otherwise why not. */
export async function waitReady(
  placed: Placed,
  engine: ContainerEngine,
  checksHealth: boolean,
  signal: AbortSignal,
  pace: ReadinessPace = defaultReadinessPace,
): Promise<string | null> {
  const { spec } = placed;
  const { intervalSeconds, retries, startSeconds } = healthOf(spec);
  const own = (startSeconds + retries * intervalSeconds) * 1000;
  const timeoutMs = spec.health ? own : checksHealth ? withoutHealthMs.image : withoutHealthMs.ports;
  const begunMs = Date.now();
  let successes = 0;
  let problem: string | null = null;
  while (Date.now() - begunMs < timeoutMs) {
    const detail = await engine.inspect(placed.id);
    const end = detail ? endProblem(spec, detail) : "it was removed by somebody else";
    if (end && detail) return withOutput(`${titleOf(spec)} ${end}`, await lastWords(engine, detail.id));
    if (end) return `${titleOf(spec)}: ${end}`;
    if (detail && isDone(spec, detail)) return null;
    problem = await readyProblem(placed, engine, detail, checksHealth, pace);
    successes = problem === null ? successes + 1 : 0;
    if (successes >= pace.successes) return null;
    await sleep(pace.everyMs, null, { signal });
  }
  const why = problem ?? "it answered well, but not twice in a row";
  const output = await lastWords(engine, placed.id);
  const reason = `${titleOf(spec)} is not well within ${timeoutMs / 1000} s: ${why}`;
  return output ? withOutput(`${reason}; it wrote`, output) : reason;
}

async function readyProblem(
  placed: Placed,
  engine: ContainerEngine,
  detail: ContainerDetail | null,
  checksHealth: boolean,
  pace: ReadinessPace,
): Promise<string | null> {
  const { spec } = placed;
  if (detail?.state !== "running") return `it is ${detail?.state ?? "gone"}`;
  if (spec.health) return askHealth(placed, engine);
  if (checksHealth && detail.health !== "none") {
    return detail.health === "healthy" ? null : `its image's own check says ${detail.health}`;
  }
  for (const { container } of spec.published) {
    const problem = await askPort(placed, container, usual.timeoutSeconds * 1000);
    if (problem) return problem;
  }
  if (spec.published.length > 0) return null;
  return Date.now() - (detail.startedMs ?? Date.now()) >= pace.steadyMs ? null : "it has only just started";
}

/** How a container ended that was to go on; null = it runs, or its end is what was wanted. */
export function endProblem(spec: ContainerSpec, detail: ContainerDetail): string | null {
  if (isDone(spec, detail)) return null;
  const { error, exitCode, outOfMemory, restarts, state } = detail;
  if (error) return `could not be started: ${error}`;
  const over = state === "exited" || state === "dead" || state === "restarting";
  if (!over && restarts === 0) return null;
  if (outOfMemory) return "was ended by the kernel: it needed more memory than resources.memory allows";
  // The engine learns of the kernel's reason a moment after the end.
  if (exitCode === 137 && spec.memoryBytes !== null) {
    return "was killed with code 137: it may need more memory than resources.memory allows";
  }
  return exitCode === null ? "ended, and the engine started it again" : `exited with code ${exitCode}`;
}

/** It ended well, and is not to be started again. */
export const isDone = (spec: ContainerSpec, detail: ContainerDetail): boolean =>
  detail.state === "exited" && detail.exitCode === 0 && spec.restart !== "always" && !detail.error;

/** The end of what it wrote. */
export async function lastWords(engine: ContainerEngine, id: string): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const { text: line } of engine.logs(id, { tail: keptLines })) lines.push(line);
  } catch {
    // It may be gone by now; the reason itself is known.
    return "";
  }
  return lines.join("\n").trim().slice(-keptOutput);
}

async function askCommand(
  engine: ContainerEngine,
  id: string,
  command: readonly string[],
  timeoutMs: number,
): Promise<string | null> {
  const exec = await engine.exec(id, { command });
  exec.stdin.end();
  const late = Symbol("late");
  const over = new AbortController();
  const output = Promise.all([endOfText(exec.stdout), endOfText(exec.stderr)]);
  output.catch(() => {});
  try {
    const end = await Promise.race([exec.exit, sleep(timeoutMs, late, { signal: over.signal })]);
    if (typeof end === "symbol") {
      // Otherwise there would be one more of it after each interval.
      await exec.signal("SIGKILL").catch(() => {});
      return `${command[0]} did not end within ${timeoutMs / 1000} s`;
    }
    if (end.code === 0) return null;
    const said = (await output).join("").trim().slice(-keptOutput);
    return withOutput(`${command[0]} exited with code ${end.code ?? "?"}`, said);
  } finally {
    over.abort();
    exec.close();
  }
}

/** All of it is read, and only its end kept. */
async function endOfText(stream: Readable): Promise<string> {
  let kept = "";
  for await (const text of stream.setEncoding("utf8") as AsyncIterable<string>) {
    kept = (kept + text).slice(-keptOutput);
  }
  return kept;
}

function askPort({ spec, reach }: Placed, port: number, timeoutMs: number): Promise<string | null> {
  const title = `${spec.process}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: reach.get(port) ?? 0, timeout: timeoutMs });
    let timer: NodeJS.Timeout | undefined;
    const end = (problem: string | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => {
      timer = setTimeout(() => end(null), lingerMs);
    });
    socket.once("data", () => end(null));
    socket.once("end", () => end(`nothing listens on ${title}`));
    socket.once("timeout", () => end(`${title} does not accept connections within ${timeoutMs / 1000} s`));
    socket.once("error", () => end(`nothing listens on ${title}`));
  });
}
