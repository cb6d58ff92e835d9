/** The release as a host gets it: made twice alike, checked, and its packages installed, run, upgraded and purged. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { LocalStatus } from "../../agent/local-status.ts";
import { processIdentity } from "../../agent/process-identity.ts";
import { verifyDetached } from "../../agent/signature.ts";
import { OpampServer } from "../../agent/testing/opamp-server.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { attributesFrom } from "../../protocol/opamp/attributes.ts";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import { type ReleaseManifest, releaseManifest } from "../../protocol/release.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { openTerminal } from "../e2e/terminal.ts";
import { startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { listeningAt } from "./listening.ts";
import { makeOwnRoot, type OwnRoot } from "./own-root.ts";

const clone = fileURLToPath(new URL("../..", import.meta.url));
const out = temporaryFolder();
const key = join(temporaryFolder(), "key.pem");

/** What is made of it: for this machine, with its packages. */
const forHere = ["--targets", "linux-x64", "--compression", "1"];

/** `at`: another place at which the release's process alone sees the clone. */
function release(
  version: string,
  into = out,
  at: string | null = null,
  of: readonly string[] = forHere,
): ReleaseManifest {
  const args = ["--version", version, ...of, "--out", into];
  const run = [process.execPath, join(at ?? clone, "scripts/release.ts"), ...args];
  const [program = "", ...rest] =
    at === null
      ? run
      : ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$1" && shift && exec "$@"', clone, at, ...run];
  execFileSync(program, rest, {
    cwd: into,
    env: { ...process.env, MUSTER_RELEASE_KEY: key, SOURCE_DATE_EPOCH: "1790000000" },
  });
  return releaseManifest.parse(JSON.parse(readFileSync(join(into, version, "release.json"), "utf8")));
}

let first: ReleaseManifest;
let server: OpampServer;

/** Gone when the test ends: what is installed there is kept in memory. */
function ownRoot(): OwnRoot {
  const root = makeOwnRoot();
  onTestFinished(() => root.remove());
  return root;
}

beforeAll(async () => {
  execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", key]);
  first = release("9.0.0");
  release("9.0.1");
  server = await OpampServer.start();
});

afterAll(async () => {
  await server?.stop();
});

test("the same source and key give the same bytes, wherever the clone lies, and tell nothing of the place", () => {
  const again = temporaryFolder();
  expect(release("9.0.0", again, temporaryFolder())).toEqual(first);
  expect(readdirSync(join(again, "9.0.0"))).toEqual(readdirSync(join(out, "9.0.0")));
  expect(readFileSync(join(again, "9.0.0/muster-agent-linux-x64")).includes(clone)).toBe(false);
});

test("checksums, signatures and the bill of materials are those of the files", async () => {
  const folder = join(out, "9.0.0");
  execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: folder });
  expect(first.artifacts.map(({ kind }) => kind).sort()).toEqual(["binary", "deb", "other", "other", "rpm"]);
  for (const { name, signature } of first.artifacts) {
    expect(readFileSync(join(folder, `${name}.sig`), "utf8").trim()).toBe(signature);
    expect(await verifyDetached(readFileSync(join(folder, name)), signature, [first.publicKey])).toBe(
      first.publicKey,
    );
  }
  const sums = readFileSync(join(folder, "SHA256SUMS"));
  const sumsSignature = readFileSync(join(folder, "SHA256SUMS.sig"), "utf8");
  expect(await verifyDetached(sums, sumsSignature, [first.publicKey])).toBe(first.publicKey);
  const bill = JSON.parse(readFileSync(join(folder, "muster-agent.cdx.json"), "utf8"));
  const names = bill.components.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["bun", "ws", "zod", "@bufbuild/protobuf"]));
  expect(names).not.toContain("vitest");
});

/** What a file of programs says of itself: its kind and its processor. */
function machineOf(path: string): string {
  const head = Buffer.alloc(20);
  const file = openSync(path, "r");
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  const kind = head.readUInt32LE(0);
  if (kind === 0x464c457f) return `ELF ${head.readUInt16LE(18).toString(16)}`;
  return kind === 0xfeedfacf ? `Mach-O ${head.readUInt32LE(4).toString(16)}` : kind.toString(16);
}

test("there is a binary for every platform", () => {
  const into = temporaryFolder();
  const { artifacts } = release("9.0.2", into, null, ["--no-packages"]);
  const binaries = artifacts.filter(({ kind }) => kind === "binary").map(({ name }) => name);
  const machines = binaries.map((name) => [name, machineOf(join(into, "9.0.2", name))]);
  expect(Object.fromEntries(machines)).toEqual({
    "muster-agent-linux-x64": "ELF 3e",
    "muster-agent-linux-arm64": "ELF b7",
    "muster-agent-darwin-x64": "Mach-O 1000007",
    "muster-agent-darwin-arm64": "Mach-O 100000c",
  });
  expect(binaries).toHaveLength(4);
});

test("the unit takes away what the agent never needs", () => {
  const folder = temporaryFolder();
  execFileSync("dpkg-deb", ["-x", debOf("9.0.0"), folder]);
  const unit = join(folder, "usr/lib/systemd/system/muster-agent.service");
  // Fails when the exposure is over the threshold, in tenths.
  const told = execFileSync(
    "systemd-analyze",
    ["security", "--offline=true", "--no-pager", "--threshold=25", unit],
    {
      encoding: "utf8",
    },
  );
  expect(told).toContain("Overall exposure level for muster-agent.service: 1.");
});

const debOf = (version: string) => join(out, version, `muster-agent_${version}_amd64.deb`);
const rpmOf = (version: string) => join(out, version, `muster-agent-${version}.x86_64.rpm`);

/** What the newest connection said first: the version that runs, and as whom. `since`: messages that came before. */
const connectedAs = (version: string, since = 0) =>
  until(`the agent of ${version}`, () => {
    const last = server.messages.slice(since).findLast(({ agentDescription }) => agentDescription);
    const said = attributesFrom(last?.agentDescription?.nonIdentifyingAttributes ?? []);
    return last && server.connected && said["muster.agent.version"] === version
      ? uidToHex(last.instanceUid)
      : null;
  });

const kept = ["etc/muster-agent", "var/lib/muster-agent", "var/log/muster-agent"];
const nobody = 65_534;

/** Owners of the processes that run the installed binary, in whatever root. */
function owners(binary = "/usr/bin/muster-agent"): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (!command.startsWith(`${binary}\0run\0`)) return [];
        return [Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])];
      } catch {
        return [];
      }
    });
}

test("the binary installs itself as root, with a user of its own, and leaves nothing when it is purged", async () => {
  const root = ownRoot();
  copyFileSync(join(out, "9.0.0/muster-agent-linux-x64"), join(root.path, "opt/agent"));
  const args = ["--endpoint", server.endpoint, "--token", "enrol-me", "--name", "bare-1"];
  const told = await root.must("/opt/agent", "install", ...args);
  expect(told).toContain("make the system user muster-agent");
  expect(told).toContain('runs as "bare-1" and is connected to');
  const uid = Number(await root.must("id", "-u", "muster-agent"));
  expect(owners("/usr/local/bin/muster-agent")).toEqual([uid]);
  const mode = (path: string) => (statSync(join(root.path, path)).mode & 0o777).toString(8);
  expect(
    ["var/lib/muster-agent", "etc/muster-agent/agent.yaml", "etc/muster-agent/agent.env"].map(mode),
  ).toEqual(["700", "640", "600"]);
  expect((await root.run("setpriv", `--reuid=${nobody}`, "muster-agent", "status")).output).toContain(
    "run this with sudo",
  );
  const refused = await root.run("muster-agent", "install", "--capability", "all");
  expect(refused).toMatchObject({
    status: 1,
    output: expect.stringContaining("--capability all is no name"),
  });

  // Named rights, and no other, are the program's too.
  await root.must("muster-agent", "install", "--capability", "CAP_NET_BIND_SERVICE", "--group", "adm");
  const { pid } = JSON.parse(await root.must("muster-agent", "status", "--json")).agent;
  const granted = readFileSync(`/proc/${pid}/status`, "utf8");
  const netBindService = "0000000000000400";
  for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"])
    expect(granted).toMatch(new RegExp(`^Cap${set}:\\s+${netBindService}$`, "m"));
  const [, , adm] = (await root.must("getent", "group", "adm")).split(":");
  expect(/^Groups:\s+(.*)$/m.exec(granted)?.[1]?.split(" ")).toContain(adm);
  expect(granted).toMatch(/^NoNewPrivs:\s+1$/m);
  expect(owners("/usr/local/bin/muster-agent")).toEqual([uid]);

  await root.must("muster-agent", "uninstall", "--purge");
  expect(owners("/usr/local/bin/muster-agent")).toEqual([]);
  for (const path of ["usr/local/bin/muster-agent", "etc/init.d/muster-agent", ...kept])
    expect(existsSync(join(root.path, path)), path).toBe(false);
  expect((await root.run("id", "muster-agent")).status).not.toBe(0);
});

test("one compiled agent is upgraded to another by the control plane, opens no port, and enrols anew", async () => {
  const terminal = await openTerminal();
  const runtime = await startRuntime({ releases: out });
  onTestFinished(async () => {
    await terminal.close();
    await runtime.stop();
  });
  const [email, password] = ["ada@example.com", "correct horse battery"];
  await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const login = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
  expect(await terminal.muster(login, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
  const newToken = async () => (await terminal.json(["tokens", "create", "--uses", "1"])).secret;

  const root = ownRoot();
  copyFileSync(join(out, "9.0.0/muster-agent-linux-x64"), join(root.path, "opt/agent"));
  mkdirSync(join(root.path, "etc/muster-agent"));
  writeFileSync(join(root.path, "etc/muster-agent/agent.yaml"), "upgrade: {agent: true}\n");
  const tokenFile = join(root.path, "etc/muster-agent/agent.env");
  const endpoint = `${runtime.url.replace("http", "ws")}/v1/opamp`;
  const enrol = async (program: string) =>
    root.must(program, "install", "--endpoint", endpoint, "--token", await newToken(), "--name", "bare-2");
  const status = async (): Promise<LocalStatus | null> =>
    JSON.parse((await root.run("muster-agent", "status", "--json")).output).agent;
  const runs = (version: string, unlike: number) =>
    until(`agent ${version}`, async () => {
      const now = await status();
      return now?.version === version && now.pid !== unlike && now.connection.open ? now : null;
    });

  await enrol("/opt/agent");
  expect(existsSync(tokenFile)).toBe(false);
  const before = await runs("9.0.0", 0);
  const order = ["agents", "upgrade", "--to", "9.0.1", "--all", "--soak", "1s", "--wait"];
  expect((await terminal.json(order)).rollout.state).toBe("succeeded");
  const upgraded = await runs("9.0.1", before.pid);
  expect(upgraded.instanceUid).toBe(before.instanceUid);
  expect((await terminal.json(["agents", "get", "bare-2"])).version).toBe("9.0.1");

  // What the service starts is the installed one, whose process the proven one takes over.
  await root.must("/etc/init.d/muster-agent", "restart");
  const taken = await runs("9.0.1", upgraded.pid);
  const [program] = readFileSync(`/proc/${taken.pid}/cmdline`, "utf8").split("\0");
  expect(program).toMatch(/^\/var\/lib\/muster-agent\/packages\/muster-agent\//);
  const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${taken.pid}/status`, "utf8"))?.[1];
  expect(parent).toBe(readFileSync(join(root.path, "run/muster-agent.pid"), "utf8").trim());
  expect(owners("/usr/local/bin/muster-agent")).toEqual([]);
  expect(listeningAt(taken.pid)).toEqual([]);

  await root.must("/etc/init.d/muster-agent", "stop");
  await root.must("muster-agent", "reenrol");
  await enrol("muster-agent");
  expect(existsSync(tokenFile)).toBe(false);
  expect((await status())?.instanceUid).not.toBe(before.instanceUid);
});

/** The program starts with the agent's first config. Answers its pid. */
async function startProgram(root: OwnRoot): Promise<number> {
  const before = server.statuses.length;
  server.offer("5eed", { "app.conf": "one" });
  const told = () => server.statuses.slice(before).map(({ status }) => status);
  await until("the config is applied", () => told().includes("APPLIED"));
  return programOf(root);
}

/** The pid of the program that the agent keeps, or left running. */
const programOf = (root: OwnRoot): number =>
  JSON.parse(readFileSync(join(root.path, "var/lib/muster-agent/child.json"), "utf8")).pid;

interface Packaging {
  install(root: OwnRoot, file: string): Promise<string>;
  upgrade(root: OwnRoot, file: string): Promise<string>;
  purge(root: OwnRoot): Promise<string>;
  file(version: string): string;
}

/** Nothing of it has to outlive the machine, and other packages' triggers take longer than the rest. */
const quick = ["--force-unsafe-io", "--no-triggers"];

const packagings: [string, Packaging][] = [
  [
    "deb",
    {
      file: debOf,
      install: (root, file) => root.must("dpkg", ...quick, "--install", file),
      upgrade: (root, file) => root.must("dpkg", ...quick, "--install", file),
      purge: (root) => root.must("dpkg", ...quick, "--purge", "muster-agent"),
    },
  ],
  [
    "rpm",
    {
      file: rpmOf,
      // What it requires is there, but no database of RPM knows it.
      install: (root, file) => root.must("rpm", "--install", "--nodeps", file),
      upgrade: (root, file) => root.must("rpm", "--upgrade", "--nodeps", file),
      // RPM knows no purge.
      purge: async (root) => {
        expect(await root.must("muster-agent", "uninstall", "--purge")).toContain("Now remove the package");
        return root.must("rpm", "--erase", "--nodeps", "muster-agent");
      },
    },
  ],
];

describe.each(packagings)("the %s", (kind, packaging) => {
  test("is installed, enrolled, upgraded while it runs, and purged", async () => {
    const root = ownRoot();
    mkdirSync(join(root.path, "packages"));
    const place = (version: string) => {
      copyFileSync(packaging.file(version), join(root.path, `packages/${version}.${kind}`));
      return `/packages/${version}.${kind}`;
    };
    const inRoot = (path: string) => existsSync(join(root.path, path));
    await packaging.install(root, place("9.0.0"));
    expect((await root.must("muster-agent", "--version")).trim()).toBe("9.0.0");
    expect(owners()).toEqual([]);
    mkdirSync(join(root.path, "etc/muster-agent"), { recursive: true });
    const settings = "supervise: {command: /bin/sleep, args: [infinity]}\n";
    writeFileSync(join(root.path, "etc/muster-agent/agent.yaml"), settings);

    const args = [
      "--endpoint",
      server.endpoint,
      "--token",
      "enrol-me",
      "--name",
      `${kind}-1`,
      "--label",
      "role=web",
    ];
    expect(await root.must("muster-agent", "install", ...args)).toContain(
      `runs as "${kind}-1" and is connected to`,
    );
    const uid = await connectedAs("9.0.0");
    const agentUser = Number(await root.must("id", "-u", "muster-agent"));
    expect(agentUser).toBeGreaterThan(0);
    expect(owners()).toEqual([agentUser]);
    expect(JSON.parse(await root.must("muster-agent", "status", "--json"))).toMatchObject({
      running: true,
      agent: { name: `${kind}-1`, version: "9.0.0", labels: { role: "web" }, connection: { open: true } },
    });
    expect((await root.run("muster-agent", "uninstall")).output).toContain("came as a package");
    const program = await startProgram(root);

    await packaging.upgrade(root, place("9.0.1"));
    expect(await connectedAs("9.0.1")).toBe(uid);
    expect(owners()).toEqual([agentUser]);
    expect(programOf(root)).toBe(program);
    // From a person's shell, which exports more than a package manager.
    const since = server.messages.length;
    await root.must("env", "EDITOR=vi", "/etc/init.d/muster-agent", "restart");
    expect(await connectedAs("9.0.1", since)).toBe(uid);
    expect(programOf(root)).toBe(program);
    expect(processIdentity(program)).not.toBeNull();

    await packaging.purge(root);
    expect(owners()).toEqual([]);
    expect(processIdentity(program)).toBeNull();
    for (const path of [
      "usr/bin/muster-agent",
      "etc/init.d/muster-agent",
      "usr/lib/systemd/system/muster-agent.service",
    ])
      expect(inRoot(path), path).toBe(false);
    for (const path of kept) expect(inRoot(path), path).toBe(false);
    expect((await root.run("id", "muster-agent")).status).not.toBe(0);
  });
});
