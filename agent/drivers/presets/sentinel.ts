import { type Preset, probeOf } from "./preset.ts";

/** The Sentinel proxy (KDL), which later releases call zentinel. SIGHUP reads its config anew; it keeps the old one where the new one is refused. */
export const sentinel: Preset = {
  takes: {
    file: "the config's file, `sentinel.kdl` if left out",
    address: "an address that every config listens on, asked as health; none if left out",
  },
  settings({ command, file, address }) {
    const program = command ?? "sentinel";
    const config = `{configDir}/${file ?? "sentinel.kdl"}`;
    return {
      driver: "sentinel",
      command: program,
      args: ["--config", config],
      validate: { command: [program, "--test", "--config", config], timeoutMs: 30_000 },
      reload: { kind: "signal", signal: "SIGHUP" },
      verify: {
        probe: probeOf(address),
        failOnOutput: /Configuration reload failed/m,
        timeoutMs: 30_000,
      },
      stopGraceMs: 30_000,
      version: [program, "--version"],
    };
  },
};
