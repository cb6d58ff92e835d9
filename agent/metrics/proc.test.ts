import { expect, test } from "vitest";
import {
  bootTime,
  cpuTimes,
  diskTraffic,
  localMounts,
  memory,
  networkTraffic,
  processTimes,
  residentBytes,
  threadCount,
} from "./proc.ts";

test("reads processor times: waiting for a disk is idle, and guests are counted once", () => {
  const stat = "cpu  100 10 50 800 40 0 5 5 90 9\ncpu0 1 1 1 1 1 1 1 1 1 1\nbtime 1764000000\n";
  expect(cpuTimes(stat)).toEqual({ total: 1010, idle: 840 });
  expect(bootTime(stat)).toBe(1764000000);
  expect(cpuTimes("")).toBeNull();
});

test("reads memory by what programs may still have", () => {
  const text = "MemTotal:       1000 kB\nMemFree:  100 kB\nMemAvailable:    400 kB\n";
  expect(memory(text)).toEqual({ totalBytes: 1_024_000, availableBytes: 409_600 });
  expect(memory("MemTotal: 1 kB")).toBeNull();
});

test("adds whole disks up, and nothing twice", () => {
  const line = (name: string, read: number, written: number) =>
    `   8       0 ${name} 10 0 ${read} 0 20 0 ${written} 0 0 0 0`;
  const text = [
    line("sda", 100, 200),
    line("sda1", 90, 190),
    line("nvme0n1", 1, 2),
    line("nvme0n1p1", 1, 2),
    line("dm-0", 100, 200),
    line("loop0", 5, 0),
  ].join("\n");
  expect(diskTraffic(text)).toEqual({ inBytes: 101 * 512, outBytes: 202 * 512 });
  expect(diskTraffic(line("loop0", 5, 0))).toBeNull();
});

test("adds up what leads out of the host", () => {
  const head =
    "Inter-|   Receive  |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes\n";
  const line = (name: string, received: number, sent: number) =>
    `${name}: ${received} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0\n`;
  const text =
    head + line("    lo", 999, 999) + line("  eth0", 100, 50) + line("eth1", 1, 2) + line("veth12", 7, 7);
  const none = () => false;
  expect(networkTraffic(text, none)).toEqual({ inBytes: 101, outBytes: 52 });
  expect(networkTraffic(head + line("lo", 1, 1), none)).toBeNull();
  const twice = ["bond0", "bond0.100", "br0", "wg0"].map((name) => line(name, 101, 52)).join("");
  const isEthernet = (name: string) => name.startsWith("eth") || name === "veth12";
  expect(networkTraffic(text + twice, isEthernet)).toEqual({ inBytes: 101, outBytes: 52 });
});

test("takes each filesystem on the host's own disks once, by its shortest path", () => {
  const text = [
    "/dev/sda1 /var/lib/x ext4 rw 0 0",
    "/dev/sda1 / ext4 rw 0 0",
    "server:/share /mnt nfs rw 0 0",
    "tmpfs /run tmpfs rw 0 0",
    "overlay /var/lib/docker/overlay2/a/merged overlay rw 0 0",
    "/dev/sdb1 /data\\040disk xfs rw 0 0",
  ].join("\n");
  expect(localMounts(text)).toEqual([
    { device: "/dev/sda1", path: "/", type: "ext4" },
    { device: "/dev/sdb1", path: "/data disk", type: "xfs" },
  ]);
});

test("reads a process whose name is meant to confuse", () => {
  const fields = ["S", ...Array.from({ length: 10 }, () => 0), 30, 12, 0, 0, 0, 0, 0, 0, 4242];
  expect(processTimes(`77 (a) (b c) ${fields.join(" ")}`)).toEqual({ started: 4242, ticks: 42 });
  expect(processTimes("")).toBeNull();
  expect(residentBytes("VmRSS:\t  12 kB\nThreads:\t7\n")).toBe(12_288);
  expect(threadCount("VmRSS:\t  12 kB\nThreads:\t7\n")).toBe(7);
});
