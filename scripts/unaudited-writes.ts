import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The Workers reach the store by queries and by the three ways to write, never by its client. */
const byClient = /\bdb\s*\.\s*(?:batch|orm)\b/g;
/** A query answers a compiled statement; one that is awaited would write by itself. */
const byQuery =
  /\bdb\s*\.\s*batch\b|(?<!\bstatement\(\s*)\bdb\s*\.\s*orm\s*\.\s*(?:insert|update|delete|run)\b/g;

/** Places, as `file:line: text`, where something is written around `commit` and `writeUnaudited`. */
export function unauditedWrites(root: string): { files: number; found: string[] } {
  const banned: [folder: string, pattern: RegExp][] = [
    ["workers", byClient],
    ["db/queries", byQuery],
  ];
  const all = banned.flatMap(([folder, pattern]) =>
    sources(join(root, folder)).map((file) => ({ path: `${folder}/${file}`, pattern })),
  );
  const found = all.flatMap(({ path, pattern }) => {
    const source = readFileSync(join(root, path), "utf8");
    return [...source.matchAll(pattern)].map(({ index }) => {
      const line = source.slice(0, index).split("\n").length;
      return `${path}:${line}: ${source.split("\n")[line - 1]?.trim()}`;
    });
  });
  return { files: all.length, found };
}

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
