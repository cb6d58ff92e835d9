/**
 * Each preset with the real program (a stand-in for Sentinel): ten good reloads and a config that the program refuses, while clients never stop
 * asking. Not one request may fail, and the refused config never reaches the program.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RunningAgent, runAgent } from "../../agent/run.ts";
import { parseSettings } from "../../agent/settings.ts";
import { freePort, quickTuning } from "../../agent/testing/greeter-agent.ts";
import { OpampServer } from "../../agent/testing/opamp-server.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { until } from "../harness/until.ts";
import { Visitors } from "./visitors.ts";

interface Ports {
  /** Where the program serves. */
  served: number;
  admin: number;
  /** What the proxies pass requests on to. */
  backend: number;
}

interface Program {
  name: string;
  probe: string[];
  file: string;
  /** The whole of the settings' `supervise`. */
  supervise: (ports: Ports) => string;
  config: (ports: Ports, round: number) => string;
  /** Of a good config: one that the program's own check refuses. */
  broken: (config: string) => string;
  refusal: RegExp;
  /** What clients ask. */
  paths: string[];
  /** The round that it now runs. */
  round: (ports: Ports) => Promise<number | null>;
}

const standInSentinel = fileURLToPath(new URL("../../agent/testing/stand-in-sentinel.mjs", import.meta.url));

const text = async (port: number, path: string): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } });
  return answer.text();
};
const servedRound = async ({ served }: Ports) =>
  Number(/round (\d+)/.exec(await text(served, "/round"))?.[1]);

const programs: Program[] = [
  {
    name: "haproxy",
    probe: ["haproxy", "-v"],
    file: "haproxy.cfg",
    supervise: ({ served }) => `{driver: haproxy, address: "127.0.0.1:${served}"}`,
    config: ({ served, backend }, round) => `defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
frontend web
    bind 127.0.0.1:${served}
    http-request return status 200 content-type text/plain string "round ${round}" if { path /round }
    default_backend app
backend app
    server one 127.0.0.1:${backend}
`,
    broken: (config) => config.replace("timeout client", "tiemout client"),
    refusal: /unknown keyword 'tiemout'/,
    paths: ["/round", "/slow"],
    round: servedRound,
  },
  {
    name: "nginx",
    probe: ["nginx", "-v"],
    file: "nginx.conf",
    supervise: ({ served }) => `{driver: nginx, address: "127.0.0.1:${served}"}`,
    config: ({ served, backend }, round) => `worker_processes 1;
pid nginx.pid;
error_log errors.log;
events {
    worker_connections 256;
}
http {
    access_log off;
    server {
        listen 127.0.0.1:${served};
        location /round {
            return 200 "round ${round}";
        }
        location / {
            proxy_pass http://127.0.0.1:${backend};
        }
    }
}
`,
    broken: (config) => config.replace("listen", "lisen"),
    refusal: /unknown directive "lisen"/,
    paths: ["/round", "/slow"],
    round: servedRound,
  },
  {
    name: "caddy",
    probe: ["caddy", "version"],
    file: "Caddyfile",
    supervise: ({ admin }) => `{driver: caddy, address: "127.0.0.1:${admin}"}`,
    config: ({ served, backend }, round) => `{
	admin {$CADDY_ADMIN}
	auto_https off
}
http://127.0.0.1:${served} {
	respond /round "round ${round}"
	reverse_proxy 127.0.0.1:${backend}
}
`,
    broken: (config) => config.replace("respond", "respnd"),
    refusal: /unrecognized directive: respnd/,
    paths: ["/round", "/slow"],
    round: servedRound,
  },
  {
    name: "prometheus",
    probe: ["prometheus", "--version"],
    file: "prometheus.yml",
    supervise: ({ served }) => `{driver: prometheus, address: "127.0.0.1:${served}"}`,
    config: ({ served }, round) => `global:
  external_labels: {round: "${round}"}
scrape_configs:
  - job_name: itself
    static_configs:
      - targets: ["127.0.0.1:${served}"]
`,
    broken: (config) => config.replace("static_configs", "static_cofigs"),
    refusal: /field static_cofigs not found/,
    paths: ["/-/ready", "/api/v1/query?query=up"],
    async round({ served }) {
      return Number(
        /round: "(\d+)"/.exec(JSON.parse(await text(served, "/api/v1/status/config")).data.yaml)?.[1],
      );
    },
  },
  {
    // There is no package of the proxy: this shows the driver at work, and not the proxy.
    name: "sentinel, by a stand-in",
    probe: [standInSentinel, "--version"],
    file: "sentinel.kdl",
    supervise: ({ served }) =>
      `{driver: sentinel, command: "${standInSentinel}", address: "127.0.0.1:${served}"}`,
    config: ({ served }, round) => `listeners {
    listener "http" {
        address "127.0.0.1:${served}"
        protocol "http"
    }
}
routes {
    route "round ${round}" {
        matches { path-prefix "/" }
        service-type "builtin"
        builtin-handler "status"
    }
}
`,
    broken: (config) => config.replace("listeners", "listenrs"),
    refusal: /Unknown top-level configuration block: 'listenrs'/,
    paths: ["/round"],
    round: servedRound,
  },
];

/** What the driver of Caddy sets, and is put back. */
const handOver = "/proc/sys/net/ipv4/tcp_migrate_req";
const handOverBefore = readFileSync(handOver, "utf8");

let server: OpampServer;
let agent: RunningAgent | undefined;
let visitors: Visitors | undefined;
let backend: Server;

beforeEach(async () => {
  backend = createServer((request, response) => {
    // Long enough that every reload meets requests that are under way.
    setTimeout(() => response.end("hello"), request.url === "/slow" ? 400 : 0);
  });
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  server = await OpampServer.start();
});
afterEach(async () => {
  await visitors?.stop();
  await agent?.stop();
  writeFileSync(handOver, handOverBefore);
  await server.stop();
  backend.closeAllConnections();
  await new Promise((resolve) => backend.close(resolve));
});

describe.each(programs)("$name", ({ probe: [program = "", ...args], file, ...known }) => {
  test("takes ten reloads and refuses a bad config without one failed request", async () => {
    try {
      execFileSync(program, args, { stdio: "ignore" });
    } catch {
      throw new Error(`${program} is missing: npm run test:hosts installs the Debian package (needs root)`);
    }
    const ports: Ports = {
      served: await freePort(),
      admin: await freePort(),
      backend: (backend.address() as AddressInfo).port,
    };
    const stateDir = temporaryFolder();
    const { supervise } = parseSettings(
      `supervise: ${known.supervise(ports)}`,
      join(stateDir, "agent.yaml"),
      {},
    );
    agent = await runAgent(
      {
        endpoint: server.endpoint,
        token: "enrol-me",
        name: "edge-1",
        type: program,
        labels: {},
        stateDir,
        configDir: join(stateDir, "config"),
        metricsUrl: null,
        supervise,
      },
      () => {},
      quickTuning,
    );
    await until("the first message", () => server.messages[0]);
    const apply = async (round: number) => {
      const hash = round.toString(16).padStart(8, "0");
      server.offer(hash, { [file]: known.config(ports, round) });
      const report = await until(`an end of round ${round}`, () => {
        const last = server.statuses.at(-1);
        return last?.hash === hash && last.status !== "APPLYING" ? last : null;
      });
      expect(report).toEqual({ hash, status: "APPLIED", error: "" });
      await until(`round ${round} is served`, async () => (await known.round(ports)) === round);
    };
    const pid = () => JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8")).pid as number;

    await apply(0);
    const first = pid();
    visitors = new Visitors(ports.served, known.paths);
    for (let round = 1; round <= 10; round++) await apply(round);
    expect(pid()).toBe(first);

    const good = known.config(ports, 10);
    server.offer("bad0", { [file]: known.broken(good) });
    const { error } = await until("the bad config failed", () =>
      server.statuses.find(({ hash, status }) => hash === "bad0" && status === "FAILED"),
    );
    expect(error).toMatch(known.refusal);
    expect(readFileSync(join(stateDir, "config", file), "utf8")).toBe(good);
    expect(await known.round(ports)).toBe(10);
    expect(pid()).toBe(first);

    const { answered, failures } = await visitors.stop();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(500);
  });
});
