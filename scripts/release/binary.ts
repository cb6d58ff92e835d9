import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtime/paths.ts";
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

/** How many times as often as Bun's default something must run before it is compiled to machine code. */
const patience = 100;

/** Native modules: each is for one platform, and whoever asks for one does without. */
export const leftOut = ["@lydell/node-pty", "cpu-features", "*.node"];

/**
 * Compiles the agent for `target` and answers the file's path.
 */
export function compileAgent(target: Target, options: BinaryOptions): string {
  const file = join(options.out, options.name ?? binaryName(target));
  const work = mkdtempSync(join(options.out, ".compile-"));
  const foreign =
    target === hostTarget() ? [] : [`--compile-executable-path=${bunRuntime(target, options.cache)}`];
  try {
    run(
      bunCompiler(),
      [
        "build",
        "--compile",
        `--target=${target.bun}`,
        ...foreign,
        // What is loaded by `import()` stays on the disk until it is.
        "--splitting",
        // What hardly runs is not compiled to machine code: the compilers' own pages are most of what a day adds.
        `--compile-jit-policy=${patience}`,
        "--minify-whitespace",
        "--minify-syntax",
        // A folder that the agent is started in must not change what it does.
        "--no-compile-autoload-dotenv",
        "--no-compile-autoload-bunfig",
        ...leftOut.flatMap((name) => ["--external", name]),
        // Older modules' own place is otherwise written out: that on the machine which compiles.
        "--define",
        '__dirname="/"',
        "--define",
        '__filename="/"',
        "--define",
        `musterAgentVersion=${JSON.stringify(options.version)}`,
        "--define",
        `musterReleaseKeys=${JSON.stringify(options.releaseKeys.join(","))}`,
        options.entry ?? "agent/main.ts",
        "--outfile",
        join(work, "muster-agent"),
      ],
      // Parts are named by their paths from here.
      { cwd: root },
    );
    renameSync(join(work, "muster-agent"), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return file;
}
