/** Generates `protocol/opamp/opamp_pb.{js,d.ts}` from `opamp.proto`. `--out <folder>` writes elsewhere. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { out: { type: "string", default: join(root, "protocol/opamp") } } });

const bin = join(root, "node_modules/.bin");
const scratch = join(tmpdir(), `muster-opamp-${process.pid}`);
mkdirSync(scratch, { recursive: true });
const template = join(scratch, "buf.gen.yaml");
writeFileSync(
  template,
  [
    "version: v2",
    "plugins:",
    `  - local: ${JSON.stringify(join(bin, "protoc-gen-es"))}`,
    `    out: ${JSON.stringify(resolve(values.out))}`,
    "    opt: [target=js+dts, import_extension=js]",
    "",
  ].join("\n"),
);
try {
  const run = spawnSync(
    join(bin, "buf"),
    ["generate", join(root, "protocol/opamp"), "--template", template],
    { stdio: "inherit", cwd: root },
  );
  if (run.status !== 0) throw new Error(`buf generate failed with status ${run.status}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
