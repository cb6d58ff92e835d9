import { type Preset, probeOf } from "./preset.ts";

/** Master-worker mode: SIGUSR2 makes the master start new workers, which take the listening sockets over. */
export const haproxy: Preset = {
  takes: {
    file: "the config's file, `haproxy.cfg` if left out",
    address: "an address that every config binds, asked as health; none if left out",
  },
  settings({ command, file, address }) {
    const program = command ?? "haproxy";
    const config = `{configDir}/${file ?? "haproxy.cfg"}`;
    return {
      driver: "haproxy",
      command: program,
      args: ["-W", "-db", "-f", config],
      validate: { command: [program, "-c", "-f", config], timeoutMs: 30_000 },
      reload: { kind: "signal", signal: "SIGUSR2" },
      // A master whose reload failed goes on with its old workers, and says so.
      verify: {
        probe: probeOf(address),
        failOnOutput: /Loading failure/m,
        freshWorker: true,
        timeoutMs: 10_000,
      },
      stopGraceMs: 10_000,
      version: [program, "-v"],
    };
  },
};
