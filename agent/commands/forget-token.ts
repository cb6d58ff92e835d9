import { dirname, join } from "node:path";
import type { Command } from "commander";
import { forgetUsedToken } from "../service/used-token.ts";
import { findAgent, type WhichAgent } from "./which-agent.ts";

/** The service runs it before the agent, as whoever may remove the file: an agent that is not root may not. */
function forgetToken(flags: WhichAgent): void {
  const { places, settingsFile, stateDir } = findAgent(flags);
  const environment = settingsFile ? join(dirname(settingsFile), "agent.env") : places.environment;
  if (forgetUsedToken(environment, stateDir))
    process.stdout.write(`the enrolment token in ${environment} was used, and is removed\n`);
}

export function addForgetTokenCommand(program: Command): void {
  program
    .command("forget-token", { hidden: true })
    .description("remove the kept enrolment token once the agent has a credential of its own")
    .option("-c, --config <file>", "the agent's settings file; the token lies beside it")
    .action(forgetToken);
}
