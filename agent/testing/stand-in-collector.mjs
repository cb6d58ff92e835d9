#!/usr/bin/env node
/**
 * A stand-in for an OpenTelemetry Collector, for tests: it is none, and moves no telemetry. It has the collector's command
 * line (`validate`, `components`, `--config` repeated, `--set`, `--version`), merges its configs in the same way, checks
 * them like the real one in the main points, reads them anew on SIGHUP (and ends when they are bad, as the real one does),
 * answers at the health_check extension and posts an empty export to where `service.telemetry` says.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parse } from "yaml";

const version = process.env.STAND_IN_VERSION ?? "0.150.0";
const built = {
  receivers: { otlp: "receiver/otlpreceiver", hostmetrics: "receiver/hostmetricsreceiver" },
  processors: { batch: "processor/batchprocessor", memory_limiter: "processor/memorylimiterprocessor" },
  exporters: { debug: "exporter/debugexporter", otlphttp: "exporter/otlphttpexporter" },
  connectors: { forward: "connector/forwardconnector" },
  extensions: { health_check: "extension/healthcheckextension" },
};
/** Another release may have more in it. */
for (const type of (process.env.STAND_IN_RECEIVERS ?? "").split(",").filter(Boolean))
  built.receivers[type] = `receiver/${type}receiver`;
const roles = Object.keys(built);
const kindOf = {
  receivers: "receiver",
  processors: "processor",
  exporters: "exporter",
  connectors: "connector",
};

const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const merge = (under, over) => {
  if (!isMap(under) || !isMap(over)) return over ?? under;
  const merged = { ...under };
  for (const [key, value] of Object.entries(over))
    merged[key] = key in under ? merge(under[key], value) : value;
  return merged;
};

/** `--config=file`, `--config file`, `--set=a.b=c`, each repeatable. */
function readArguments(words) {
  const found = { configs: [], sets: [] };
  for (let at = 0; at < words.length; at++) {
    const [, flag, inline] = /^--(config|set)(?:=(.*))?$/s.exec(words[at]) ?? [];
    if (!flag) throw new Error(`unknown flag: ${words[at]}`);
    const value = inline ?? words[++at];
    if (value === undefined) throw new Error(`flag needs an argument: --${flag}`);
    found[flag === "config" ? "configs" : "sets"].push(value.replace(/^file:/, ""));
  }
  if (found.configs.length === 0) throw new Error("at least one config flag must be provided");
  return found;
}

function load({ configs, sets }) {
  let config = {};
  for (const path of configs) config = merge(config, parse(readFileSync(path, "utf8")) ?? {});
  for (const set of sets) {
    const at = set.indexOf("=");
    const value = parse(set.slice(at + 1));
    config = merge(
      config,
      set
        .slice(0, at)
        .split(".")
        .reduceRight((inner, key) => ({ [key]: inner }), value),
    );
  }
  check(config);
  return config;
}

function check(config) {
  const fail = (text) => {
    throw new Error(text);
  };
  for (const key of Object.keys(config)) {
    if (!roles.includes(key) && key !== "service") fail(`'' has invalid keys: ${key}`);
  }
  for (const role of roles) {
    for (const id of Object.keys(config[role] ?? {})) {
      const type = id.split("/")[0];
      if (!(type in built[role])) {
        const known = Object.keys(built[role]).join(" ");
        fail(`'${role}' unknown type: "${type}" for id: "${id}" (valid values: [${known}])`);
      }
    }
  }
  const pipelines = config.service?.pipelines ?? {};
  if (Object.keys(pipelines).length === 0)
    fail("service::pipelines: service must have at least one pipeline");
  for (const [name, pipeline] of Object.entries(pipelines)) {
    for (const [role, kind] of Object.entries(kindOf)) {
      for (const id of pipeline?.[role] ?? []) {
        if (id in (config[role] ?? {}) || id in (config.connectors ?? {})) continue;
        fail(`service::pipelines::${name}: references ${kind} "${id}" which is not configured`);
      }
    }
  }
  for (const id of config.service?.extensions ?? []) {
    if (!(id in (config.extensions ?? {})))
      fail(`service::extensions: references extension "${id}" which is not configured`);
  }
}

/** Everything that one config runs; ends with `stop`. */
async function start(config) {
  const servers = [];
  const listen = (endpoint, answer) =>
    new Promise((resolve, reject) => {
      const [, host, port] = /^(.*):(\d+)$/.exec(endpoint.replace("localhost", "127.0.0.1")) ?? [];
      const server = createServer((request, response) => answer(request.resume(), response));
      servers.push(server);
      server.once("error", reject).listen(Number(port), host, resolve);
    });
  const upSince = new Date().toISOString();
  for (const id of config.service.extensions ?? []) {
    const endpoint = config.extensions[id]?.endpoint ?? "localhost:13133";
    await listen(endpoint, (_, response) => {
      const sick = process.env.STAND_IN_SICK && JSON.stringify(config).includes(process.env.STAND_IN_SICK);
      response.writeHead(sick ? 503 : 200, { "content-type": "application/json", connection: "close" });
      response.end(JSON.stringify({ status: sick ? "Server not available" : "Server available", upSince }));
    });
  }
  const used = new Set(
    Object.values(config.service.pipelines).flatMap((pipeline) => pipeline?.receivers ?? []),
  );
  for (const id of used) {
    const http = config.receivers?.[id]?.protocols?.http;
    if (id.split("/")[0] === "otlp" && http) {
      await listen(http.endpoint ?? "localhost:4318", (_, response) => response.writeHead(200).end("{}"));
    }
  }
  const timer = setInterval(() => tell(config), 200);
  tell(config);
  return async () => {
    clearInterval(timer);
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
}

/** What a collector says of itself, without any content. */
function tell({ service: { telemetry = {} } }) {
  const exporters = [
    ...(telemetry.metrics?.readers ?? []).map((reader) => [
      reader.periodic?.exporter?.otlp,
      "resourceMetrics",
    ]),
    ...(telemetry.traces?.processors ?? []).map((one) => [one.batch?.exporter?.otlp, "resourceSpans"]),
    ...(telemetry.logs?.processors ?? []).map((one) => [one.batch?.exporter?.otlp, "resourceLogs"]),
  ];
  for (const [otlp, content] of exporters) {
    if (!otlp) continue;
    const headers = Object.fromEntries((otlp.headers ?? []).map(({ name, value }) => [name, value]));
    const body = JSON.stringify({ [content]: [] });
    fetch(otlp.endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    }).catch((error) => process.stderr.write(`error\tfailed to upload: ${error.message}\n`));
  }
}

function printComponents() {
  const lines = [
    "buildinfo:",
    "    command: otelcol-stand-in",
    "    description: no collector",
    `    version: ${version}`,
  ];
  for (const [role, types] of Object.entries(built)) {
    lines.push(`${role}:`);
    for (const [type, module] of Object.entries(types)) {
      lines.push(`    - name: ${type}`, `      module: go.opentelemetry.io/collector/${module} v${version}`);
    }
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

function end(error) {
  process.stderr.write(`Error: invalid configuration: ${error.message}\n`);
  process.exit(1);
}

const [first, ...rest] = process.argv.slice(2);
if (first === "components") {
  printComponents();
} else if (first === "--version") {
  process.stdout.write(`otelcol-stand-in version ${version}\n`);
} else if (first === "validate") {
  try {
    load(readArguments(rest));
  } catch (error) {
    end(error);
  }
} else {
  let stop;
  let turn = Promise.resolve();
  const sources = (() => {
    try {
      return readArguments(process.argv.slice(2));
    } catch (error) {
      return end(error);
    }
  })();
  const reload = async () => {
    const config = load(sources);
    await stop?.();
    stop = await start(config);
    process.stderr.write("info\tEverything is ready. Begin running and processing data.\n");
  };
  const next = () => {
    turn = turn.then(reload).catch(end);
  };
  process.on("SIGHUP", () => {
    process.stderr.write("info\tReceived signal from OS hangup\n");
    next();
  });
  next();
}
