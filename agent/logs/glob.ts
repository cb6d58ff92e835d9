import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join, normalize } from "node:path";

/** Whether a path is meant: `*` and `?` stand for what has no slash, `**` for anything. */
export function matchesGlob(glob: string, path: string): boolean {
  return pattern(glob).test(path);
}

function pattern(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*|[*?]|[.+^${}()|[\]\\]/g, (part) =>
    part === "**" ? ".*" : part === "*" ? "[^/]*" : part === "?" ? "[^/]" : `\\${part}`,
  );
  return new RegExp(`^${source}$`);
}

const mostEntries = 5_000;
const deepest = 8;

/** Files that are there now and are meant, at most `most`; links are left out. */
export async function filesOf(globs: readonly string[], most: number): Promise<string[]> {
  const found = new Set<string>();
  for (const glob of globs) {
    const fixed = /^[^*?]*\//.exec(glob)?.[0] ?? "/";
    const regex = pattern(glob);
    const depth = glob.includes("**") ? deepest : glob.slice(fixed.length).split("/").length;
    let entries = mostEntries;
    const walk = async (folder: string, left: number): Promise<void> => {
      if (left === 0 || entries <= 0 || found.size >= most) return;
      const listed = await readdir(folder, { withFileTypes: true }).catch(() => []);
      entries -= listed.length;
      for (const entry of listed.sort((a, b) => a.name.localeCompare(b.name))) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) await walk(path, left - 1);
        else if (entry.isFile() && regex.test(path) && found.size < most) found.add(path);
      }
    };
    await walk(fixed, depth);
  }
  return [...found];
}

/**
 * The file without links on the way, if it is meant under that name as well; null = it is not. Of what is not there yet
 * whoever opens it must see that no link has come into its way.
 */
export async function allowedFile(globs: readonly string[], path: string): Promise<string | null> {
  const isMeant = (one: string) => globs.some((glob) => matchesGlob(glob, one));
  // `..` would lead out of what a `**` means.
  if (path !== normalize(path) || !isMeant(path)) return null;
  const real = await realpath(path).catch(() => realPlace(path));
  return isMeant(real) ? real : null;
}

/** A path whose folder has no links on the way, also while there is no such file; the same where there is no folder. */
export async function realPlace(path: string): Promise<string> {
  const folder = dirname(path);
  return join(await realpath(folder).catch(() => folder), basename(path));
}
