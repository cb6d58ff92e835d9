import { resolve } from "node:path";
import { holdPorts } from "../containers/ports/holder.ts";

/** `muster-agent hold-ports <state folder>`: started by the agent itself, and not for people. */
export async function holdPortsUntilDone(stateDir: string): Promise<void> {
  if (stateDir === "") {
    process.stderr.write(
      "muster-agent: hold-ports needs the agent's state folder; the agent starts it itself\n",
    );
    process.exit(2);
  }
  const holder = await holdPorts(resolve(stateDir));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => holder.end());
  await holder.ended;
  process.exit(0);
}
