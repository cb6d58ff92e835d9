import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuiltinSeries } from "../../domain/metrics/series.ts";
import type { Measured } from "./host-sampler.ts";
import { processTimes, residentBytes, threadCount } from "./proc.ts";

/** A program with more processes than this is measured in part. */
const maxProcesses = 256;
/** `USER_HZ`: what Linux counts processor time in, on every architecture that the agent is built for. */
const ticksPerSecond = 100;

/** What the supervised program and all that it started use, together. Linux only. */
export class ProcessSampler {
  private readonly pid: () => number | null;
  private readonly proc: string;
  /** Processor time by pid and start. */
  private before: { atMs: number; ticks: Map<string, number> } | null = null;

  constructor(pid: () => number | null, proc = "/proc") {
    this.pid = pid;
    this.proc = proc;
  }

  sample(nowMs: number): Measured {
    const measured: Measured = new Map();
    const put = (name: BuiltinSeries, value: number) => measured.set(name, value);
    const root = process.platform === "linux" ? this.pid() : null;
    const ticks = new Map<string, number>();
    let resident = 0;
    let threads = 0;
    let files: number | null = null;
    for (const pid of root === null ? [] : this.tree(root)) {
      const stat = this.read(pid, "stat");
      const status = this.read(pid, "status");
      const times = stat === null ? null : processTimes(stat);
      if (!times || status === null) continue;
      ticks.set(`${pid} ${times.started}`, times.ticks);
      resident += residentBytes(status);
      threads += threadCount(status);
      const open = this.openFiles(pid);
      if (open !== null) files = (files ?? 0) + open;
    }
    const { before } = this;
    this.before = ticks.size > 0 ? { atMs: nowMs, ticks } : null;
    if (ticks.size === 0) return measured;
    put("process.memory.rss", resident);
    put("process.thread.count", threads);
    if (files !== null) put("process.file_descriptor.count", files);
    if (before && nowMs > before.atMs) {
      let used = 0;
      for (const [key, now] of ticks) used += Math.max(0, now - (before.ticks.get(key) ?? 0));
      put("process.cpu.utilization", (used / ticksPerSecond) * (1000 / (nowMs - before.atMs)));
    }
    return measured;
  }

  private tree(root: number): number[] {
    const pids = [root];
    for (let at = 0; at < pids.length && pids.length < maxProcesses; at++) {
      const pid = pids[at];
      if (pid !== undefined) pids.push(...this.children(pid));
    }
    return pids.slice(0, maxProcesses);
  }

  /** Each thread has children of its own. */
  private children(pid: number): number[] {
    return this.list(pid, "task").flatMap((thread) => {
      const text = this.read(pid, join("task", thread, "children"));
      return text ? text.trim().split(" ").filter(Boolean).map(Number) : [];
    });
  }

  private openFiles(pid: number): number | null {
    const files = this.list(pid, "fd");
    return files.length > 0 ? files.length : null;
  }

  private list(pid: number, folder: string): string[] {
    try {
      return readdirSync(join(this.proc, String(pid), folder));
    } catch {
      return [];
    }
  }

  private read(pid: number, file: string): string | null {
    try {
      return readFileSync(join(this.proc, String(pid), file), "utf8");
    } catch {
      return null;
    }
  }
}

/** Who the process driver's child is, as it notes it for the next start; null = nobody. */
export function supervisedPid(stateDir: string): () => number | null {
  return () => {
    try {
      // Written by the process driver.
      return (JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8")) as { pid: number }).pid;
    } catch {
      return null;
    }
  };
}
