/** What the texts under /proc say, by Linux's `proc(5)`. Each answers null where the text says nothing of the kind. */

export interface CpuTimes {
  /** Ticks since the host started, of all processors together. */
  total: number;
  idle: number;
}

export function cpuTimes(stat: string): CpuTimes | null {
  const line = /^cpu\s+(.+)$/m.exec(stat)?.[1];
  if (!line) return null;
  // user nice system idle iowait irq softirq steal; what guests used is in user and nice already.
  const ticks = line.trim().split(/\s+/).slice(0, 8).map(Number);
  const [, , , idle = 0, iowait = 0] = ticks;
  return { total: ticks.reduce((sum, n) => sum + n, 0), idle: idle + iowait };
}

/** Epoch seconds at which the host started. */
export const bootTime = (stat: string): number | null => numberAfter(stat, /^btime\s+(\d+)/m);

export interface Memory {
  totalBytes: number;
  availableBytes: number;
}

export function memory(meminfo: string): Memory | null {
  const total = numberAfter(meminfo, /^MemTotal:\s+(\d+)/m);
  const available = numberAfter(meminfo, /^MemAvailable:\s+(\d+)/m);
  return total === null || available === null
    ? null
    : { totalBytes: total * 1024, availableBytes: available * 1024 };
}

/** What comes and goes: bytes since the host started. */
export interface Traffic {
  inBytes: number;
  outBytes: number;
}

/** A share of another device, or none that lasts. */
const notWholeDisk =
  /^(?:loop|ram|zram|dm-|md|sr|fd|nbd)|^(?:sd|hd|vd|xvd)[a-z]+\d+$|^(?:nvme\d+n\d+|mmcblk\d+)p\d+$/;

/** Read and written, of whole disks together. */
export function diskTraffic(diskstats: string): Traffic | null {
  const traffic = { inBytes: 0, outBytes: 0 };
  let disks = 0;
  for (const line of diskstats.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const name = fields[2];
    if (!name || notWholeDisk.test(name)) continue;
    disks++;
    // A sector is 512 bytes here, whatever the disk says.
    traffic.inBytes += Number(fields[5]) * 512;
    traffic.outBytes += Number(fields[9]) * 512;
  }
  return disks === 0 ? null : traffic;
}

/** Inside of the host: what goes through them was counted, or will be, where it leaves. */
const insideInterface = /^(?:lo|veth|docker|br-|virbr|vnet|cni|flannel|cali|dummy|ifb|tap)/;

/**
 * Received and sent, of the interfaces that lead out of the host together. Where any has a device, only those that have:
 * what goes over bonds, VLANs, bridges and tunnels goes over them as well.
 */
export function networkTraffic(netDev: string, hasDevice: (name: string) => boolean): Traffic | null {
  const outer = [...netDev.matchAll(/^\s*([^\s:]+):\s*(.+)$/gm)].flatMap(([, name = "", rest = ""]) =>
    insideInterface.test(name) ? [] : [{ name, fields: rest.trim().split(/\s+/) }],
  );
  const real = outer.filter(({ name }) => hasDevice(name));
  const counted = real.length > 0 ? real : outer;
  const traffic = { inBytes: 0, outBytes: 0 };
  for (const { fields } of counted) {
    traffic.inBytes += Number(fields[0]);
    traffic.outBytes += Number(fields[8]);
  }
  return counted.length === 0 ? null : traffic;
}

export interface Mount {
  device: string;
  path: string;
  type: string;
}

const localTypes = new Set([
  "ext2",
  "ext3",
  "ext4",
  "xfs",
  "btrfs",
  "zfs",
  "f2fs",
  "jfs",
  "reiserfs",
  "bcachefs",
  "overlay",
]);

/** Filesystems on the host's own disks, each once; one over the network could hang whoever asks it. */
export function localMounts(mounts: string): Mount[] {
  const byDevice = new Map<string, Mount>();
  for (const line of mounts.split("\n")) {
    const [device = "", path = "", type = ""] = line.split(" ");
    if (!localTypes.has(type) || (type === "overlay" && path !== "/")) continue;
    const known = byDevice.get(device);
    const unescaped = path.replace(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    if (!known || unescaped.length < known.path.length)
      byDevice.set(device, { device, path: unescaped, type });
  }
  return [...byDevice.values()];
}

export interface ProcessTimes {
  /** Its start, in ticks since the host's: a pid that was used again differs by it. */
  started: number;
  ticks: number;
}

export function processTimes(stat: string): ProcessTimes | null {
  // The name in parentheses may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system, started] = [Number(fields[11]), Number(fields[12]), Number(fields[19])];
  return Number.isFinite(user + system + started) ? { started, ticks: user + system } : null;
}

/** Of `/proc/<pid>/status`. */
export const residentBytes = (status: string): number =>
  (numberAfter(status, /^VmRSS:\s+(\d+)/m) ?? 0) * 1024;
export const threadCount = (status: string): number => numberAfter(status, /^Threads:\s+(\d+)/m) ?? 0;

function numberAfter(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
