import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { presets } from "./drivers/presets/index.ts";
import { parseSettings, SettingsError } from "./settings.ts";

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseSettings(text, "/etc/muster/agent.yaml", environment);

const problemsOf = (text: string): string[] => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map((p) => `${p.line}: ${p.message}`);
    throw error;
  }
  throw new Error("no problem was found");
};

test("an empty file is a file-only agent", () => {
  expect(parse("")).toEqual({ labels: {}, supervise: null });
});

test("reads everything, with paths from the file's folder and values from the environment", () => {
  const settings = parse(
    `
endpoint: wss://muster.example/v1/opamp
token: \${TOKEN}
name: \${NAME:-web-1}
labels: {role: web, zone: 3}
stateDir: state
metricsUrl: http://127.0.0.1:9100/metrics
supervise:
  command: ./greeter
  args: [--port, 8080]
  env: {LEVEL: info}
  configDir: /etc/greeter
  validate: {command: [greeter, --check], timeoutSeconds: 5}
  reload: {command: [systemctl, reload, greeter]}
  verify: {tcp: "[::1]:8080", failOnOutput: no luck, timeoutSeconds: 2.5}
  stopGraceSeconds: 3
  version: [greeter, --version]
`,
    { TOKEN: "secret" },
  );
  expect(settings).toEqual({
    endpoint: "wss://muster.example/v1/opamp",
    token: "secret",
    name: "web-1",
    labels: { role: "web", zone: "3" },
    stateDir: "/etc/muster/state",
    configDir: "/etc/greeter",
    metricsUrl: "http://127.0.0.1:9100/metrics",
    supervise: {
      command: "./greeter",
      args: ["--port", "8080"],
      cwd: "/etc/muster",
      env: { LEVEL: "info" },
      validate: { command: ["greeter", "--check"], timeoutMs: 5_000 },
      reload: { kind: "command", command: ["systemctl", "reload", "greeter"] },
      verify: { probe: { kind: "tcp", host: "::1", port: 8080 }, failOnOutput: /no luck/m, timeoutMs: 2_500 },
      stopGraceMs: 3_000,
      version: ["greeter", "--version"],
    },
  });
});

test("unknown keys are errors with their line, at every depth, all at once", () => {
  expect(problemsOf("nmae: x\nsupervise:\n  command: a\n  verify:\n    htttp: b\n")).toEqual([
    expect.stringMatching(/^1: unknown key "nmae" in the settings file; the keys are endpoint, token/),
    '5: unknown key "htttp" in "supervise.verify"; the keys are http, tcp, command, failOnOutput, timeoutSeconds',
  ]);
});

test.each([
  ["supervise: {}", '1: "supervise" needs "command", the program to keep running, or "driver"'],
  ["supervise: web", '1: "supervise" must be a map of "key: value" lines'],
  ["token:\nname: a", '1: "token" has no value; give one or remove the key'],
  [
    `name: \${MISSING}`,
    `1: the environment variable MISSING is not set; set it, or write \${MISSING:-default}`,
  ],
  [
    "supervise: {command: a, reload: {signal: SIGHUP, restart: true}}",
    '1: "supervise.reload" needs exactly one of signal, command, restart',
  ],
  [
    "supervise: {command: a, reload: {signal: SIGKILL}}",
    '1: "supervise.reload.signal" must be one of SIGHUP, SIGUSR1, SIGUSR2',
  ],
  [
    "supervise: {command: a, validate: {command: a -c}}",
    '1: "supervise.validate.command" must be a list of program and arguments; for a shell line use [sh, -c, "…"]',
  ],
  [
    "supervise: {command: a, verify: {http: localhost}}",
    '1: "supervise.verify.http" must be a URL that starts with http:// or https://',
  ],
  [
    "supervise: {command: a, verify: {tcp: a:1, failOnOutput: (}}",
    '1: "supervise.verify.failOnOutput" must be a regular expression: Invalid regular expression: /(/m: Unterminated group',
  ],
  [
    "supervise: {command: a, stopGraceSeconds: -1}",
    '1: "supervise.stopGraceSeconds" must be a number of seconds, more than 0 and at most 3600',
  ],
  [
    "metricsUrl: localhost:9100",
    '1: the address of metrics "localhost:9100" is not a URL that starts with http:// or https://',
  ],
  [
    "configDir: a\nsupervise: {command: a, configDir: b}",
    '1: give "configDir" once: at the top or under "supervise", not both',
  ],
])("%s is refused", (text, problem) => {
  expect(problemsOf(text)).toContain(problem);
});

test("broken YAML is reported with its line", () => {
  expect(problemsOf("name: a\nlabels: {role: web\n")[0]).toMatch(/^[23]: /);
});

test.each(["greeter", "haproxy", "nginx", "caddy", "prometheus", "collector"])(
  "the %s example is valid",
  (name) => {
    const path = fileURLToPath(new URL(`../examples/${name}/agent.yaml`, import.meta.url));
    const settings = parseSettings(readFileSync(path, "utf8"), path, {});
    expect(settings.type).toBe(name === "collector" ? "otelcol" : name);
    expect(settings.supervise?.validate).not.toBeNull();
    expect(settings.supervise?.verify).not.toBeNull();
  },
);

test.each(Object.keys(presets))("the driver %s needs nothing beside it", (driver) => {
  const supervise = parse(`supervise: {driver: ${driver}}`).supervise;
  expect(supervise?.driver).toBe(driver);
  const program = driver === "collector" ? "otelcol" : driver;
  expect(supervise?.command).toBe(program);
  expect(supervise?.validate?.command[0]).toBe(driver === "prometheus" ? "promtool" : program);
  expect(supervise?.verify).not.toBeNull();
  expect(supervise?.reload.kind).not.toBe("restart");
});

test("what is written beside a driver comes over what it brings, and its program is used throughout", () => {
  const { supervise } = parse(`
supervise:
  driver: caddy
  command: /opt/caddy/caddy
  file: site.caddy
  address: 127.0.0.1:2020
  env: {SITE: a}
  handOver: false
  verify: {tcp: "127.0.0.1:80"}
`);
  const config = ["--config", "{configDir}/site.caddy", "--adapter", "caddyfile"];
  expect(supervise).toEqual({
    driver: "caddy",
    command: "/opt/caddy/caddy",
    args: ["run", ...config],
    cwd: "/etc/muster",
    env: { CADDY_ADMIN: "127.0.0.1:2020", SITE: "a" },
    validate: { command: ["/opt/caddy/caddy", "validate", ...config], timeoutMs: 30_000 },
    reload: {
      kind: "command",
      command: ["/opt/caddy/caddy", "reload", ...config, "--address", "127.0.0.1:2020"],
    },
    verify: { probe: { kind: "tcp", host: "127.0.0.1", port: 80 }, failOnOutput: null, timeoutMs: 30_000 },
    handOver: false,
    stopGraceMs: 10_000,
    version: ["/opt/caddy/caddy", "version"],
  });
});

test("a collector with arguments or a check of health of its own is left to them", () => {
  expect(parse("supervise: {driver: collector}").supervise?.collector?.health).toBe("127.0.0.1:13133");
  expect(parse("supervise: {driver: collector, args: [--config, a]}").supervise?.collector).toBeUndefined();
  const probed = parse("supervise: {driver: collector, verify: {tcp: '127.0.0.1:1'}}").supervise;
  expect(probed?.collector?.health).toBeNull();
});

test.each([
  [
    "supervise: {driver: haproyx}",
    `1: "supervise.driver" must be one of process, ${Object.keys(presets).join(", ")}, container`,
  ],
  [
    "supervise: {driver: haproxy, data: here}",
    '1: "supervise.data" means nothing to this driver: it takes file, address',
  ],
  [
    "supervise: {command: a, file: b}",
    '1: "supervise.file" means nothing to this driver: it goes with a "driver" that is no plain process',
  ],
  [
    "supervise: {driver: nginx, address: 80}",
    '1: "supervise.address" must be host:port, such as 127.0.0.1:8080',
  ],
  ["supervise: {driver: caddy, handOver: maybe}", '1: "supervise.handOver" must be true or false'],
])("%s is refused as well", (text, problem) => {
  expect(problemsOf(text)).toContain(problem);
});
