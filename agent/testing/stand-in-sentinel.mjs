#!/usr/bin/env node
/**
 * A stand-in for the Sentinel proxy, for tests: it is none, and passes nothing on. It has the proxy's command line
 * (`--config`, `--test`, `--version`), reads its KDL config, listens where that says, answers every request with the ids of
 * its routes, and reads the config anew on SIGHUP; a bad one is logged as the proxy logs it, and the old one stays.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parse } from "@bgotink/kdl";

const words = process.argv.slice(2);
const argumentOf = (...names) => words[words.findIndex((word) => names.includes(word)) + 1];
const log = (level, text) => process.stderr.write(`${new Date().toISOString()} ${level} sentinel: ${text}\n`);

const known = [
  "system",
  "server",
  "listeners",
  "routes",
  "upstreams",
  "filters",
  "agents",
  "limits",
  "observability",
];

function load(path) {
  const { nodes } = parse(readFileSync(path, "utf8"));
  for (const node of nodes) {
    const name = node.getName();
    if (!known.includes(name)) throw new Error(`Unknown top-level configuration block: '${name}'`);
  }
  const block = (name) => nodes.find((node) => node.getName() === name)?.children?.nodes ?? [];
  const addresses = block("listeners").map((listener) => {
    const address = listener.children?.nodes.find((node) => node.getName() === "address")?.getArgument(0);
    const [, host, port] = /^(.+):(\d+)$/.exec(String(address)) ?? [];
    if (!host) throw new Error(`Listener '${listener.getArgument(0)}' has no address`);
    return { host, port: Number(port) };
  });
  if (addresses.length === 0) throw new Error("At least one listener is required");
  return { addresses, routes: block("routes").map((route) => String(route.getArgument(0))) };
}

if (words.includes("--version") || words.includes("-V")) {
  process.stdout.write("sentinel-stand-in 0.6.24 (release 26.08_1, commit none)\n");
} else {
  const path = argumentOf("--config", "-c");
  let config;
  try {
    config = load(path);
  } catch (error) {
    process.stderr.write(`Error: Failed to load configuration: ${error.message}\n`);
    process.exit(1);
  }
  if (words.includes("--test") || words.includes("-t")) {
    process.stdout.write(`sentinel: configuration file ${path} test is successful\n`);
  } else {
    for (const { host, port } of config.addresses) {
      createServer((request, response) => {
        request.resume();
        response.end(config.routes.join(" "));
      }).listen(port, host);
    }
    process.on("SIGHUP", () => {
      try {
        config = load(path);
        log("INFO", "Configuration reloaded successfully");
      } catch (error) {
        log("ERROR", `Configuration reload failed: ${error.message}`);
        log("ERROR", "Continuing with previous configuration");
      }
    });
    process.on("SIGTERM", () => process.exit(0));
    log("INFO", "Sentinel proxy started successfully");
  }
}
