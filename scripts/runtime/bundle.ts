import { builtinModules } from "node:module";
import { dirname } from "node:path";
import { build, type Plugin } from "esbuild";

const builtins = new Set(builtinModules);

/** Packages that still write `import "crypto"`: the runtime knows such modules only with their prefix. */
const prefixedBuiltins: Plugin = {
  name: "prefixed-builtins",
  setup(plugin) {
    plugin.onResolve({ filter: /^[a-z_/]+$/ }, ({ path }) =>
      builtins.has(path) ? { path: `node:${path}`, external: true } : null,
    );
  },
};

/**
 * One Worker as one ES module, resolved as the edge resolves it. Its default entrypoint is exported a second time
 * as `Direct`: only a named entrypoint can be bound past the asset router that Miniflare puts before the default one.
 */
export async function bundleWorker(entry: string): Promise<string> {
  const from = JSON.stringify(entry);
  const result = await build({
    stdin: {
      contents: `export * from ${from};\nexport { default, default as Direct } from ${from};`,
      resolveDir: dirname(entry),
      sourcefile: "entry.js",
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*"],
    loader: { ".sql": "text", ".txt": "text", ".html": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [prefixedBuiltins],
    sourcemap: "inline",
    logLevel: "silent",
  });
  const file = result.outputFiles[0];
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return file.text;
}
