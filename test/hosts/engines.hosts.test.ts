/** The same work with Docker and with Podman: what the agent asks of an engine, and an app that is replaced. */
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerEngine } from "../../agent/containers/docker-engine.ts";
import type { ContainerEngine, LogLine } from "../../agent/containers/engine.ts";
import { until } from "../harness/until.ts";
import { ContainerHost } from "./containers/container-host.ts";
import { HostAgent } from "./containers/host-agent.ts";
import { type Registry, startRegistry } from "./containers/registry.ts";

describe.each(["docker", "podman"] as const)("%s", (kind) => {
  let host: ContainerHost;
  let registry: Registry;
  let agent: HostAgent;
  let engine: ContainerEngine;
  const images: string[] = [];
  let job = "";

  const app = (image: string) => ({
    image: { ref: image },
    secrets: { note: { value: "kept\n", file: "/run/secrets/note" } },
    processes: {
      web: {
        ports: [{ container: 8080, host: 8201, address: "127.0.0.1" }],
        health: { command: ["/bin/cat", "/www/healthz"], intervalSeconds: 1, retries: 10 },
      },
      job: {
        command: [
          "/bin/sh",
          "-c",
          "echo to out; echo to err >&2; cat /run/secrets/note; while :; do echo more; sleep 1; done",
        ],
      },
    },
  });

  beforeAll(async () => {
    [host, registry] = await Promise.all([ContainerHost.start(kind), startRegistry()]);
    await host.bringIn(registry.port);
    for (const name of ["one", "two"]) {
      const files = { "www/index.html": `${name}\n`, "www/healthz": "ok\n" };
      images.push(await host.publish(`${registry.host}/team/${kind}`, files));
    }
    agent = await HostAgent.start(host, kind);
    engine = dockerEngine(host.engine);
    expect(await agent.give({ shop: app(images[0] ?? "") })).toEqual({ status: "APPLIED", error: "" });
    const found = await engine.list({ "io.muster.agent": kind, "io.muster.process": "job" });
    expect(found).toMatchObject([
      { state: "running", name: expect.stringMatching(/^muster-.*-shop-job-1-/) },
    ]);
    job = found[0]?.id ?? "";
  });

  afterAll(async () => {
    await agent?.stop();
    await host?.stop();
    await registry?.stop();
  });

  test("tells how a container is and what it uses", async () => {
    expect(await engine.inspect(job)).toMatchObject({
      id: job,
      state: "running",
      pid: expect.any(Number),
      startedMs: expect.any(Number),
      exitCode: null,
      restarts: 0,
      tty: false,
    });
    expect(await engine.inspect("nothing-of-the-kind")).toBeNull();
    const stats = await engine.stats(job);
    expect(stats?.memoryBytes).toBeGreaterThan(0);
    expect(stats?.cpuNanoseconds).toBeGreaterThan(0);
  });

  test("reads a log, from a line on and as it grows", async () => {
    const lines = async (options: object, enough: (lines: LogLine[]) => boolean) => {
      const over = new AbortController();
      const read: LogLine[] = [];
      for await (const line of engine.logs(job, { ...options, signal: over.signal })) {
        read.push(line);
        if (enough(read)) over.abort();
      }
      return read;
    };
    const own = (list: LogLine[]) => list.filter(({ text: words }) => words !== "more");
    const all = await until("its first lines", async () => {
      const read = await lines({}, () => false);
      return own(read).length === 3 && read.length > 3 ? read : null;
    });
    const said = own(all).map(({ stream, text: words }) => `${stream} ${words}`);
    expect(said.sort()).toEqual(["stderr to err", "stdout kept", "stdout to out"]);
    expect(all.every(({ timeMs, timestamp }) => timeMs === Date.parse(timestamp))).toBe(true);
    const last = all.at(-1);
    const more = await lines({ follow: true, since: last?.timestamp }, (read) => read.length === 3);
    expect(more.every(({ timestamp }) => timestamp >= (last?.timestamp ?? ""))).toBe(true);
    expect(await lines({ tail: 2 }, () => false)).toHaveLength(2);
    const over = new AbortController();
    const [web] = await engine.list({ "io.muster.agent": kind, "io.muster.process": "web" });
    const silent = engine.logs(web?.id ?? "", { follow: true, signal: over.signal })[Symbol.asyncIterator]();
    const next = silent.next();
    over.abort();
    expect(await next).toMatchObject({ done: true });
  });

  test("runs a command with its input, outputs and exit code apart", async () => {
    const exec = await engine.exec(job, {
      command: ["/bin/sh", "-c", 'cat; echo "$WHO" >&2; exit 7'],
      env: { WHO: "me" },
      cwd: "/tmp",
    });
    exec.stdin.end("from here");
    const [out, err, exit] = await Promise.all([text(exec.stdout), text(exec.stderr), exec.exit]);
    expect({ out, err, exit }).toEqual({ out: "from here", err: "me\n", exit: { code: 7 } });
  });

  test("runs a command on a terminal that can be resized, and signals it", async () => {
    const command = ["/bin/sh", "-c", "read line; stty size; read line; stty size; sleep 3600"];
    const exec = await engine.exec(job, { command, tty: true, size: { cols: 101, rows: 33 } });
    let seen = "";
    exec.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
    });
    exec.stderr.resume();
    exec.stdin.write("\n");
    await until("the first size", () => seen.includes("33 101"));
    await exec.resize({ cols: 120, rows: 40 });
    exec.stdin.write("\n");
    await until("the second size", () => seen.includes("40 120"));
    expect(await exec.signal("SIGKILL")).toBe(true);
    expect(await exec.exit).toEqual({ code: 137 });
    exec.close();
    expect(await exec.signal(0)).toBe(false);
  });

  test("signals what a command started too, and nothing else", async () => {
    const command = ["/bin/sh", "-c", "trap '' TERM; sleep 3601 & sleep 3602 & echo two; exit 3"];
    const exec = await engine.exec(job, { command, user: "1000" });
    exec.stderr.resume();
    for await (const chunk of exec.stdout as AsyncIterable<Buffer>) if (String(chunk).includes("two")) break;
    const left = async () => {
      const look = await engine.exec(job, {
        command: ["/bin/sh", "-c", "cat /proc/*/cmdline | busybox tr '\\0' ' '"],
      });
      look.stdin.end();
      look.stderr.resume();
      return (await text(look.stdout)).match(/sleep 360\d/g)?.sort() ?? [];
    };
    expect(await left()).toEqual(["sleep 3601", "sleep 3602"]);
    // They mind it no more than their parent did.
    expect(await exec.signal("SIGTERM")).toBe(true);
    expect(await left()).toHaveLength(2);
    expect(await exec.signal("SIGKILL")).toBe(true);
    await until("nothing of it is left", async () => !(await exec.signal(0)));
    expect(await left()).toEqual([]);
    expect(await engine.inspect(job)).toMatchObject({ state: "running" });
    exec.close();
  });

  test("hands over 20 MB without a loss, as fast as it is read", async () => {
    const exec = await engine.exec(job, {
      command: ["/bin/sh", "-c", "busybox yes 0123456789abcde | busybox head -c 20000000"],
    });
    exec.stdin.end();
    exec.stderr.resume();
    let bytes = 0;
    for await (const chunk of exec.stdout as AsyncIterable<Buffer>) bytes += chunk.length;
    expect(bytes).toBe(20_000_000);
    expect((await exec.exit).code).toBe(0);
  });

  test("replaces without a failed request", async () => {
    const told = host.probe("http://127.0.0.1:8201/");
    for (const image of [images[1]]) {
      expect(await agent.give({ shop: app(image ?? "") })).toEqual({ status: "APPLIED", error: "" });
    }
    const { answers, failures } = await told();
    expect(failures).toEqual([]);
    expect(Object.keys(answers).sort()).toEqual(["one", "two"]);
    expect(await agent.containers()).toHaveLength(2);
  });
});
