import type { Preset } from "./preset.ts";

/** What the agent adds to the collector's config, beside the config's file. */
export const overlayName = ".muster-collector.yaml";

/** An OpenTelemetry Collector of any distribution: SIGHUP builds its pipelines anew within the same process. */
export const collector: Preset = {
  takes: {
    file: "the config's file, `collector.yaml` if left out",
    address:
      "where the collector is asked for its health, `127.0.0.1:13133` if left out; the agent adds the extension",
  },
  settings({ command, file, address }) {
    const program = command ?? "otelcol";
    const name = file ?? "collector.yaml";
    const health = address ?? "127.0.0.1:13133";
    const config = [`--config={configDir}/${name}`, `--config={configDir}/${overlayName}`];
    return {
      driver: "collector",
      command: program,
      args: config,
      validate: { command: [program, "validate", ...config], timeoutMs: 30_000 },
      reload: { kind: "signal", signal: "SIGHUP" },
      verify: { probe: { kind: "http", url: `http://${health}/` }, failOnOutput: null, timeoutMs: 30_000 },
      stopGraceMs: 30_000,
      version: [program, "--version"],
      collector: { file: name, health, components: [program, "components"] },
    };
  },
};
