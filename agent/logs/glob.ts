import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";

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

/** The file without links on the way, if it is meant under that name as well; null = it is not. */
export async function allowedFile(globs: readonly string[], path: string): Promise<string | null> {
  if (!globs.some((glob) => matchesGlob(glob, path))) return null;
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    // It may come later, as the very path.
    return path;
  }
  return globs.some((glob) => matchesGlob(glob, real)) ? real : null;
}
