import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { EngineError } from "./engine.ts";

/** Where Docker listens, unless the settings name another socket. */
export const defaultEngine = "unix:///var/run/docker.sock";

/** Loaded only by agents that ask for containers: it is large. Throws on an address that is no socket's. */
export async function connectDocker(engine: string): Promise<Docker> {
  const problem = engineAddressProblem(engine);
  if (problem) throw new EngineError(problem, null);
  const { default: Client } = await import("dockerode");
  return new Client({ socketPath: engine.slice("unix://".length) });
}

/** Why this cannot be an engine's address; null = it can. An engine on the network would rule the host it runs on. */
export function engineAddressProblem(engine: string): string | null {
  return /^unix:\/\/\/[^\0]+$/.test(engine)
    ? null
    : `the engine "${engine}" must be a socket of this host, such as ${defaultEngine}`;
}

/** For a call that is over at once; an engine that hangs must not hang the agent. */
const answerMs = 120_000;

/** Runs a call of the engine's; what goes wrong becomes an EngineError in the engine's own words. */
export async function asked<T>(engine: string, call: () => Promise<T>, timeoutMs = answerMs): Promise<T> {
  const over = new AbortController();
  const late = sleep(timeoutMs, null, { signal: over.signal }).then(() => {
    throw new EngineError(
      `the container engine at ${engine} does not answer within ${timeoutMs / 1000} s`,
      null,
    );
  });
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    throw engineError(engine, error);
  } finally {
    late.catch(() => {});
    over.abort();
  }
}

/** As `asked`, with null for what does not exist. */
export async function askedOrNull<T>(engine: string, call: () => Promise<T>): Promise<T | null> {
  try {
    return await asked(engine, call);
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return null;
    throw error;
  }
}

const hints: Record<string, string> = {
  ENOENT: "there is no such socket; start the engine, or name its socket with supervise.engine",
  ECONNREFUSED: "nothing listens there; start the engine",
  EACCES: "this user may not use it; add it to the group that owns the socket",
};

export function engineError(engine: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (typeof statusCode === "number") {
    return new EngineError((message ?? "").replace(/^\(HTTP code \d+\) [^-]* - /, "").trim(), statusCode);
  }
  const why = (code && hints[code]) ?? message ?? String(error);
  return new EngineError(`the container engine at ${engine} does not answer: ${why}`, null);
}
