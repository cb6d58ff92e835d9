import { type ExecSpec, execSpec } from "../../protocol/custom/streams.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Log } from "../log.ts";
import type { ExecSettings } from "../settings/exec.ts";
import type { ServeStream, StreamServer } from "../streams/streams.ts";
import { fitsPattern } from "./allowed.ts";
import { ExecServer } from "./exec-server.ts";
import { hostCommand, noPager } from "./host-command.ts";
import type { Program } from "./program.ts";

export interface ExecOptions {
  settings: ExecSettings;
  /** Where commands in containers go; null = no engine is known. */
  engine: () => Promise<ContainerEngine | null>;
  log: Log;
}

/** Serves commands as the host's operator allows them. */
export function execStreams({ settings, engine, log }: ExecOptions): ServeStream {
  let running = 0;
  return async ({ streamId, spec: said }, link): Promise<StreamServer> => {
    const spec = execSpec.parse(said);
    const argv = spec.command.length > 0 ? spec.command : settings.shell;
    const problem = refusal(settings, spec, running);
    if (problem) {
      log("warn", `exec ${streamId} was refused: ${problem}`);
      throw new Error(problem);
    }
    const where = spec.container === null ? "on the host" : `in the container ${spec.container}`;
    log("info", `exec ${streamId}: ${JSON.stringify(argv)} ${where}`);
    running++;
    return new ExecServer(
      link,
      () => start({ settings, engine, log }, { ...spec, command: argv }),
      () => running--,
    );
  };
}

/** Why it may not be; null = it may. */
function refusal(settings: ExecSettings, spec: ExecSpec, running: number): string | null {
  const { commands, containers, maxSessions } = settings;
  if (running >= maxSessions) {
    return `${running} commands run on this host already, as many as its operator allows (exec.maxSessions)`;
  }
  if (spec.container !== null && !containers) {
    return "this host's operator allows no commands in containers (exec.containers)";
  }
  if (commands && spec.command.length === 0) {
    return `this host's operator allows no shell, only: ${commands.join("; ")} (exec.commands)`;
  }
  if (commands && !commands.some((pattern) => fitsPattern(spec.command, pattern))) {
    return `this host's operator does not allow this command, only: ${commands.join("; ")} (exec.commands)`;
  }
  return null;
}

async function start({ settings, engine: engineOf, log }: ExecOptions, spec: ExecSpec): Promise<Program> {
  const { command, container, tty, size, term } = spec;
  if (container !== null) {
    const engine = await engineOf();
    if (!engine) throw new Error("this agent knows no container engine: is Docker or Podman there?");
    const { startInContainer } = await import("./in-container.ts");
    const env = { TERM: term, ...(settings.commands && noPager) };
    return startInContainer(engine, { container, argv: command, tty, size, env }, log);
  }
  const line = hostCommand(command, settings, term);
  if (tty) {
    const { startWithTerminal } = await import("./pty.ts");
    return startWithTerminal(line, size);
  }
  const { startWithPipes } = await import("./pipes.ts");
  return startWithPipes(line);
}
