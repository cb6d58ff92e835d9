import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { hostFacts, readOsRelease, steadySizes } from "./host-facts.ts";
import { HostSampler } from "./host-sampler.ts";
import { ProcessSampler } from "./process-sampler.ts";

function proc() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "net"));
  mkdirSync(join(folder, "self"));
  const write = (busy: number, idle: number, read: number, received: number) => {
    writeFileSync(join(folder, "stat"), `cpu ${busy} 0 0 ${idle} 0 0 0 0\nbtime 1764000000\n`);
    writeFileSync(join(folder, "diskstats"), `8 0 sda 1 0 ${read} 0 1 0 0 0\n`);
    const line = `${received} 1 0 0 0 0 0 0 0 1\n`;
    writeFileSync(join(folder, "net/dev"), `eth0: ${line}eth0.100: ${line}`);
    writeFileSync(join(folder, "meminfo"), "MemTotal: 100 kB\nMemAvailable: 25 kB\n");
    writeFileSync(join(folder, "self/mounts"), "/dev/root / ext4 rw 0 0\n");
  };
  mkdirSync(join(folder, "class/net/eth0/device"), { recursive: true });
  return { folder, write };
}

test("tells shares and rates since the time before, and nothing of them the first time", async () => {
  const { folder, write } = proc();
  const sampler = new HostSampler(folder, folder);
  write(100, 100, 10, 1_000);
  const first = await sampler.sample(1_000);
  expect(first.has("host.cpu.utilization")).toBe(false);
  expect(first.get("host.memory.utilization")).toBe(0.75);
  expect(first.get("host.filesystem.utilization")).toBeGreaterThan(0);
  write(130, 170, 30, 6_000);
  const second = await sampler.sample(11_000);
  expect(second.get("host.cpu.utilization")).toBeCloseTo(0.3);
  expect(second.get("host.disk.read")).toBe((20 * 512) / 10);
  expect(second.get("host.network.receive")).toBe(500);
  write(140, 180, 20, 5);
  const third = await sampler.sample(21_000);
  expect(third.get("host.cpu.utilization")).toBeCloseTo(0.5);
  // A device that was taken away takes its count along.
  expect([third.has("host.disk.read"), third.has("host.network.receive")]).toEqual([false, false]);
});

test("a host that tells nothing has no values, and breaks nothing", async () => {
  const measured = await new HostSampler(join(temporaryFolder(), "none")).sample(0);
  expect([...measured.keys()].filter((name) => !name.startsWith("host.filesystem"))).toEqual([
    "host.cpu.load_1m",
  ]);
});

test.runIf(process.platform === "linux")("measures a real process with its children", async () => {
  const sampler = new ProcessSampler(() => process.pid);
  sampler.sample(0);
  const until = performance.now() + 60;
  while (performance.now() < until);
  const measured = sampler.sample(1_000);
  expect(measured.get("process.memory.rss")).toBeGreaterThan(10_000_000);
  expect(measured.get("process.thread.count")).toBeGreaterThan(1);
  expect(measured.get("process.file_descriptor.count")).toBeGreaterThan(2);
  expect(measured.get("process.cpu.utilization")).toBeGreaterThan(0);
  expect(new ProcessSampler(() => null).sample(0).size).toBe(0);
  expect(new ProcessSampler(() => 999_999_999).sample(0).size).toBe(0);
});

test("knows the facts of a host", async () => {
  const { folder, write } = proc();
  write(1, 1, 1, 1);
  const release = join(folder, "os-release");
  writeFileSync(release, 'NAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n');
  const facts = await hostFacts(folder, release)();
  expect(facts).toMatchObject({
    "os.name": "Debian GNU/Linux",
    "os.version": "13",
    "os.kernel.release": expect.any(String),
    "host.cpu.count": expect.any(Number),
    "host.memory.total": expect.any(Number),
    "host.boot_time": "2025-11-24T16:00:00.000Z",
    "host.filesystems": [{ path: "/", type: "ext4", bytes: expect.any(Number) }],
  });
  expect(readOsRelease("A='b c'\nD=e\n#F=g\n")).toEqual({ A: "b c", D: "e" });
});

test("tells another size of a filesystem only when it is clearly another", () => {
  const known = [
    { path: "/", type: "zfs", bytes: 1_000 },
    { path: "/srv", type: "ext4", bytes: 500 },
  ];
  const now = [
    { path: "/", type: "zfs", bytes: 1_049 },
    { path: "/srv", type: "ext4", bytes: 600 },
    { path: "/new", type: "zfs", bytes: 7 },
  ];
  expect(steadySizes(now, known)).toEqual([known[0], now[1], now[2]]);
  expect(steadySizes(now, [])).toEqual(now);
  expect(steadySizes([{ path: "/", type: "zfs", bytes: 949 }], known)).toEqual([
    { path: "/", type: "zfs", bytes: 949 },
  ]);
});
