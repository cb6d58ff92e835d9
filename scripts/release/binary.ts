import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtime/paths.ts";
import type { BunBuild } from "./bun-build.ts";
import { binaryName, hostTarget, type Target } from "./targets.ts";
import { bunCompiler, bunRuntime, run } from "./toolchain.ts";

export interface BinaryOptions {
  version: string;
  /** Base64: whose signatures on releases the binary believes. */
  releaseKeys: readonly string[];
  out: string;
  /** Where Bun's runtimes of other platforms are kept. */
  cache: string;
  /** What is compiled; left out = the agent. */
  entry?: string;
  /** Of the file; left out = the agent's on the platform. */
  name?: string;
}

/** Native modules: each is for one platform, and whoever asks for one does without. */
export const leftOut = ["@lydell/node-pty", "cpu-features", "*.node"];

/** Of dockerode, for engines over ssh and for builds: the agent asks a socket, and builds nothing. A third of what it loads. */
export const neverUsed = ["ssh2", "@grpc/grpc-js", "@grpc/proto-loader"];

/** Bun's compilers take more memory than an agent's work is worth: most of what a day adds is theirs. */
const patience = 100;

/**
 * Compiles the agent for `target` and answers the file's path.
 */
export function compileAgent(target: Target, options: BinaryOptions): string {
  const file = join(options.out, options.name ?? binaryName(target));
  const work = mkdtempSync(join(options.out, ".compile-"));
  const foreign = target === hostTarget() ? {} : { runtime: bunRuntime(target, options.cache) };
  const build: BunBuild = {
    // Parts are named by their paths from here.
    entry: `./${options.entry ?? "agent/main.ts"}`,
    outfile: join(work, "muster-agent"),
    target: target.bun,
    ...foreign,
    external: leftOut,
    emptied: neverUsed,
    define: {
      // Older modules' own place is otherwise written out: that on the machine which compiles.
      __dirname: '"/"',
      __filename: '"/"',
      musterAgentVersion: JSON.stringify(options.version),
      musterReleaseKeys: JSON.stringify(options.releaseKeys.join(",")),
    },
    patience,
  };
  try {
    run(bunCompiler(), ["run", "scripts/release/bun-build.ts", JSON.stringify(build)], { cwd: root });
    renameSync(join(work, "muster-agent"), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return file;
}
