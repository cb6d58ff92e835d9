import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { until } from "../../test/harness/until.ts";
import type { AgentSettings } from "../agent-settings.ts";
import { freePort, quickTuning } from "../testing/greeter-agent.ts";
import type { OpampServer } from "../testing/opamp-server.ts";
import {
  offerTarget,
  PackageServer,
  proxyAnswer,
  proxyPackage,
  proxySettings,
  proxySource,
  signatureOf,
  type TestPackage,
  toldOf,
  upgradeSettings,
} from "../testing/packages.ts";
import { lastStatus, startAgent, startServer } from "../testing/start.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { PackageStore } from "./package-store.ts";

vi.setConfig({ testTimeout: 120_000 });

const tuning = { ...quickTuning, downloads: { againMs: 20, capMs: 100, stallMs: 5_000, tries: 3 } };
let server: OpampServer;
let files: PackageServer;
let settings: AgentSettings;
let stateDir: string;
let port: number;

beforeEach(async () => {
  server = await startServer();
  files = await PackageServer.start();
  stateDir = temporaryFolder();
  port = await freePort();
  settings = proxySettings(server.endpoint, temporaryFolder(), stateDir, port);
});
afterEach(() => files.stop());

const offer = (hash: string, text: string, packages: TestPackage[]) =>
  offerTarget(server, files, { hash, files: { "proxy.conf": text }, packages });
const answers = (text: string) =>
  until(`the answer "${text}"`, async () => (await proxyAnswer(port)) === text);
const installed = (allHash: string, version: string) =>
  until(`proxy ${version} is told`, () => {
    const told = toldOf(server, allHash, "proxy");
    return told?.status === "Installed" && told.has === version;
  });
const failed = (allHash: string) =>
  until("a failure is told", () => {
    const told = toldOf(server, allHash, "proxy");
    return told?.status === "InstallFailed" ? told : null;
  });
const applied = (hash: string) =>
  until(`APPLIED ${hash}`, () => lastStatus(server, "APPLIED")?.hash === hash);

/** Runs proxy 1.1.0 of the server's, with the config `one`. */
async function upgraded(): Promise<string> {
  await startAgent(settings, [], tuning);
  await until("the first message", () => server.messages[0]);
  const all = offer("a1", "one", [proxyPackage("1.1.0")]);
  await answers("1.1.0 one");
  await installed(all, "1.1.0");
  return all;
}

test("files and a program come together, run together, and last through a restart of the agent", async () => {
  const agent = await startAgent(settings, [], tuning);
  await until("the first message", () => server.messages[0]);
  expect(Number(server.messages[0]?.capabilities ?? 0) & 0x8).toBe(0x8);
  const none = offer("a0", "zero", []);
  await answers("1.0.0 zero");
  const all = offer("a1", "one", [proxyPackage("1.1.0")]);
  await answers("1.1.0 one");
  await installed(all, "1.1.0");
  await applied("a1");
  const told = server.messages.flatMap(
    ({ packageStatuses }) => packageStatuses?.packages.proxy?.status ?? [],
  );
  // Pending, installing, installed: in this order, each at least once.
  expect([...new Set(told.slice(told.indexOf(1)))]).toEqual([1, 2, 0]);
  await agent.stop();
  await startAgent(settings, [], tuning);
  await answers("1.1.0 one");
  offer("a0", "zero", []);
  await answers("1.0.0 zero");
  await until(
    "nothing is left",
    () => !existsSync(join(stateDir, "packages")) || readdirSync(join(stateDir, "packages")).length === 0,
  );
  await until("the empty set is confirmed", () => {
    const last = server.messages.findLast(({ packageStatuses }) => packageStatuses)?.packageStatuses;
    return Buffer.from(last?.serverProvidedAllPackagesHash ?? []).toString("hex") === none;
  });
});

test.each(["downloading", "handing over"])(
  "a disk on which %s cannot be noted fails the target, and says so",
  async (unnoted) => {
    let full = false;
    const atStep = (step: string) => {
      if (full && step === unnoted) throw new Error("there is no room for the note");
    };
    await startAgent(settings, [], { ...tuning, atStep });
    await until("the first message", () => server.messages[0]);
    offer("a1", "one", []);
    await answers("1.0.0 one");
    await applied("a1");
    full = true;
    const body = Buffer.from("#!/bin/sh\necho 9.2.0\n");
    offer("b2", "two", [{ name: "muster-agent", version: "9.2.0", body }]);
    const told = await until("FAILED", () => lastStatus(server, "FAILED"));
    expect(told).toMatchObject({
      hash: "b2",
      error: expect.stringContaining("there is no room for the note"),
    });
    await answers("1.0.0 one");
    full = false;
    offer("c3", "three", []);
    await answers("1.0.0 three");
  },
);

test("a program that does not run brings back the one before, with its files", async () => {
  await upgraded();
  const all = offer("b2", "two", [proxyPackage("1.2.0", "crash")]);
  const told = await failed(all);
  expect(told).toMatchObject({ offered: "1.2.0", has: "1.1.0" });
  expect(told.error).toContain("exited with code 3: 1.2.0 cannot run here");
  expect(lastStatus(server, "FAILED")).toMatchObject({ hash: "b2" });
  await answers("1.1.0 one");
  expect(readFileSync(join(settings.configDir, "proxy.conf"), "utf8")).toBe("one");
  expect(readdirSync(join(stateDir, "packages", "proxy")).sort()).toEqual([
    expect.stringMatching(/^1\.1\.0-[0-9a-f]{8}$/),
    "current",
  ]);
});

test("where the files stay as they are, they are not what failed", async () => {
  await upgraded();
  const all = offer("a1", "one", [proxyPackage("1.2.0", "crash")]);
  await failed(all);
  expect(lastStatus(server, "APPLIED")).toMatchObject({ hash: "a1" });
  await answers("1.1.0 one");
  // The fleet returns it: what runs is confirmed, and nothing starts anew.
  const back = offer("a1", "one", [proxyPackage("1.1.0")]);
  await installed(back, "1.1.0");
});

test("files that the new program refuses keep the old one running", async () => {
  await upgraded();
  const all = offer("b2", "refuse", [proxyPackage("1.2.0")]);
  expect((await failed(all)).error).toContain("1.2.0 refuses it");
  await answers("1.1.0 one");
});

const signature = new Uint8Array(64).fill(1);
test.each<[string, TestPackage, RegExp]>([
  [
    "another sha256",
    { ...proxyPackage("2.0.0"), changes: { sha256: "ab".repeat(32) } },
    /its sha256 is .* not abab/,
  ],
  ["a wrong signature", { ...proxyPackage("2.0.0"), changes: { signature } }, /by none of the keys/],
  [
    "no signature",
    { ...proxyPackage("2.0.0"), changes: { signature: null } },
    /not signed.*upgrade\.allowUnsigned/,
  ],
  [
    "another version inside",
    proxyPackage("2.0.0", "misnamed"),
    /says that it is version 0\.0\.1, not 2\.0\.0/,
  ],
  [
    "a program for no host of this kind",
    { ...proxyPackage("2.0.0"), body: Buffer.from("\x7fELFnonsense") },
    /does not run here/,
  ],
  [
    "a missing file",
    { ...proxyPackage("2.0.0"), changes: { url: "http://127.0.0.1:1/x" } },
    /could not be downloaded/,
  ],
  [
    "plain http",
    { ...proxyPackage("2.0.0"), changes: { url: "http://packages.example/x" } },
    /comes over https/,
  ],
  ["a name that leads elsewhere", { ...proxyPackage("2.0.0"), name: "../proxy" }, /its name is not made of/],
  ["a program that is not here", { ...proxyPackage("2.0.0"), name: "otelcol" }, /supervises "proxy"/],
])("with %s it is refused before anything is touched", async (_, one, reason) => {
  const lines: string[] = [];
  await startAgent(settings, lines, tuning);
  await until("the first message", () => server.messages[0]);
  offer("a0", "zero", []);
  await answers("1.0.0 zero");
  const pid = readFileSync(join(stateDir, "child.json"), "utf8");
  const all = offer("b2", "two", [one]);
  const told = await until("a failure is told", () => {
    const found = toldOf(server, all, one.name);
    return found?.status === "InstallFailed" ? found : null;
  });
  expect(told.error).toMatch(reason);
  await until("FAILED b2", () => lastStatus(server, "FAILED")?.hash === "b2");
  expect(readFileSync(join(stateDir, "child.json"), "utf8")).toBe(pid);
  expect(await proxyAnswer(port)).toBe("1.0.0 zero");
  expect(existsSync(join(stateDir, "packages", ".downloads"))).toBe(false);
  expect(existsSync(join(stateDir, "packages", "proxy", "current"))).toBe(false);
});

test("what the host's operator did not allow is refused in words", async () => {
  settings.upgrade = { ...upgradeSettings, program: false };
  await startAgent(settings, [], tuning);
  await until("the first message", () => server.messages[0]);
  const all = offer("a1", "one", [proxyPackage("1.1.0")]);
  expect((await failed(all)).error).toContain("set upgrade.program: true in the agent's settings there");
});

test.each<[string, AgentSettings["upgrade"], string]>([
  ["upgrades", upgradeSettings, "FAILED"],
  // What it brings is passed over where nothing of the kind is let in.
  ["no upgrades", undefined, "APPLIED"],
])("with %s, a set that changes under one hash is checked as any other", async (_, upgrade, status) => {
  settings = { ...settings, ...(upgrade ? { upgrade } : {}) };
  if (!upgrade) delete settings.upgrade;
  const victim = join(stateDir, "victim.txt");
  writeFileSync(victim, "mine");
  const lines: string[] = [];
  await startAgent(settings, lines, tuning);
  await until("the first message", () => server.messages[0]);
  const allHash = "aa".repeat(32);
  offerTarget(server, files, { hash: "a1", files: { "proxy.conf": "one" }, packages: [], allHash });
  await applied("a1");
  await answers("1.0.0 one");
  const addon = { ...proxyPackage("1.1.0"), name: "../victim.txt", type: "addon" as const };
  offerTarget(server, files, { hash: "b2", files: { "proxy.conf": "two" }, packages: [addon], allHash });
  await until(`${status} b2`, () => lastStatus(server, status)?.hash === "b2");
  expect(readFileSync(victim, "utf8")).toBe("mine");
  expect(readFileSync(join(stateDir, "state.json"), "utf8").includes("victim")).toBe(upgrade !== undefined);
  expect(JSON.parse(readFileSync(join(stateDir, "state.json"), "utf8")).packages?.packages ?? []).toEqual([]);
  if (!upgrade) expect(lines.join("\n")).toContain("packages were ignored");
});

test("a package's folder is never outside of those of packages", () => {
  const store = new PackageStore(stateDir);
  const one = { name: "../victim.txt", type: "addon", version: "1", url: "", headers: {}, hash: "" } as const;
  const bad = { ...one, sha256: "ab".repeat(32), signature: null };
  expect(() => store.pointAddons([bad])).toThrow("has no folder");
  expect(() => store.remove(bad)).toThrow("has no folder");
  expect(store.has(bad)).toBe(false);
});

test("a broken download goes on where it stopped when the agent is started again", async () => {
  const big = Buffer.concat([Buffer.from(proxySource("1.1.0")), Buffer.from(`// ${"x".repeat(300_000)}\n`)]);
  // Only what arrives in full is taken: the first connection ends early, and nobody answers the next ones.
  files.cutAfter = 200_000;
  const slow = { ...tuning, downloads: { againMs: 60_000, capMs: 60_000, stallMs: 5_000, tries: 9 } };
  const agent = await startAgent(settings, [], slow);
  await until("the first message", () => server.messages[0]);
  const all = offer("a1", "one", [{ name: "proxy", version: "1.1.0", body: big }]);
  const folder = join(stateDir, "packages", ".downloads");
  const part = () =>
    existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith(".part")) : undefined;
  await until("a part", () => {
    const name = part();
    return name !== undefined && readFileSync(join(folder, name)).length >= 200_000;
  });
  await agent.stop();
  const asked = files.asked.length;
  await startAgent(settings, [], tuning);
  await answers("1.1.0 one");
  await installed(all, "1.1.0");
  expect(files.asked.slice(asked).map(({ range }) => range)).toEqual([
    expect.stringMatching(/^bytes=2\d{5}-$/),
  ]);
});

test("a newer target ends a download that nobody waits for any more", async () => {
  await startAgent(settings, [], {
    ...tuning,
    downloads: { againMs: 60_000, capMs: 60_000, stallMs: 60_000, tries: 9 },
  });
  await until("the first message", () => server.messages[0]);
  files.cutAfter = 10;
  offer("b2", "two", [proxyPackage("1.1.0")]);
  await until("the download", () => files.asked.length === 1);
  offer("a0", "zero", []);
  await answers("1.0.0 zero");
  await applied("a0");
  expect(server.statuses.some(({ status }) => status === "FAILED")).toBe(false);
});

const archive = async (entries: [name: string, content: string, mode: number, link?: string][]) => {
  const tar = pack();
  for (const [name, content, mode, linkname] of entries) {
    if (linkname) tar.entry({ name, type: "symlink", linkname });
    else tar.entry({ name, mode }, content);
  }
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(piece as Buffer);
  return gzipSync(Buffer.concat(pieces));
};

test("takes an archive with the program in it, and none that leads out of its folder", async () => {
  await startAgent(settings, [], tuning);
  await until("the first message", () => server.messages[0]);
  const good = await archive([
    ["proxy-1.1.0/README", "read me", 0o644],
    ["proxy-1.1.0/proxy", proxySource("1.1.0"), 0o755],
    ["proxy-1.1.0/proxyctl", "#!/bin/sh\n", 0o755],
  ]);
  const all = offer("a1", "one", [{ name: "proxy", version: "1.1.0", body: good }]);
  await answers("1.1.0 one");
  await installed(all, "1.1.0");
  expect(basename(readlinkSync(join(stateDir, "packages/proxy/current")))).toMatch(/^1\.1\.0-/);
  mkdirSync(join(stateDir, "target"));
  for (const [body, reason] of [
    [await archive([["../../evil", "x", 0o755]]), /leads out of the package's folder/],
    [
      await archive([
        ["link", "", 0, join(stateDir, "target")],
        ["link/evil", "x", 0o755],
      ]),
      /only files and folders/,
    ],
    [await archive([["README", "x", 0o644]]), /no program called proxy/],
  ] as const) {
    const bad = offer("a1", "one", [{ name: "proxy", version: "3.0.0", body: Buffer.from(body) }]);
    expect((await failed(bad)).error).toMatch(reason);
  }
  expect(readdirSync(join(stateDir, "target"))).toEqual([]);
  expect(existsSync(join(stateDir, "packages", "evil"))).toBe(false);
  expect(await proxyAnswer(port)).toBe("1.1.0 one");
});

test("an index leads to the file for this host, which is checked as any other", async () => {
  await startAgent(settings, [], tuning);
  await until("the first message", () => server.messages[0]);
  const { body } = proxyPackage("1.1.0");
  const here = `${process.platform}-${process.arch}`;
  const indexed = (platform: string, signature: Uint8Array): TestPackage => {
    const url = new URL(files.add(body)).pathname.slice(1);
    const sha256 = createHash("sha256").update(body).digest("hex");
    const file = { url, sha256, signature: Buffer.from(signature).toString("base64"), bytes: body.length };
    const index = { musterPackage: 1, name: "proxy", version: "1.1.0", platforms: { [platform]: file } };
    const text = Buffer.from(JSON.stringify(index));
    return {
      name: "proxy",
      version: "1.1.0",
      body: text,
      changes: { signature: null, url: files.add(text, ".json") },
    };
  };
  const elsewhere = offer("a1", "one", [indexed("plan9-vax", signatureOf(body))]);
  expect((await failed(elsewhere)).error).toBe(`it has no program for ${here}, only for plan9-vax`);
  const forged = offer("a1", "one", [indexed(here, signature)]);
  expect((await failed(forged)).error).toContain("by none of the keys");
  const all = offer("a1", "one", [indexed(here, signatureOf(body))]);
  await answers("1.1.0 one");
  await installed(all, "1.1.0");
});
