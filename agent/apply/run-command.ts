import { spawn } from "node:child_process";
import { type ChildContext, startProblem } from "../child-context.ts";
import { withOutput } from "../program-words.ts";

const keptOutput = 4000;

export interface CommandOptions extends ChildContext {
  timeoutMs: number;
  /** Characters of output that are kept, from the end; 4,000 if left out. */
  keptChars?: number;
}

/** Replaces `{configDir}` and `{stateDir}` in each word. */
export const fillIn = (words: readonly string[], configDir: string, stateDir: string) =>
  words.map((word) => word.replaceAll("{configDir}", configDir).replaceAll("{stateDir}", stateDir));

/** As `runCommand`, with what the program wrote. */
export async function captureOutput(
  words: readonly string[],
  options: CommandOptions,
): Promise<{ problem: string | null; output: string }> {
  let output = "";
  const problem = await runCommand(words, options, (text) => {
    output = text;
  });
  return { problem, output };
}

/**
 * Runs a program to its end. Answers null when it exits 0, otherwise why not, with the end of what it wrote.
 * The program and its children are killed when it takes longer than `timeoutMs`.
 */
export function runCommand(
  words: readonly string[],
  options: CommandOptions,
  onOutput: (text: string) => void = () => {},
): Promise<string | null> {
  const [program = "", ...args] = words;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let timedOut = false;
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-(options.keptChars ?? keptOutput));
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid) killGroup(child.pid, "SIGKILL");
    }, options.timeoutMs);
    const end = (reason: string | null) => {
      clearTimeout(timer);
      const said = output.trim();
      onOutput(said);
      resolve(reason === null ? null : withOutput(reason, said));
    };
    child.on("error", (error) => end(`${program} could not be started: ${startProblem(error, options.cwd)}`));
    child.on("close", (code, signal) => {
      if (timedOut) end(`${program} did not end within ${options.timeoutMs / 1000} s`);
      else if (code === 0) end(null);
      else end(`${program} ${signal ? `was ended by ${signal}` : `exited with code ${code}`}`);
    });
  });
}

/** Signals a process group; one that is already gone is fine. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
