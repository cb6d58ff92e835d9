/** The image of a release, built by its recipe and run as the guide says. Its base is a stand-in: no registry is reached. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OpampServer } from "../../agent/testing/opamp-server.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { compileAgent } from "../../scripts/release/binary.ts";
import { hostTarget } from "../../scripts/release/targets.ts";
import { until } from "../harness/until.ts";
import { ContainerHost } from "./containers/container-host.ts";

const recipe = fileURLToPath(new URL("../../scripts/release/image/Containerfile", import.meta.url));
const image = "registry.example/muster-agent:9.0.0";

let host: ContainerHost;
let server: OpampServer;

/** What the recipe uses of Debian: these programs of this machine with their libraries, and an `apt-get` that does nothing. */
function standIn(): Buffer {
  const root = temporaryFolder();
  const place = (path: string) => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  };
  for (const program of ["/bin/sh", "/bin/rm", "/usr/bin/install", "/usr/bin/mkdir", "/usr/sbin/useradd"]) {
    place(program);
    const libraries = execFileSync("ldd", [program], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g);
    for (const [, library = ""] of libraries) place(library);
  }
  for (const name of ["libdl.so.2", "libpthread.so.0", "libm.so.6"])
    place(join("/lib/x86_64-linux-gnu", name));
  for (const folder of ["etc", "tmp", "var/lib/apt/lists"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(root, "etc/group"), "root:x:0:\n");
  place("/etc/login.defs");
  writeFileSync(join(root, "usr/bin/apt-get"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  return execFileSync("tar", ["-C", root, "-cf", "-", "."], { maxBuffer: 256 * 1024 * 1024 });
}

/** Throws with what the builder said. */
function built(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    host.docker.modem.followProgress(stream, (error, items: { error?: string; stream?: string }[]) => {
      const problem = error?.message ?? items.find((item) => item.error)?.error;
      const said = items
        ?.map((item) => item.stream ?? "")
        .join("")
        .slice(-2000);
      if (problem) reject(new Error(`${problem}\n${said}`));
      else resolve();
    });
  });
}

beforeAll(async () => {
  const target = hostTarget();
  if (target?.os !== "linux" || target.arch !== "x64") throw new Error("this is for Linux on x64");
  [host, server] = await Promise.all([ContainerHost.start("docker"), OpampServer.start()]);
  await host.bringIn(Number(new URL(server.endpoint).port));
  await host.load(standIn(), "debian", "bookworm-slim");
  const context = temporaryFolder();
  copyFileSync(recipe, join(context, "Containerfile"));
  const options = { version: "9.0.0", releaseKeys: [], out: context, cache: join(context, "cache") };
  renameSync(compileAgent(target, options), join(context, "muster-agent-linux-x64"));
  // Of the other processor: it is copied and not used.
  writeFileSync(join(context, "muster-agent-linux-arm64"), "");
  const files = ["Containerfile", "muster-agent-linux-x64", "muster-agent-linux-arm64"];
  execFileSync("tar", ["-C", context, "-cf", join(context, "context.tar"), ...files]);
  await built(
    await host.docker.buildImage(join(context, "context.tar"), {
      t: image,
      dockerfile: "Containerfile",
      buildargs: { TARGETARCH: "amd64" },
      networkmode: "host",
    }),
  );
});

afterAll(async () => {
  await host?.stop();
  await server?.stop();
});

test("the image's agent runs without root, connects, and is asked how it is", async () => {
  const container = await host.docker.createContainer({
    Image: image,
    Env: [`MUSTER_ENDPOINT=${server.endpoint}`, "MUSTER_TOKEN=enrol-me"],
    HostConfig: { NetworkMode: "host", Binds: ["muster-agent:/var/lib/muster-agent"] },
  });
  await container.start();
  await until("the agent's connection", () => server.connected);
  const exec = await container.exec({
    Cmd: ["muster-agent", "status", "--state-dir", "/var/lib/muster-agent"],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  let told = "";
  const stream = await exec.start({ Tty: true });
  for await (const piece of stream) told += String(piece);
  expect(told).toContain(`open to ${server.endpoint}`);
  expect((await exec.inspect()).ExitCode).toBe(0);
  const { State } = await container.inspect();
  expect(readFileSync(`/proc/${State.Pid}/status`, "utf8")).toMatch(/^Uid:\s+999\s/m);
  await container.stop();
  expect((await container.inspect()).State.ExitCode).toBe(0);
});
