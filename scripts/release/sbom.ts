import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { readLock } from "../lock-file.ts";
import { root } from "../runtime/paths.ts";
import { leftOut, neverUsed } from "./binary.ts";

interface Component {
  type: "library" | "application";
  name: string;
  version: string;
  purl: string;
  licenses?: { license: { id: string } }[];
  hashes?: { alg: "SHA-512"; content: string }[];
}

/** A bill of materials (CycloneDX 1.6) of the agent: each npm package whose code is in it, and Bun's runtime. */
export async function billOfMaterials(version: string, sourceDate: string): Promise<string> {
  const { metafile } = await build({
    entryPoints: [join(root, "agent/main.ts")],
    absWorkingDir: root,
    bundle: true,
    write: false,
    outdir: root,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "es2024",
    splitting: true,
    external: [...leftOut, ...neverUsed],
    logLevel: "silent",
  });
  const folders = new Set(
    Object.keys(metafile.inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  if (folders.size === 0) throw new Error("the agent's bundle names no package: the bill would be empty");
  const all = [...folders, "node_modules/bun"].sort().map(component);
  // A package may be there twice, below two others.
  const components = [...new Map(all.map((one) => [one.purl, one])).values()];
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: sourceDate,
      component: {
        type: "application",
        name: "muster-agent",
        version,
        "bom-ref": `muster-agent@${version}`,
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
    },
    components: components.map((one) => ({ ...one, "bom-ref": one.purl })),
    dependencies: [{ ref: `muster-agent@${version}`, dependsOn: components.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** `folder`: of the package, as the lock file names it. */
function component(folder: string): Component {
  const { name, version, license }: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  );
  const integrity = readLock().packages[folder]?.integrity;
  return {
    type: name === "bun" ? "application" : "library",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    ...(license && /^[A-Za-z0-9.+-]+$/.test(license) ? { licenses: [{ license: { id: license } }] } : {}),
    ...(integrity?.startsWith("sha512-")
      ? {
          hashes: [
            { alg: "SHA-512" as const, content: Buffer.from(integrity.slice(7), "base64").toString("hex") },
          ],
        }
      : {}),
  };
}
