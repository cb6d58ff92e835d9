import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { Failure } from "../../exit-codes.ts";

const demoFile = z.object({
  url: z.string(),
  organization: z.string(),
  project: z.string(),
  fleet: z.string(),
  email: z.string(),
  password: z.string(),
});
export type Demo = z.infer<typeof demoFile> & { folder: string };

/** `.muster/demo.json` of the folder we stand in or one above it, else of this program's own clone. */
export async function findDemo(cwd: string): Promise<Demo> {
  const folders = [cwd];
  for (let at = cwd; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  folders.push(fileURLToPath(new URL("../../..", import.meta.url)));
  for (const folder of folders) {
    const found = await readFile(join(folder, ".muster", "demo.json"), "utf8").catch(() => null);
    if (found === null) continue;
    try {
      return { ...demoFile.parse(JSON.parse(found)), folder };
    } catch {
      throw new Failure(
        "failed",
        `${join(folder, ".muster", "demo.json")} is damaged. Run \`npm start\` again.`,
      );
    }
  }
  throw new Failure("notFound", "There is no demo here. Run `npm start` in the clone first.");
}

/** Another start may have taken another port, and another server this one. */
export function demoRefused(error: unknown, demo: Demo): never {
  if (!(error instanceof Failure) || !["notSignedIn", "unreachable"].includes(error.exit)) throw error;
  throw new Failure(
    error.exit,
    `The demo of ${demo.folder} does not run at ${demo.url}. Start it: npm start`,
  );
}
