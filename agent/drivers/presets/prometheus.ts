import { beside, type Preset } from "./preset.ts";

export const prometheus: Preset = {
  takes: {
    file: "the config's file, `prometheus.yml` if left out",
    address: "where Prometheus listens, `127.0.0.1:9090` if left out",
    data: "where its data lies, `data` in the state folder if left out",
  },
  settings({ command, file, address, data }) {
    const program = command ?? "prometheus";
    const config = `{configDir}/${file ?? "prometheus.yml"}`;
    const listen = address ?? "127.0.0.1:9090";
    return {
      driver: "prometheus",
      command: program,
      args: [
        `--config.file=${config}`,
        `--web.listen-address=${listen}`,
        `--storage.tsdb.path=${data ?? "{stateDir}/data"}`,
      ],
      validate: { command: [beside(program, "promtool"), "check", "config", config], timeoutMs: 60_000 },
      reload: { kind: "signal", signal: "SIGHUP" },
      // It goes on with what it had after a reload that failed, and stays ready.
      verify: {
        probe: { kind: "http", url: `http://${listen}/-/ready` },
        failOnOutput: /Error (?:loading|reloading) config/m,
        timeoutMs: 60_000,
      },
      stopGraceMs: 30_000,
      version: [program, "--version"],
    };
  },
};
