import { type Preset, probeOf } from "./preset.ts";

/** The master keeps the listening sockets over a SIGHUP; old workers finish what they serve. */
export const nginx: Preset = {
  takes: {
    file: "the config's file, `nginx.conf` if left out",
    address: "an address that every config listens on, asked as health; none if left out",
  },
  settings({ command, file, address }) {
    const program = command ?? "nginx";
    const config = `{configDir}/${file ?? "nginx.conf"}`;
    return {
      driver: "nginx",
      command: program,
      args: ["-p", "{configDir}", "-c", config, "-g", "daemon off;"],
      validate: { command: [program, "-t", "-q", "-p", "{configDir}", "-c", config], timeoutMs: 30_000 },
      reload: { kind: "signal", signal: "SIGHUP" },
      // A master whose reload failed goes on with its old workers. It says so, though perhaps to a file of its own.
      verify: { probe: probeOf(address), failOnOutput: /\[emerg\]/m, freshWorker: true, timeoutMs: 10_000 },
      stopGraceMs: 10_000,
      version: [program, "-v"],
    };
  },
};
