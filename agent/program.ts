import { Command } from "commander";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addIdentityCommands } from "./commands/identity.ts";
import { addInstallCommand } from "./commands/install.ts";
import { addRunCommand } from "./commands/run.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addUninstallCommand } from "./commands/uninstall.ts";
import { agentVersion } from "./description.ts";
import { SettingsError } from "./settings.ts";

const program = new Command("muster-agent")
  .description("Enrols this host in a Muster fleet and keeps its program on the fleet's config.")
  .version(agentVersion);

addInstallCommand(program);
addRunCommand(program);
addStatusCommand(program);
addDoctorCommand(program);
addUninstallCommand(program);
addIdentityCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof SettingsError ? `${text}\n` : `muster-agent: ${text}\n`);
  process.exit(1);
}
