import { containerKind } from "../../domain/configs/container.ts";
import { hasErrors } from "../../domain/configs/diagnostic.ts";
import type { StoredFile } from "../state-file.ts";

/** A manifest of kind `container`, as its own check lets it through. */
export interface AppManifest {
  image: { ref: string; pullPolicy?: "missing" | "always" | "never" };
  env?: Record<string, string>;
  processes: Record<string, AppProcess>;
  secrets?: Record<string, { value: string; env?: string; file?: string }>;
}

export interface AppProcess {
  command?: string[];
  ports?: AppPort[];
  resources?: { memory?: number; cpu?: number };
  replicas?: number;
  restart?: "always" | "on-failure" | "never";
  health?: AppHealth;
  mounts?: { volume: string; path: string; readOnly?: boolean }[];
}

export interface AppPort {
  container: number;
  host?: number;
  protocol?: "tcp" | "udp";
  address?: string;
}

export interface AppHealth {
  http?: { path: string; port: number };
  tcp?: { port: number };
  command?: string[];
  intervalSeconds?: number;
  timeoutSeconds?: number;
  retries?: number;
  startSeconds?: number;
}

export interface App {
  /** Made of the file's name: `shop/web.json` is `shop-web`. */
  name: string;
  manifest: AppManifest;
}

/** Every `.json` file is an app; others are only written. Throws with what is wrong, and in which file. */
export function readApps(files: readonly StoredFile[]): App[] {
  const apps = files.filter(({ name }) => name.endsWith(".json")).map(readApp);
  const seen = new Set<string>();
  for (const { name } of apps) {
    if (seen.has(name)) {
      throw new Error(`two files of the config are both the app ${name}; give one of them another name`);
    }
    seen.add(name);
  }
  return apps;
}

function readApp(file: StoredFile): App {
  const text = new TextDecoder().decode(file.body);
  const { diagnostics } = containerKind.inspect(text);
  if (hasErrors(diagnostics)) {
    const faults = diagnostics.filter(({ severity }) => severity === "error");
    const words = faults.map(({ line, message, hint }) => `line ${line}: ${message} ${hint ?? ""}`.trim());
    throw new Error(`${file.name} is not a container app: ${words.join("\n")}`);
  }
  const name = file.name
    .replace(/\.json$/, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  try {
    // The kind found no error, so it has this shape.
    return { name: name || "app", manifest: JSON.parse(text) as AppManifest };
  } catch {
    throw new Error(`${file.name} is not JSON; agents take the canonical JSON that Muster hands out`);
  }
}
