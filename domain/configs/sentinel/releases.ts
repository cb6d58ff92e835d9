/** A version of the proxy: its crate's, as numbers. */
export type Release = readonly [number, number, number];

/** The names that releases go by, from the project's change log: the crate's version beside the one by date. */
const byDate: readonly (readonly [string, string])[] = [
  ["26.01_0", "0.2.0"],
  ["26.01_3", "0.2.3"],
  ["26.01_4", "0.3.0"],
  ["26.01_6", "0.3.1"],
  ["26.01_7", "0.4.0"],
  ["26.01_8", "0.4.1"],
  ["26.01_9", "0.4.2"],
  ["26.01_10", "0.4.3"],
  ["26.02_0", "0.4.5"],
  ["26.02_1", "0.4.7"],
  ["26.02_3", "0.4.9"],
  ["26.02_4", "0.4.10"],
  ["26.02_5", "0.5.11"],
  ["26.03_1", "0.5.12"],
  ["26.04_1", "0.6.4"],
  ["26.05_1", "0.6.12"],
  ["26.05_2", "0.6.13"],
  ["26.05_4", "0.6.15"],
  ["26.06_1", "0.6.16"],
  ["26.06_2", "0.6.17"],
  ["26.06_3", "0.6.18"],
  ["26.07_1", "0.6.20"],
  ["26.07_2", "0.6.21"],
  ["26.07_3", "0.6.22"],
  ["26.07_4", "0.6.23"],
  ["26.08_1", "0.6.24"],
];

export function release(version: string): Release {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return [major, minor, patch];
}

/** From what an agent reports, such as `0.6.17`, `v0.6.17-dirty`, `zentinel 0.6.17` or `26.06_2`; null = it says neither. */
export function readRelease(reported: string): Release | null {
  const dated = /(?:^|[^\d.])(\d\d\.\d\d)(?:_(\d+))?(?![\d.])/.exec(reported);
  const crate = /(?:^|[^\d.])(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?![\d.])/.exec(reported);
  if (crate) return [Number(crate[1]), Number(crate[2]), Number(crate[3])];
  if (!dated) return null;
  const month = dated[1] ?? "";
  const patch = Number(dated[2] ?? 0);
  // Names of one width compare as texts; of the month's releases the last one that is not newer.
  const known = byDate.filter(([name]) => {
    const [ofMonth = "", ofPatch = "0"] = name.split("_");
    return ofMonth < month || (ofMonth === month && Number(ofPatch) <= patch);
  });
  return release(known.at(-1)?.[1] ?? "0.1.0");
}

export function isOlder(a: Release, b: Release): boolean {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? 0;
    if (part !== other) return part < other;
  }
  return false;
}

/** Both names: `0.6.16 (26.06_1)`. */
export function nameRelease(one: Release): string {
  const version = one.join(".");
  const dated = byDate.find(([, crate]) => crate === version)?.[0];
  return dated ? `${version} (${dated})` : version;
}
