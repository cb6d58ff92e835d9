/** The examples for nginx and Caddy with the real programs: each config is asked of the program before it is swapped in. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type RunningAgent, runAgent } from "../../agent/run.ts";
import { parseSettings } from "../../agent/settings.ts";
import { freePort, quickTuning } from "../../agent/testing/greeter-agent.ts";
import { OpampServer } from "../../agent/testing/opamp-server.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { until } from "../harness/until.ts";

const example = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

const proxies = [
  {
    name: "nginx",
    file: "nginx.conf",
    broken: (config: string) => config.replace("listen", "lisen"),
    refusal: /unknown directive "lisen"/,
  },
  {
    name: "caddy",
    file: "Caddyfile",
    broken: (config: string) => config.replace("respond", "respnd"),
    refusal: /unrecognized directive: respnd/,
  },
];

/** What the driver of Caddy sets, and is put back. */
const handOver = "/proc/sys/net/ipv4/tcp_migrate_req";
const handOverBefore = readFileSync(handOver, "utf8");

let server: OpampServer;
let agent: RunningAgent;
afterEach(async () => {
  await agent?.stop();
  writeFileSync(handOver, handOverBefore);
  await server?.stop();
});

describe.each(proxies)("$name", ({ name, file, broken, refusal }) => {
  test("takes a config, takes another, and never swaps in one that the program refuses", async () => {
    server = await OpampServer.start();
    const [port, admin] = [await freePort(), await freePort()];
    const upper = name.toUpperCase();
    const environment = {
      ...process.env,
      [`${upper}_PORT`]: String(port),
      [`${upper}_ADMIN`]: `127.0.0.1:${admin}`,
    };
    const settingsFile = example(`${name}/agent.yaml`);
    const settings = parseSettings(readFileSync(settingsFile, "utf8"), settingsFile, environment);
    const stateDir = temporaryFolder();
    agent = await runAgent(
      {
        endpoint: server.endpoint,
        token: "enrol-me",
        name: "edge-1",
        type: settings.type ?? "",
        labels: settings.labels,
        stateDir,
        configDir: join(stateDir, "config"),
        metricsUrl: null,
        supervise: settings.supervise,
      },
      () => {},
      quickTuning,
    );
    await until("the first message", () => server.messages[0]);
    const config = readFileSync(example(`${name}/${file}`), "utf8").replace("9401", String(port));
    const reported = (hash: string, status: string) =>
      until(`${status} ${hash}`, () => {
        const last = server.statuses.at(-1);
        return last?.hash === hash && last.status === status ? last : null;
      });
    const served = async () => {
      try {
        return (
          await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).text()
        ).trim();
      } catch {
        return null;
      }
    };
    server.offer("a1", { [file]: config.replace(`hello from ${name}`, "one") });
    await reported("a1", "APPLIED");
    await until("the first answer", async () => (await served()) === "one");

    server.offer("b2", { [file]: config.replace(`hello from ${name}`, "two") });
    await reported("b2", "APPLIED");
    await until("the second answer", async () => (await served()) === "two");

    server.offer("c3", { [file]: broken(config) });
    const { error } = await reported("c3", "FAILED");
    expect(error).toMatch(refusal);
    expect(await served()).toBe("two");
    expect(readFileSync(join(stateDir, "config", file), "utf8")).toContain("two");
  });
});
