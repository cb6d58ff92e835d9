import { readFileSync } from "node:fs";
import { type FileSettings, parseSettings } from "../settings.ts";

const hints: Record<string, string> = {
  ENOENT:
    "there is no such file; correct --config, or write it: muster-agent run --help shows what it may say",
  EISDIR: "it is a folder; name the file in it",
  EACCES: "this user may not read it; run this as the user whose it is, or with sudo",
};

/** The settings in a file. Throws with the file, the cause and what helps; the cause is kept as `cause`. */
export function readSettings(path: string, environment: Record<string, string | undefined>): FileSettings {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new Error(`the settings ${path} cannot be read: ${hints[code] ?? message}`, { cause });
  }
  return parseSettings(text, path, environment);
}
