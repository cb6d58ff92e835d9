import { connect } from "node:net";
import type { ChildContext } from "../child-context.ts";
import { withOutput } from "../program-words.ts";
import type { Probe } from "../settings/supervise.ts";
import { runCommand } from "./run-command.ts";

/** Characters of an HTTP answer that go into an error text. */
const keptAnswer = 500;

/** Asks once. Null = it answered as it should, otherwise what it answered instead. */
export function probeOnce(
  probe: Probe,
  options: ChildContext & { timeoutMs: number },
): Promise<string | null> {
  switch (probe.kind) {
    case "http":
      return probeHttp(probe.url, options.timeoutMs);
    case "tcp":
      return probeTcp(probe.host, probe.port, options.timeoutMs);
    case "command":
      return runCommand(probe.command, options);
    case "running":
      return Promise.resolve(null);
  }
}

async function probeHttp(url: string, timeoutMs: number): Promise<string | null> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "manual",
      headers: { connection: "close" },
    });
    if (response.ok) {
      await response.body?.cancel();
      return null;
    }
    return withOutput(`${url} answered ${response.status}`, (await beginning(response)).trim());
  } catch (error) {
    return `${url} did not answer: ${reasonOf(error, timeoutMs)}`;
  }
}

/** Of an answer that may have no end. */
async function beginning({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  // Leaving the loop cancels the body.
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= keptAnswer) break;
  }
  return text.slice(0, keptAnswer);
}

function probeTcp(host: string, port: number, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (problem: string | null) => {
      socket.destroy();
      resolve(problem);
    };
    socket.on("connect", () => end(null));
    socket.on("timeout", () => end(`${host}:${port} did not answer within ${timeoutMs / 1000} s`));
    socket.on("error", (error) => end(`${host}:${port} does not accept connections: ${error.message}`));
  });
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `nothing within ${timeoutMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
