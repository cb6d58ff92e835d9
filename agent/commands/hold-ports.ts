import { resolve } from "node:path";
import type { Command } from "commander";

/** Started by the agent itself; not for people. */
export function addHoldPortsCommand(program: Command): void {
  program
    .command("hold-ports <state-dir>", { hidden: true })
    .description("hold the host ports of this agent's containers, also while the agent restarts")
    .action(async (stateDir: string) => {
      const { holdPorts } = await import("../containers/ports/holder.ts");
      const holder = await holdPorts(resolve(stateDir));
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => holder.end());
      await holder.ended;
      process.exit(0);
    });
}
