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
}

/**
 * Compiles the agent for `target` and answers the file's path. A native module cannot be packed: those that only Node
 * needs are left out, and their importers do without.
 */
export function compileAgent(target: Target, options: BinaryOptions): string {
  const file = join(options.out, binaryName(target));
  // The compiler writes its parts beside the working folder; two of them at once must not share it.
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
        "--minify-whitespace",
        "--minify-syntax",
        // A folder that the agent is started in must not change what it does.
        "--no-compile-autoload-dotenv",
        "--no-compile-autoload-bunfig",
        "--external",
        "@lydell/node-pty",
        "--define",
        `musterAgentVersion=${JSON.stringify(options.version)}`,
        "--define",
        `musterReleaseKeys=${JSON.stringify(options.releaseKeys.join(","))}`,
        join(root, "agent/main.ts"),
        "--outfile",
        join(work, "muster-agent"),
      ],
      { cwd: work },
    );
    renameSync(join(work, "muster-agent"), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return file;
}
