import { Command } from "commander";
import { addRunCommand } from "./commands/run.ts";
import { agentVersion } from "./description.ts";
import { SettingsError } from "./settings.ts";

const program = new Command("muster-agent")
  .description("Enrols this host in a Muster fleet and keeps its program on the fleet's config.")
  .version(agentVersion);

addRunCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof SettingsError ? `${text}\n` : `muster-agent: ${text}\n`);
  process.exit(1);
}
