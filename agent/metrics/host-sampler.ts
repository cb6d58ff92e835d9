import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { cpus, freemem, loadavg, totalmem } from "node:os";
import type { BuiltinSeries } from "../../domain/metrics/series.ts";
import {
  type CpuTimes,
  cpuTimes,
  diskTraffic,
  localMounts,
  type Memory,
  memory,
  networkTraffic,
  type Traffic,
} from "./proc.ts";

/** Values of one moment; what a platform does not tell is left out. */
export type Measured = Map<string, number>;

/** More filesystems than this are not looked at. */
const maxMounts = 16;
/** Filesystems fill slowly. */
const lookAtFilesystemsMs = 60_000;

interface Counters {
  atMs: number;
  cpu: CpuTimes | null;
  disk: Traffic | null;
  network: Traffic | null;
}

/** What the host does: shares and rates since the time before. */
export class HostSampler {
  private readonly proc: string;
  private readonly sys: string;
  private before: Counters | null = null;
  private fullest: { atMs: number; share: number | null } | null = null;

  /** `proc`, `sys`: where Linux's /proc and /sys are; tests have their own. */
  constructor(proc = "/proc", sys = "/sys") {
    this.proc = proc;
    this.sys = sys;
  }

  /** `nowMs` by a clock that only goes forward. */
  async sample(nowMs: number): Promise<Measured> {
    const measured: Measured = new Map();
    const put = (name: BuiltinSeries, value: number | null) => {
      if (value !== null && Number.isFinite(value)) measured.set(name, value);
    };
    const now: Counters = {
      atMs: nowMs,
      cpu: this.cpu(),
      disk: this.read("diskstats", diskTraffic),
      network: this.read("net/dev", (text) =>
        networkTraffic(text, (name) => existsSync(`${this.sys}/class/net/${name}/device`)),
      ),
    };
    const { before } = this;
    this.before = now;
    const held = this.memory();
    put("host.cpu.load_1m", loadavg()[0] ?? null);
    if (held) {
      const used = held.totalBytes - held.availableBytes;
      put("host.memory.used", used);
      put("host.memory.utilization", used / held.totalBytes);
    }
    put("host.filesystem.utilization", await this.fullestFilesystem(nowMs));
    if (!before || nowMs <= before.atMs) return measured;
    const seconds = (nowMs - before.atMs) / 1000;
    put("host.cpu.utilization", busyShare(before.cpu, now.cpu));
    put("host.disk.read", rate(before.disk, now.disk, "inBytes", seconds));
    put("host.disk.write", rate(before.disk, now.disk, "outBytes", seconds));
    put("host.network.receive", rate(before.network, now.network, "inBytes", seconds));
    put("host.network.transmit", rate(before.network, now.network, "outBytes", seconds));
    return measured;
  }

  private cpu(): CpuTimes | null {
    const told = this.read("stat", cpuTimes);
    if (told || process.platform === "linux") return told;
    let total = 0;
    let idle = 0;
    for (const { times } of cpus()) {
      total += times.user + times.nice + times.sys + times.idle + times.irq;
      idle += times.idle;
    }
    return total > 0 ? { total, idle } : null;
  }

  private memory(): Memory | null {
    const told = this.read("meminfo", memory);
    return (
      told ?? (process.platform === "linux" ? null : { totalBytes: totalmem(), availableBytes: freemem() })
    );
  }

  private async fullestFilesystem(nowMs: number): Promise<number | null> {
    if (this.fullest && nowMs - this.fullest.atMs < lookAtFilesystemsMs) return this.fullest.share;
    const paths = this.read("self/mounts", localMounts)?.map(({ path }) => path) ?? ["/"];
    let share: number | null = null;
    for (const path of paths.slice(0, maxMounts)) {
      try {
        const { blocks, bavail, bfree } = await statfs(path);
        const usable = blocks - bfree + bavail;
        if (usable > 0) share = Math.max(share ?? 0, 1 - bavail / usable);
      } catch {
        // Gone meanwhile, or not for this user to see.
      }
    }
    this.fullest = { atMs: nowMs, share };
    return share;
  }

  private read<T>(file: string, parse: (text: string) => T | null): T | null {
    try {
      return parse(readFileSync(`${this.proc}/${file}`, "utf8"));
    } catch {
      return null;
    }
  }
}

function busyShare(before: CpuTimes | null, now: CpuTimes | null): number | null {
  if (!before || !now || now.total <= before.total) return null;
  return Math.min(1, Math.max(0, 1 - (now.idle - before.idle) / (now.total - before.total)));
}

/** A counter that fell belongs to other devices than before: nothing is known of the time between. */
function rate(
  before: Traffic | null,
  now: Traffic | null,
  way: keyof Traffic,
  seconds: number,
): number | null {
  if (!before || !now || now[way] < before[way]) return null;
  return (now[way] - before[way]) / seconds;
}
