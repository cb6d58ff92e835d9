/** Apps as containers with the real Docker engine and a real registry, asked without a pause while they are replaced. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { portHolder } from "../../agent/containers/ports/client.ts";
import { freePort } from "../../agent/testing/greeter-agent.ts";
import { until } from "../harness/until.ts";
import { ContainerHost } from "./containers/container-host.ts";
import { HostAgent } from "./containers/host-agent.ts";
import { type Registry, startRegistry } from "./containers/registry.ts";

let host: ContainerHost;
let registry: Registry;
let agent: HostAgent;
const images: Record<"one" | "two" | "ill" | "dying", string> = { one: "", two: "", ill: "", dying: "" };

beforeAll(async () => {
  [host, registry] = await Promise.all([ContainerHost.start("docker"), startRegistry()]);
  await host.bringIn(registry.port);
  const repository = `${registry.host}/team/web`;
  const site = (name: string) => ({
    "www/index.html": `${name}\n`,
    "www/healthz": "ok\n",
    "www/cgi-bin/slow": `#!/bin/sh\nsleep 2\nprintf 'Content-Type: text/plain\\r\\n\\r\\nslow ${name}\\n'\n`,
  });
  // Large enough to be seen while it is pulled.
  const ballast = randomBytes(12_000_000).toString("base64");
  images.one = await host.publish(repository, { ...site("one"), ballast });
  images.two = await host.publish(repository, site("two"));
  images.ill = await host.publish(repository, { "www/index.html": "ill\n" });
  const command = ["/bin/sh", "-c", "echo cannot read its settings; exit 3"];
  images.dying = await host.publish(repository, {}, { command });
});

afterEach(() => agent?.stop());

afterAll(async () => {
  await host?.stop();
  await registry?.stop();
});

const web = (image: string, port: number, more: object = {}) => ({
  image: { ref: image },
  processes: {
    web: {
      ports: [{ container: 8080, host: port, address: "127.0.0.1" }],
      health: { http: { path: "/healthz", port: 8080 }, intervalSeconds: 1, retries: 5 },
      ...more,
    },
  },
});

const idle = (image: string, process: object = {}, app: object = {}) => ({
  image: { ref: image },
  processes: { job: { command: ["/bin/sleep", "3600"], ...process } },
  ...app,
});

const applied = { status: "APPLIED", error: "" };

test("pulls by digest and says so, and replaces ten times without a failed request", async () => {
  agent = await HostAgent.start(host, "replace");
  await until("its health is known", () => agent.health.length > 0);
  expect(await agent.give({ shop: web(images.one, 8101) })).toEqual(applied);
  expect(agent.health.some(({ status }) => status.startsWith(`pulling ${images.one}`))).toBe(true);
  const told = host.probe("http://127.0.0.1:8101/");
  const slow = host.ask("http://127.0.0.1:8101/cgi-bin/slow");
  for (let i = 0; i < 10; i++) {
    const image = i % 2 === 0 ? images.two : images.one;
    expect(await agent.give({ shop: web(image, 8101) })).toEqual(applied);
    expect(await agent.containers()).toHaveLength(1);
  }
  const { answers, failures, requests } = await told();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(500);
  expect(Object.keys(answers).sort()).toEqual(["one", "two"]);
  // It was under way when its container was replaced.
  expect(await slow).toBe("slow one");
});

test("what does not work leaves what runs alone, and says why", async () => {
  agent = await HostAgent.start(host, "refuse");
  expect(await agent.give({ shop: web(images.one, 8102) })).toEqual(applied);
  const [before] = await agent.containers();
  const told = host.probe("http://127.0.0.1:8102/");
  const refusals: [string, object, RegExp][] = [
    [
      "an image that is not there",
      web(`${registry.host}/team/web@sha256:${"0".repeat(64)}`, 8102),
      /the image 127\.0\.0\.1:\d+\/team\/web@sha256:0+ cannot be pulled anonymously: .*(not found|unknown)/,
    ],
    [
      "an image that ends at once",
      web(images.dying, 8102),
      /shop\/web 1 (exited with code 3|ended, and .*): cannot read its settings/,
    ],
    [
      "bad health",
      web(images.ill, 8102),
      /shop\/web 1 is not well within 5 s: http:\/\/web:8080\/healthz answered 404/,
    ],
    [
      "a command that is not there",
      web(images.one, 8102, { command: ["/bin/nothing"] }),
      /shop\/web 1 (exited with code 127|could not be started|ended, and .*No such file)/,
    ],
    [
      "less memory than it needs",
      web(images.one, 8102, {
        command: ["/bin/busybox", "dd", "if=/dev/zero", "of=/dev/null", "bs=64M"],
        resources: { memory: 16_777_216 },
        restart: "never",
      }),
      /shop\/web 1 was .*: it (needed|may need) more memory than resources\.memory allows/,
    ],
    [
      "a manifest that is none",
      { processes: { web: {} } },
      /shop\.json is not a container app: line 1: .*needs image/,
    ],
  ];
  for (const [what, app, words] of refusals) {
    const { status, error } = await agent.give({ shop: app });
    expect({ what, status }).toEqual({ what, status: "FAILED" });
    expect(error).toMatch(words);
  }
  const { answers, failures } = await told();
  expect(failures).toEqual([]);
  expect(Object.keys(answers)).toEqual(["one"]);
  expect((await agent.containers()).map(({ Id }) => Id)).toEqual([before?.Id]);
});

test("refuses a port of the host that is taken, before anything is started", async () => {
  agent = await HostAgent.start(host, "taken");
  const port = await freePort();
  await host.bringIn(port);
  const { status, error } = await agent.give({ shop: web(images.one, port) });
  expect(status).toBe("FAILED");
  expect(error).toContain(`the port 127.0.0.1:${port} of this host is taken`);
  expect(await agent.containers()).toEqual([]);
});

test("runs several processes with their limits, secrets and volumes, and takes all but the volumes away", async () => {
  agent = await HostAgent.start(host, "several");
  const app = (image: string, note: string) => ({
    image: { ref: image },
    env: { NOTE: note },
    volumes: { data: {} },
    secrets: {
      word: { value: "open sesame", env: "WORD" },
      file: { value: "from a file", file: "/run/secrets/file" },
    },
    processes: {
      writer: {
        command: [
          "/bin/sh",
          "-c",
          'echo "$NOTE $WORD" >> /data/log; cat /run/secrets/file >> /data/log; sleep 3600',
        ],
        mounts: [{ volume: "data", path: "/data" }],
        resources: { memory: 33_554_432, cpu: 0.5 },
      },
      worker: { command: ["/bin/sleep", "3600"], replicas: 3, restart: "on-failure" },
      reader: {
        command: ["/bin/httpd", "-f", "-p", "8080", "-h", "/data"],
        mounts: [{ volume: "data", path: "/data", readOnly: true }],
        ports: [{ container: 8080, host: 8104 }],
      },
      once: { command: ["/bin/sh", "-c", "echo done"], restart: "never" },
    },
  });
  expect(await agent.give({ shop: app(images.one, "first") })).toEqual(applied);
  const found = await agent.containers();
  expect(found).toHaveLength(6);
  const writer = found.find(({ Labels }) => Labels["io.muster.process"] === "writer");
  const { HostConfig } = await host.docker.getContainer(writer?.Id ?? "").inspect();
  expect(HostConfig).toMatchObject({
    Memory: 33_554_432,
    MemorySwap: 33_554_432,
    NanoCpus: 500_000_000,
    RestartPolicy: { Name: "unless-stopped" },
    Init: true,
  });
  const workers = found.filter(({ Labels }) => Labels["io.muster.process"] === "worker").map(({ Id }) => Id);
  expect(workers).toHaveLength(3);

  const told = host.probe("http://127.0.0.1:8104/log");
  expect(await agent.give({ shop: app(images.one, "second") })).toEqual(applied);
  expect((await told()).failures).toEqual([]);
  const log = await host.ask("http://127.0.0.1:8104/log");
  expect(log).toBe("first open sesame\nfrom a filesecond open sesame\nfrom a file");

  expect(await agent.give({})).toEqual(applied);
  expect(await agent.containers()).toEqual([]);
  expect(await host.listens(8104)).toBe(false);
  const ours = { filters: { label: ["io.muster.agent=several"] } };
  expect(await host.docker.listNetworks(ours)).toEqual([]);
  expect((await host.docker.listVolumes(ours)).Volumes.map(({ Name }) => Name)).toEqual([
    "muster-several-shop-data",
  ]);
});

test("what no config names any more is pruned, and only of its own", async () => {
  agent = await HostAgent.start(host, "prune");
  const stranger = await host.docker.createContainer({ name: "stranger", Image: images.one });
  const repository = `${registry.host}/team/prune`;
  const three: string[] = [];
  for (const name of ["a", "b", "c"]) three.push(await host.publish(repository, { "www/index.html": name }));
  const has = async () =>
    Promise.all(
      three.map((one) =>
        host.docker
          .getImage(one)
          .inspect()
          .then(
            () => true,
            () => false,
          ),
      ),
    );
  for (const image of three) expect(await agent.give({ job: idle(image) })).toEqual(applied);
  // The one before stays for a way back without the registry.
  expect(await has()).toEqual([false, true, true]);
  await stranger.inspect();
  await stranger.remove();
});

test("an agent that is killed leaves all running, and the next one takes it over", async () => {
  agent = await HostAgent.start(host, "adopt");
  expect(await agent.give({ shop: web(images.one, 8105) })).toEqual(applied);
  const [before] = await agent.containers();
  const told = host.probe("http://127.0.0.1:8105/");
  await agent.kill();
  await agent.run();
  // The same config again: nothing is to be done.
  expect(await agent.give({ shop: web(images.one, 8105) })).toEqual(applied);
  expect((await agent.containers()).map(({ Id }) => Id)).toEqual([before?.Id]);

  // Killed in the middle of a replacement, again and again: the next one begins from what is there.
  for (const [i, moment] of ["applying config", "started muster-adopt", "removed muster-adopt"].entries()) {
    agent.log = "";
    const hash = await agent.offer({ shop: web(i % 2 === 0 ? images.two : images.one, 8105) });
    await until(`the log says "${moment}"`, () => agent.log.includes(moment));
    await agent.kill();
    await agent.run();
    expect(await agent.reported(hash)).toEqual(applied);
    await until("one container", async () => (await agent.containers()).length === 1);
  }
  const { answers, failures } = await told();
  expect(failures).toEqual([]);
  expect(Object.keys(answers).sort()).toEqual(["one", "two"]);
  expect(await host.ask("http://127.0.0.1:8105/")).toBe("two");
});

test("an agent that is let go with what it runs takes its containers away, and no others", async () => {
  agent = await HostAgent.start(host, "leaving");
  expect(await agent.give({ shop: web(images.one, 8110) })).toEqual(applied);
  expect(await host.ask("http://127.0.0.1:8110/")).toBe("one");
  const stranger = await host.docker.createContainer({ name: "left-alone", Image: images.one });
  agent.letGo("machine sold");
  await until("no container", async () => (await agent.containers()).length === 0);
  await stranger.inspect();
  await stranger.remove();
});

test("what somebody removes comes back, and what keeps ending is told as ill", async () => {
  agent = await HostAgent.start(host, "mend");
  expect(await agent.give({ shop: web(images.one, 8106) })).toEqual(applied);
  const id = async () => (await agent.containers())[0]?.Id ?? "";
  const [first] = await agent.containers();
  await host.docker.getContainer(first?.Id ?? "").remove({ force: true });
  await until("another one", async () => {
    const [next] = await agent.containers();
    return next && next.Id !== first?.Id && next.State === "running";
  });
  await until("it answers", async () => (await host.ask("http://127.0.0.1:8106/")) === "one");

  // Also the process that holds the ports.
  await portHolder(agent.stateDir, []).route([]);
  await until("it answers again", async () => (await host.ask("http://127.0.0.1:8106/")) === "one");

  const told = host.probe("http://127.0.0.1:8106/");
  const started = async () => (await host.docker.getContainer(await id()).inspect()).State.StartedAt;
  const before = await started();
  agent.restart();
  await until("it was restarted", async () => agent.log.includes("restarted muster-mend-shop-web-1"));
  expect(await started()).not.toBe(before);
  expect((await told()).failures).toEqual([]);

  const loop = idle(images.one, { command: ["/bin/sh", "-c", "echo no luck; sleep 4; exit 5"] });
  expect(await agent.give({ shop: web(images.one, 8106), loop })).toEqual(applied);
  await until("the one that keeps ending is told as ill", () =>
    /loop\/job 1 (exited with code 5|ended, and .*): .*no luck/s.test(agent.health.at(-1)?.lastError ?? ""),
  );
  expect(await agent.give({ shop: web(images.one, 8106) })).toEqual(applied);
  await until("all is well again", () => agent.health.at(-1)?.healthy);

  const [second] = await agent.containers();
  const exec = await host.docker
    .getContainer(second?.Id ?? "")
    .exec({ Cmd: ["/bin/sh", "-c", "busybox rm /www/healthz"] });
  await exec.start({ Detach: true });
  const ill = await until("it is told as ill", () => {
    const last = agent.health.at(-1);
    return last && !last.healthy ? last : null;
  });
  expect(ill.lastError).toContain("shop/web 1: http://web:8080/healthz answered 404");
  expect(Object.entries(ill.componentHealthMap)).toMatchObject([["shop/web 1", { healthy: false }]]);
});

test("a registry that does not answer, or wants a sign-in, is told; the sign-in is taken from a file", async () => {
  const guarded = await startRegistry(true);
  await host.bringIn(guarded.port);
  const login = { username: "puller", password: "open sesame" };
  const image = await host.publish(
    `${guarded.host}/team/web`,
    { "www/index.html": "guarded" },
    { auth: login },
  );
  const closed = await freePort();

  agent = await HostAgent.start(host, "login", [
    "registries:",
    `  "${guarded.host}": {username: puller, passwordFile: password}`,
  ]);
  const passwordFile = join(agent.stateDir, "password");
  writeFileSync(passwordFile, "wrong");
  const dead = await agent.give({ job: idle(`127.0.0.1:${closed}/team/web@sha256:${"1".repeat(64)}`) });
  expect(dead.status).toBe("FAILED");
  expect(dead.error).toMatch(
    /cannot be pulled anonymously: .*connection refused.*Check that this host reaches 127\.0\.0\.1/,
  );

  const wrong = await agent.give({ job: idle(image) });
  expect(wrong.status).toBe("FAILED");
  expect(wrong.error).toMatch(/cannot be pulled as puller: .*(unauthorized|no basic auth|authentication)/);
  writeFileSync(passwordFile, `${login.password}\n`);
  expect(await agent.give({ job: idle(image) })).toEqual(applied);
  expect(agent.log).not.toContain(login.password);
  expect(readFileSync(join(agent.stateDir, "state.json"), "utf8")).not.toContain(login.password);
  await guarded.stop();
  // What runs needs no registry.
  await agent.kill();
  await agent.run();
  expect(await agent.give({ job: idle(image, { restart: "never" }) })).toEqual(applied);
});

test("what cannot run twice is stopped first, and comes back when its successor fails", async () => {
  agent = await HostAgent.start(host, "alone");
  const app = (command: string) => ({
    ...idle(images.one),
    volumes: { data: {} },
    processes: {
      db: {
        command: ["/bin/sh", "-c", command],
        mounts: [{ volume: "data", path: "/data" }],
        ports: [
          { container: 8080, host: 8107 },
          { container: 5353, host: 5353, protocol: "udp", address: "127.0.0.1" },
        ],
      },
    },
  });
  const serve = (note: string) => app(`echo ${note} > /data/index.html; exec httpd -f -p 8080 -h /data`);
  expect(await agent.give({ db: serve("one") })).toEqual(applied);
  const told = host.probe("http://127.0.0.1:8107/", 2);
  expect(await agent.give({ db: serve("two") })).toEqual(applied);
  const { status, error } = await agent.give({ db: app("echo out of luck; exit 7") });
  expect(status).toBe("FAILED");
  expect(error).toMatch(/db\/db 1 (exited with code 7|ended, and .*): out of luck/);
  await until("the one before answers", async () => (await host.ask("http://127.0.0.1:8107/")) === "two");
  expect(await agent.containers()).toHaveLength(1);
  // Who connected meanwhile waited.
  expect((await told()).failures).toEqual([]);
});
