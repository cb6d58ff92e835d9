/** Runs in Bun, for `binary.ts`: compiles what the JSON of its one argument says. Only Bun's API knows plugins. */

interface Loaded {
  contents: string;
  loader: "js";
}

/** What is used of Bun here; its own types would change those of Node everywhere. */
interface Bun {
  build(options: {
    entrypoints: string[];
    target: "bun";
    splitting: true;
    minify: { whitespace: true; syntax: true };
    external: readonly string[];
    define: Record<string, string>;
    compile: {
      target: string;
      outfile: string;
      executablePath?: string;
      autoloadDotenv: false;
      autoloadBunfig: false;
      jitPolicy: number;
    };
    plugins: {
      name: string;
      setup(build: { onLoad(files: { filter: RegExp }, load: () => Loaded): void }): void;
    }[];
  }): Promise<unknown>;
}

export interface BunBuild {
  entry: string;
  outfile: string;
  /** `--target` of Bun's compiler. */
  target: string;
  /** Bun's runtime of another platform. */
  runtime?: string;
  external: readonly string[];
  /** Packages that are asked for at the start and used never: empty in the binary. */
  emptied: readonly string[];
  define: Record<string, string>;
  /** How many times as often as usual something must run before it is compiled to machine code. */
  patience: number;
}

const { entry, outfile, target, runtime, external, emptied, define, patience }: BunBuild = JSON.parse(
  process.argv[2] ?? "",
);
const { Bun } = globalThis as unknown as { Bun: Bun };
const filter = new RegExp(`/node_modules/(${emptied.join("|")})/`);

await Bun.build({
  entrypoints: [entry],
  target: "bun",
  // What is loaded by `import()` stays on the disk until it is.
  splitting: true,
  minify: { whitespace: true, syntax: true },
  external,
  define,
  compile: {
    target,
    outfile,
    ...(runtime !== undefined && { executablePath: runtime }),
    // A folder that the agent is started in must not change what it does.
    autoloadDotenv: false,
    autoloadBunfig: false,
    jitPolicy: patience,
  },
  plugins: [
    {
      name: "emptied",
      setup: (build) => build.onLoad({ filter }, () => ({ contents: "module.exports = {};", loader: "js" })),
    },
  ],
});
