import type { Preset } from "./preset.ts";

/**
 * Takes no signals: a reload is a request to its admin address, which answers once the config is in use. On Linux each
 * config has listening sockets of its own (SO_REUSEPORT), and the old ones are closed with whatever waits there.
 */
export const caddy: Preset = {
  takes: {
    file: "the config's file, `Caddyfile` if left out",
    address: "Caddy's admin address, `127.0.0.1:2019` if left out; in the Caddyfile: `admin {$CADDY_ADMIN}`",
  },
  settings({ command, file, address }) {
    const program = command ?? "caddy";
    const name = file ?? "Caddyfile";
    const admin = address ?? "127.0.0.1:2019";
    const config = [
      "--config",
      `{configDir}/${name}`,
      ...(/\.json$/.test(name) ? [] : ["--adapter", "caddyfile"]),
    ];
    return {
      driver: "caddy",
      command: program,
      args: ["run", ...config],
      env: { CADDY_ADMIN: admin },
      validate: { command: [program, "validate", ...config], timeoutMs: 30_000 },
      reload: { kind: "command", command: [program, "reload", ...config, "--address", admin] },
      verify: {
        probe: { kind: "http", url: `http://${admin}/config/` },
        failOnOutput: null,
        timeoutMs: 10_000,
      },
      handOver: true,
      stopGraceMs: 10_000,
      version: [program, "version"],
    };
  },
};
