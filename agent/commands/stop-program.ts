import { existsSync } from "node:fs";
import type { Command } from "commander";
import { endLeftProgram } from "../drivers/child-note.ts";
import { anyEnvironment } from "../service/installation.ts";
import { readSettings } from "../settings/file.ts";
import { type AgentHere, explainDenied, findAgent, lockStopped, type WhichAgent } from "./which-agent.ts";

async function stopProgram(flags: WhichAgent): Promise<void> {
  const here = withStateDir(flags, findAgent(flags));
  const { stateDir } = here;
  let ended: number | null = null;
  try {
    if (existsSync(stateDir)) {
      const unlock = lockStopped(here);
      try {
        ended = await endLeftProgram(stateDir);
      } finally {
        unlock();
      }
    }
  } catch (error) {
    explainDenied(error, stateDir);
  }
  process.stdout.write(
    ended === null
      ? "No program is left running.\n"
      : `The program (pid ${ended}) is ended. It starts again with the agent.\n`,
  );
}

/** Throws where settings that cannot be read hide which folder is the agent's: "none is left" might not be true. */
function withStateDir(flags: WhichAgent, here: AgentHere): AgentHere {
  const { settingsFile, settingsProblem, stateDir } = here;
  if (flags.stateDir || settingsProblem === null || !settingsFile || !existsSync(settingsFile)) return here;
  return { ...here, stateDir: readSettings(settingsFile, anyEnvironment).stateDir ?? stateDir };
}

export function addStopProgramCommand(program: Command): void {
  program
    .command("stop-program")
    .description("end the program that the agent left running when it was stopped (stop the agent first)")
    .option("-c, --config <file>", "the agent's settings file; default: that of the installed agent")
    .option("-s, --state-dir <folder>", "the agent's state folder; default: what the settings say")
    .action(stopProgram);
}
