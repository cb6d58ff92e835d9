import { type Command, CommanderError } from "commander";
import { ZodError } from "zod";
import type { Cli, Globals } from "./cli.ts";
import { type ClientOptions, createClient, firstIssue, otherVersion } from "./client.ts";
import { runAgentProgram } from "./commands/agent/run.ts";
import { commands } from "./commands/index.ts";
import { complete } from "./completion.ts";
import { contextStore, contextsPath } from "./contexts.ts";
import { type ExitName, exitCodes, Failure } from "./exit-codes.ts";
import { type Io, processIo } from "./io.ts";
import { liveNames } from "./live-names.ts";
import { clean, createOutput, type Output } from "./output.ts";
import { buildProgram, type Run } from "./program.ts";
import { createScope } from "./scope.ts";
import { serverUrl } from "./server-url.ts";
import { tokenSource } from "./session.ts";
import { BadValue, type CommandSpec, isGroup } from "./spec.ts";
import { globalOptions } from "./usage.ts";
import { version } from "./version.ts";

function readGlobals(raw: Record<string, unknown>): Globals {
  const named = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return {
    json: raw.json === true,
    ...named("context"),
    ...named("url"),
    ...named("org"),
    ...named("project"),
    ...named("fleet"),
  };
}

function createCli(
  io: Io,
  output: Output,
  globals: Globals,
  { signal, onAnswer }: Pick<ClientOptions, "signal" | "onAnswer">,
  leave: Cli["leave"] = () => {},
): Cli {
  const wanted = globals.context ?? (io.env.MUSTER_CONTEXT || undefined);
  const contexts = contextStore(contextsPath(io.env), wanted);
  let made: Promise<ReturnType<typeof createClient>> | undefined;
  async function connect() {
    const named = globals.url ?? (io.env.MUSTER_URL || undefined) ?? (await contexts.read())?.url;
    if (named === undefined) {
      throw new Failure(
        "notSignedIn",
        "No server chosen. Run `muster login --url <url>`, or set MUSTER_URL.",
      );
    }
    const url = serverUrl(named);
    const onRetry = (reason: string, seconds: number) =>
      output.progress(`${reason} Trying again in ${seconds}s.`);
    return createClient(url, tokenSource(io, contexts, url), {
      signal,
      onRetry,
      ...(onAnswer && { onAnswer }),
    });
  }
  const client = () => {
    made ??= connect();
    return made;
  };
  const scope = createScope(client, globals, io.env, () => contexts.read());
  return { io, output, contexts, signal, globals, client, scope, leave };
}

function reportFailure(failure: Failure, exitCode: number, json: boolean, io: Io, output: Output): void {
  output.endProgress();
  if (json) {
    const { code, message, requestId, errors, quota } = failure;
    const error = { code, message, requestId, errors, quota, exitCode };
    io.stderr.write(`${JSON.stringify({ error })}\n`);
    return;
  }
  const lines = [`muster: ${failure.message}`];
  for (const { path, message } of failure.errors) lines.push(`  ${path}: ${message}`);
  if (failure.requestId !== null) lines.push(`  request id: ${failure.requestId}`);
  output.note(clean(lines.join("\n")));
}

/** `answered`: a server did, and its answers are taken as the types say: another version's may break what reads them. */
function asFailure(error: unknown, signal: AbortSignal, answered: boolean): Failure {
  if (error instanceof Failure) return error;
  if (signal.aborted) return new Failure("interrupted", "Interrupted.");
  if (error instanceof BadValue) return new Failure("usage", `${error.where} ${error.message}.`);
  if (answered && error instanceof ZodError) return otherVersion(firstIssue(error));
  if (answered && (error instanceof TypeError || error instanceof RangeError)) {
    return otherVersion(error.message);
  }
  const cause = error instanceof Error ? error.message : String(error);
  return new Failure("failed", `Unexpected: ${cause}. Please report this, with the command that you ran.`);
}

/** Shells wait for completion while a person types. */
const completionMs = 2000;

/** One candidate a line, with a tab before what it is. What cannot be asked in time is left out. */
async function printCompletion(words: string[], io: Io, signal: AbortSignal): Promise<number> {
  const { candidates, live, typed, globals } = complete(commands, globalOptions, words);
  const lines = candidates.map(({ name, about }) => (about === "" ? name : `${name}\t${about}`));
  if (live !== null) {
    const brief = AbortSignal.any([signal, AbortSignal.timeout(completionMs)]);
    const cli = createCli(io, createOutput(io, true), readGlobals(globals), { signal: brief });
    const names = await liveNames(cli, live).catch(() => []);
    lines.push(...names.map(clean).filter((name) => name.startsWith(typed)));
  }
  if (lines.length > 0) io.stdout.write(`${lines.join("\n")}\n`);
  return exitCodes.ok.code;
}

const withChildren = (command: Command): Command[] => [command, ...command.commands.flatMap(withChildren)];

/** What the command's errors all end with; null = each has its own. Not all come from a command that could be read. */
function errorsOf(argv: readonly string[]): number | null {
  const word = argv.find((one) => !one.startsWith("-"));
  const spec = commands.find(({ name }) => name === word);
  return spec && !isGroup(spec) ? allErrors(spec) : null;
}

const allErrors = ({ differs, ownErrors }: CommandSpec): number | null =>
  ownErrors ?? (differs ? exitCodes.failed.code : null);

/** Runs one command line and answers its exit code. Never throws. */
export async function run(argv: string[], io: Io, signal: AbortSignal): Promise<number> {
  // What follows `agent run` belongs to the agent, flags included.
  if (argv[0] === "agent" && argv[1] === "run") return runAgentProgram(argv.slice(2), signal);
  if (argv[0] === "__complete") return printCompletion(argv.slice(argv[1] === "--" ? 2 : 1), io, signal);
  // What follows "--" belongs to another program.
  const end = argv.indexOf("--");
  const json = argv.slice(0, end < 0 ? argv.length : end).includes("--json");
  let output = createOutput(io, json);
  let answered = false;
  const onAnswer = () => {
    answered = true;
  };
  let exit: number = exitCodes.ok.code;
  const leave = (how: ExitName | number) => {
    exit = typeof how === "number" ? how : exitCodes[how].code;
  };
  let errors = errorsOf(argv);
  const exitCodeOf = (name: ExitName) => errors ?? exitCodes[name].code;
  const runSpec: Run = async (spec, raw, rawGlobals) => {
    const globals = readGlobals(rawGlobals);
    output = createOutput(io, globals.json);
    errors = allErrors(spec);
    await spec.run(createCli(io, output, globals, { signal, onAnswer }, leave), raw);
  };
  const program = buildProgram(version, runSpec, (text) => io.stdout.write(text));
  const write = (text: string) => {
    io.stderr.write(text);
  };
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        io.stdout.write(text);
      },
      writeErr: write,
      outputError: (text) => write(json ? "" : text.replace(/^error: /, "muster: ")),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.ok.code;
      const code = exitCodeOf("usage");
      const failure = new Failure("usage", error.message.replace(/^error: /, ""));
      if (json) reportFailure(failure, code, true, io, output);
      return code;
    }
    const failure = asFailure(error, signal, answered);
    const code = failure.exit === "interrupted" ? exitCodes.interrupted.code : exitCodeOf(failure.exit);
    reportFailure(failure, code, json, io, output);
    return code;
  }
}

/** The whole process: signals, closed pipes, exit code. */
export async function runAsProgram(): Promise<void> {
  const abort = new AbortController();
  let interruptedAtMs = Number.POSITIVE_INFINITY;
  process.on("SIGINT", () => {
    // One Ctrl-C may arrive twice, from the terminal and from the launcher; a second one, later, ends at once.
    if (Date.now() - interruptedAtMs > 500) process.exit(exitCodes.interrupted.code);
    interruptedAtMs = Math.min(interruptedAtMs, Date.now());
    abort.abort();
  });
  process.on("SIGTERM", () => abort.abort());
  // `muster events | head` closes the pipe early: nobody reads any more, which is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? exitCodes.ok.code : exitCodes.failed.code);
  });
  process.exitCode = await run(process.argv.slice(2), processIo(), abort.signal);
}
