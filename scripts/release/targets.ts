/** One platform that the agent is compiled for. */
export interface Target {
  os: "linux" | "darwin";
  arch: "x64" | "arm64";
  /** `--target` of Bun's compiler. */
  bun: string;
  /** The npm package that holds Bun's runtime for the platform. */
  runtime: string;
  /** What Debian's and RPM's packages call the processor; null = there are none for the platform. */
  packages: { deb: string; rpm: string } | null;
}

export const targets: readonly Target[] = [
  {
    os: "linux",
    arch: "x64",
    bun: "bun-linux-x64",
    runtime: "@oven/bun-linux-x64",
    packages: { deb: "amd64", rpm: "x86_64" },
  },
  {
    os: "linux",
    arch: "arm64",
    bun: "bun-linux-arm64",
    runtime: "@oven/bun-linux-aarch64",
    packages: { deb: "arm64", rpm: "aarch64" },
  },
  { os: "darwin", arch: "x64", bun: "bun-darwin-x64", runtime: "@oven/bun-darwin-x64", packages: null },
  {
    os: "darwin",
    arch: "arm64",
    bun: "bun-darwin-arm64",
    runtime: "@oven/bun-darwin-aarch64",
    packages: null,
  },
];

export const targetName = ({ os, arch }: Target): string => `${os}-${arch}`;
export const binaryName = (target: Target): string => `muster-agent-${targetName(target)}`;

/** The target of the machine that this runs on; null = the agent is not compiled for it. */
export const hostTarget = (): Target | null =>
  targets.find(({ os, arch }) => os === process.platform && arch === process.arch) ?? null;
