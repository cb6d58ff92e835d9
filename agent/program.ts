import { argv } from "node:process";
import { Command } from "commander";
import { agentVersion } from "./version.ts";

const program = new Command("muster-agent")
  .description("Enrols this host in a Muster fleet and keeps its program on the fleet's config.")
  .version(agentVersion);

const addIdentity = async () => (await import("./commands/identity.ts")).addIdentityCommands(program);

/** In the order in which help lists them. What a command needs is loaded with it alone. */
const commands: Record<string, () => Promise<void>> = {
  install: async () => (await import("./commands/install.ts")).addInstallCommand(program),
  run: async () => (await import("./commands/run.ts")).addRunCommand(program),
  status: async () => (await import("./commands/status.ts")).addStatusCommand(program),
  doctor: async () => (await import("./commands/doctor.ts")).addDoctorCommand(program),
  uninstall: async () => (await import("./commands/uninstall.ts")).addUninstallCommand(program),
  "stop-program": async () => (await import("./commands/stop-program.ts")).addStopProgramCommand(program),
  reenrol: addIdentity,
  decommission: addIdentity,
  "forget-token": async () => (await import("./commands/forget-token.ts")).addForgetTokenCommand(program),
};

async function load(asked: string): Promise<void> {
  if (asked === "--version" || asked === "-V") return;
  const one = Object.entries(commands).find(([name]) => name === asked);
  for (const add of one ? [one[1]] : new Set(Object.values(commands))) await add();
}

try {
  await load(argv[2] ?? "");
  await program.parseAsync();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  // By name: its class would load the reader of settings. Its lines begin with the file.
  const isSettings = error instanceof Error && error.name === "SettingsError";
  process.stderr.write(isSettings ? `${text}\n` : `muster-agent: ${text}\n`);
  process.exit(1);
}
