#!/usr/bin/env node
/**
 * A small HTTP service to watch Muster at work: it reads its config file at start and on SIGHUP.
 *
 *   node greeter.mjs --config greeter.yaml [--port 8080] [--check]
 *
 * `/` answers the greeting that is being served, `/healthz` answers 200 or 500 with the reason.
 * `--check` reads the file, prints what is wrong with it and exits 1, or exits 0.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

/** Config keys, one `key: value` a line; `#` starts a comment line. */
const keys = {
  greeting: (text) => text.replace(/^(["'])(.*)\1$/, "$2"),
  fail: readBoolean,
  crash: readBoolean,
  failAfterSeconds: readSeconds,
};

function readBoolean(text) {
  if (text === "true") return true;
  if (text === "false") return false;
  throw new Error(`must be true or false, not "${text}"`);
}

function readSeconds(text) {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`must be a whole number of seconds, not "${text}"`);
  return Number(text);
}

function parseConfig(text, fileName) {
  const config = { greeting: undefined, fail: false, crash: false, failAfterSeconds: undefined };
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "" || line.trimStart().startsWith("#")) return;
    const where = `${fileName}:${index + 1}`;
    const match = /^([A-Za-z]+):\s*(.*?)\s*$/.exec(line);
    if (!match) throw new Error(`${where}: expected "key: value", found "${line.trim()}"`);
    const [, key, value] = match;
    if (!Object.hasOwn(keys, key)) {
      throw new Error(`${where}: unknown key "${key}"; the keys are ${Object.keys(keys).join(", ")}`);
    }
    try {
      config[key] = keys[key](value);
    } catch (error) {
      throw new Error(`${where}: "${key}" ${error.message}`);
    }
  });
  if (!config.greeting) throw new Error(`${fileName}: "greeting" is missing; add a line "greeting: Hello"`);
  return config;
}

const { values: flags } = parseArgs({
  options: {
    config: { type: "string" },
    port: { type: "string", default: process.env.GREETER_PORT ?? "8080" },
    check: { type: "boolean", default: false },
  },
});
if (!flags.config) {
  console.error("greeter: --config is missing; name the file to serve");
  process.exit(2);
}
const load = () => parseConfig(readFileSync(flags.config, "utf8"), flags.config.split("/").at(-1));

let served;
let servedSince = Date.now();
let refusal = null;
try {
  served = load();
} catch (error) {
  console.error(`greeter: ${error.message}`);
  process.exit(1);
}
if (flags.check) process.exit(0);

/** The switches that let a demo break a service whose config is valid. */
function crashIfTold() {
  if (!served.crash) return;
  console.error('greeter: the config says "crash: true"');
  process.exit(1);
}

function problem() {
  if (refusal) return `config refused, still serving the one before: ${refusal}`;
  if (served.fail) return 'the config says "fail: true"';
  const { failAfterSeconds } = served;
  if (failAfterSeconds !== undefined && Date.now() - servedSince >= failAfterSeconds * 1000) {
    return `the config says "failAfterSeconds: ${failAfterSeconds}"`;
  }
  return null;
}

crashIfTold();

process.on("SIGHUP", () => {
  try {
    served = load();
    servedSince = Date.now();
    refusal = null;
    console.log(`greeter: now serving "${served.greeting}"`);
  } catch (error) {
    refusal = error.message;
    console.error(`greeter: config refused, still serving the one before: ${error.message}`);
  }
  crashIfTold();
});

const server = createServer((request, response) => {
  const path = request.url?.split("?")[0];
  response.setHeader("content-type", "text/plain; charset=utf-8");
  if (path === "/") {
    response.end(`${served.greeting}\n`);
  } else if (path === "/healthz") {
    const reason = problem();
    response.statusCode = reason ? 500 : 200;
    response.end(`${reason ?? "ok"}\n`);
  } else {
    response.statusCode = 404;
    response.end("not found: try / or /healthz\n");
  }
});
server.on("error", (error) => {
  console.error(`greeter: cannot listen on 127.0.0.1:${flags.port}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(flags.port), "127.0.0.1", () => {
  console.log(`greeter: serving "${served.greeting}" on http://127.0.0.1:${flags.port}`);
});
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
