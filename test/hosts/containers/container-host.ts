/** A container engine in a network namespace of its own, where its ports and bridges trouble nobody. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Docker from "dockerode";
import { pack } from "tar-stream";
import { until } from "../../harness/until.ts";

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Probes {
  requests: number;
  failures: string[];
  /** How often each answer came. */
  answers: Record<string, number>;
}

let made = 0;

export class ContainerHost {
  readonly folder = mkdtempSync(join(tmpdir(), "muster-engine-"));
  readonly engine = `unix://${this.folder}/engine.sock`;
  readonly docker = new Docker({ socketPath: `${this.folder}/engine.sock` });
  private readonly namespace = `muster-${process.pid}-${++made}`;
  private readonly children: ChildProcess[] = [];
  private log = "";

  static async start(kind: "docker" | "podman"): Promise<ContainerHost> {
    const host = new ContainerHost();
    execFileSync("ip", ["netns", "add", host.namespace]);
    execFileSync("ip", ["-n", host.namespace, "link", "set", "lo", "up"]);
    try {
      await (kind === "docker" ? host.startDocker() : host.startPodman());
    } catch (error) {
      await host.stop();
      throw error;
    }
    return host;
  }

  /** The words that run a program where the containers are. */
  inside(words: readonly string[]): [string, string[]] {
    return ["nsenter", [`--net=/run/netns/${this.namespace}`, ...words]];
  }

  /** 127.0.0.1:port of the test answers at the same place in the namespace. */
  async bringIn(...ports: number[]): Promise<void> {
    const pairs: string[] = [];
    for (const port of ports) {
      const path = join(this.folder, `${port}.sock`);
      const server = createServer((near) => {
        const far = connect(port, "127.0.0.1");
        near.on("error", () => far.destroy());
        far.on("error", () => near.destroy());
        near.pipe(far).pipe(near);
      });
      await new Promise<void>((resolve) => server.listen(path, resolve));
      server.unref();
      pairs.push(`${path}=${port}`);
    }
    const [program, args] = this.inside([process.execPath, beside("relay.mjs"), ...pairs]);
    this.children.push(spawn(program, args, { stdio: ["pipe", "ignore", "inherit"] }));
    for (const port of ports) await until(`port ${port} in the namespace`, () => this.listens(port));
  }

  /** Whether somebody listens there, within the namespace. */
  listens(port: number): Promise<boolean> {
    return this.says(["busybox", "nc", "-w", "1", "127.0.0.1", String(port), "-e", "true"]).then(
      () => true,
      () => false,
    );
  }

  /** What `url` answers within the namespace; null = nothing good. */
  ask(url: string): Promise<string | null> {
    const script = `fetch("${url}").then(async (a) => process.stdout.write(a.ok ? await a.text() : process.exit(1)))`;
    return this.says([process.execPath, "-e", script]).catch(() => null);
  }

  /** What a program writes within the namespace. Throws when it fails. */
  async says(words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(...this.inside(words), { timeout: 20_000 });
    return stdout.trim();
  }

  /** Asks `url` without a pause until the answered function is called. */
  probe(url: string, callers = 3): () => Promise<Probes> {
    const [program, args] = this.inside([process.execPath, beside("prober.mjs"), url, String(callers)]);
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.children.push(child);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    return async () => {
      const gone = new Promise((resolve) => child.once("close", resolve));
      child.stdin.end();
      await gone;
      return JSON.parse(output) as Probes;
    };
  }

  /** Builds an image of busybox and these files, pushes it, and removes it here. Answers the reference by digest. */
  async publish(
    repository: string,
    files: Record<string, string>,
    options: { tag?: string; command?: string[]; auth?: { username: string; password: string } } = {},
  ): Promise<string> {
    const tag = options.tag ?? `t${Date.now()}`;
    const archive = pack();
    archive.entry({ name: "bin", type: "directory" });
    const busybox = readFileSync("/bin/busybox");
    archive.entry({ name: "bin/busybox", mode: 0o755 }, busybox);
    for (const applet of ["sh", "httpd", "sleep", "cat", "echo", "wget", "nc", "stty", "kill", "id", "env"]) {
      archive.entry({ name: `bin/${applet}`, type: "symlink", linkname: "busybox" });
    }
    archive.entry({ name: "tmp", type: "directory", mode: 0o1777 });
    for (const [name, text] of Object.entries(files)) archive.entry({ name, mode: 0o755 }, text);
    archive.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const command = options.command ?? ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"];
    await this.load(Buffer.concat(chunks), repository, tag, [
      `CMD ${JSON.stringify(command)}`,
      "ENV PATH=/bin",
    ]);
    const image = this.docker.getImage(`${repository}:${tag}`);
    const auth = options.auth ?? { username: "nobody", password: "none" };
    await this.done(
      await image.push({ authconfig: { ...auth, serveraddress: repository.split("/")[0] ?? "" } }),
    );
    await image.remove({ force: true });
    return `${repository}@${await pushedDigest(repository, tag, options.auth)}`;
  }

  /** Makes an image of a tar of its files. Podman forgets the name that an import gives; so it is given afterwards. */
  async load(archive: Buffer, repo: string, tag: string, changes: string[] = []): Promise<void> {
    // The client sends a buffer as well, which its types leave out.
    const file = archive as unknown as NodeJS.ReadableStream;
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      this.docker.importImage(file, { changes }, (error, answer) =>
        error || !answer ? reject(error) : resolve(answer),
      );
    });
    const id = /sha256:[0-9a-f]{64}/.exec(JSON.stringify(await this.done(stream)))?.[0];
    await this.docker.getImage(id ?? "").tag({ repo, tag });
  }

  /** All that came. */
  private done(stream: NodeJS.ReadableStream): Promise<object[]> {
    return new Promise((resolve, reject) => {
      this.docker.modem.followProgress(stream, (error, items: { error?: string }[]) => {
        const failed = error?.message ?? items?.find((item) => item.error)?.error;
        if (failed) reject(new Error(failed));
        else resolve(items);
      });
    });
  }

  private run(words: string[], env: Record<string, string> = {}): void {
    const [program, args] = this.inside(words);
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.log = (this.log + chunk.toString()).slice(-20_000);
      });
    }
    this.children.push(child);
  }

  private async startDocker(): Promise<void> {
    const under = (name: string) => join(this.folder, name);
    this.run([
      "dockerd",
      "--data-root",
      under("data"),
      "--exec-root",
      under("exec"),
      "-p",
      under("pid"),
      "-H",
      this.engine,
      "--bridge=none",
      "--iptables=false",
      "--ip6tables=false",
      "--ip-forward=false",
      "--ip-masq=false",
    ]);
    await this.answers();
  }

  /** Limits of this machine's kind: 20,000 open files, cgroups of both versions at once, no systemd. */
  private async startPodman(): Promise<void> {
    const settings = join(this.folder, "containers.conf");
    writeFileSync(
      settings,
      `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
init_path = "/usr/bin/catatonit"
[network]
network_backend = "cni"
network_config_dir = "${this.folder}/networks"
`,
    );
    mkdirSync(join(this.folder, "networks"));
    const root = ["--root", join(this.folder, "data"), "--runroot", join(this.folder, "run")];
    this.run(["podman", ...root, "system", "service", "--time=0", this.engine], {
      CONTAINERS_CONF: settings,
      CONTAINERS_REGISTRIES_CONF: this.registriesFile(),
    });
    await this.answers();
  }

  /** Podman, unlike Docker, asks for TLS on loopback as well. */
  private registriesFile(): string {
    const path = join(this.folder, "registries.conf");
    writeFileSync(path, '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n');
    return path;
  }

  private async answers(): Promise<void> {
    await until("the engine answers", async () => {
      const child = this.children[0];
      if (child?.exitCode !== null) throw new Error(`the engine ended: ${this.log}`);
      return this.docker.ping().then(
        () => true,
        () => false,
      );
    });
  }

  async stop(): Promise<void> {
    const all = await this.docker.listContainers({ all: true }).catch(() => []);
    for (const { Id } of all) await this.docker.getContainer(Id).remove({ force: true, v: true });
    for (const child of this.children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    }
    execFileSync("ip", ["netns", "del", this.namespace]);
    // Podman leaves its storage mounted.
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    for (const at of mounts.map((line) => line.split(" ")[1] ?? "").reverse()) {
      if (at.startsWith(`${this.folder}/`)) execFileSync("umount", ["-l", at]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As the registry calls it: engines pack anew what they push. */
async function pushedDigest(
  repository: string,
  tag: string,
  auth?: { username: string; password: string },
): Promise<string> {
  const slash = repository.indexOf("/");
  const path = `/v2/${repository.slice(slash + 1)}/manifests/${tag}`;
  const basic = Buffer.from(`${auth?.username}:${auth?.password}`).toString("base64");
  const kinds = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
  ];
  const answer = await fetch(`http://${repository.slice(0, slash)}${path}`, {
    method: "HEAD",
    headers: { accept: kinds.join(", "), ...(auth && { authorization: `Basic ${basic}` }) },
  });
  const digest = answer.headers.get("docker-content-digest");
  if (!digest) throw new Error(`the registry has no digest of ${repository}:${tag}: ${answer.status}`);
  return digest;
}
