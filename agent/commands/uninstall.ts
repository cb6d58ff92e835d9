import { existsSync } from "node:fs";
import type { Command } from "commander";
import { removalSteps } from "../service/installation.ts";
import { packagedBinary } from "../service/places.ts";
import { presentService, serviceOf } from "../service/services.ts";
import { sysctlRemoval } from "../service/sysctl.ts";
import { carryOut, placesFor } from "./install.ts";
import { findAgent } from "./which-agent.ts";

interface UninstallFlags {
  user?: boolean;
  purge?: boolean;
  dryRun?: boolean;
}

function uninstall(flags: UninstallFlags): void {
  const places = placesFor(flags.user === true);
  const packaged = places.binary === packagedBinary;
  if (packaged && !flags.purge)
    throw new Error(
      "this agent came as a package: remove it with `apt-get remove muster-agent` (or purge), or `rpm -e muster-agent`; `muster-agent uninstall --purge` before that removes settings, identity and user",
    );
  const { stateDir } = findAgent({ config: places.settings });
  const service = presentService(places) ?? serviceOf("script", places);
  const steps = [...removalSteps(places, service, flags.purge === true), ...sysctlRemoval(places)];
  carryOut(steps, flags.dryRun === true);
  if (flags.dryRun) return;
  if (packaged) {
    process.stdout.write(
      "\nIt is stopped, and its settings, identity and user are gone. Now remove the package: `rpm -e muster-agent`, or `apt-get purge muster-agent`.\n",
    );
    return;
  }
  if (flags.purge && stateDir !== places.stateDir && existsSync(stateDir)) {
    process.stdout.write(
      `\nIts identity and credential stay in ${stateDir}, which its settings named: remove that folder yourself.\n`,
    );
    return;
  }
  process.stdout.write(
    flags.purge
      ? "\nNothing of the agent is left here. Its row stays in the fleet until you delete it there.\n"
      : `\nIts settings (${places.configFolder}) and its identity (${places.stateDir}) stay; --purge removes them too.\n`,
  );
}

export function addUninstallCommand(program: Command): void {
  program
    .command("uninstall")
    .description("stop the service and remove the program")
    .option("--user", "what was installed with `install --user`")
    .option("--purge", "remove settings, identity and the last good config too")
    .option("--dry-run", "only say what would be done")
    .action(uninstall);
}
