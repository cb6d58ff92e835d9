import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseImage } from "../../domain/configs/container/image.ts";
import { replaceFile } from "../durable-file.ts";
import type { Log } from "../log.ts";
import type { ContainerSettings } from "../settings/container.ts";
import { EngineError } from "./engine.ts";
import type { ContainerRuntime, LocalImage } from "./runtime.ts";
import type { ContainerSpec } from "./spec.ts";

/** A registry that sends nothing for so long is as good as unreachable. */
const idleMs = 60_000;
/** Each word of progress is a message to the server. */
const tellEveryMs = 5_000;

/** Images as this agent pulled them, and which of them the last two configs named. */
interface Kept {
  pulled: string[];
  current: string[];
  previous: string[];
}

export interface ImagesOptions {
  runtime: ContainerRuntime;
  settings: ContainerSettings;
  stateDir: string;
  /** What is being pulled, in words; null = nothing any more. */
  onProgress: (words: string | null) => void;
  log: Log;
}

/** Gets what containers are made of, and lets go of what no config names any more. */
export class Images {
  private readonly options: ImagesOptions;
  private readonly file: string;
  private toldMs = 0;

  constructor(options: ImagesOptions) {
    this.options = options;
    this.file = join(options.stateDir, "images.json");
  }

  /**
   * By reference. `policy`: as the manifests say, or only what is missing, so that going back to what ran needs no
   * registry. Throws with the reference and the registry's or engine's own words.
   */
  async ensure(
    specs: readonly ContainerSpec[],
    policy: "own" | "missing",
    signal: AbortSignal,
  ): Promise<Map<string, LocalImage>> {
    const images = new Map<string, LocalImage>();
    for (const { image, pullPolicy } of specs) {
      const how = policy === "missing" && pullPolicy === "always" ? "missing" : pullPolicy;
      if (!images.has(image)) images.set(image, await this.ensureOne(image, how, signal));
    }
    return images;
  }

  private async ensureOne(
    reference: string,
    policy: ContainerSpec["pullPolicy"],
    signal: AbortSignal,
  ): Promise<LocalImage> {
    const { runtime, onProgress, log } = this.options;
    const here = await runtime.image(reference);
    if (here && policy !== "always") return here;
    if (policy === "never") {
      throw new Error(
        `the image ${reference} is not on this host, and its pullPolicy is never; load it, or let it be pulled`,
      );
    }
    log("info", `pulling ${reference}`);
    onProgress(`pulling ${reference}`);
    this.toldMs = Date.now();
    try {
      await this.pull(reference, signal);
    } finally {
      onProgress(null);
    }
    const image = await runtime.image(reference);
    if (!image) throw new Error(`the engine pulled ${reference} and does not know it`);
    if (!here) this.save({ pulled: [...new Set([...this.load().pulled, reference])] });
    return image;
  }

  private tell(reference: string, percent: number | null): void {
    if (percent === null || Date.now() - this.toldMs < tellEveryMs) return;
    this.toldMs = Date.now();
    this.options.onProgress(`pulling ${reference}: ${percent} %`);
  }

  private async pull(reference: string, signal: AbortSignal): Promise<void> {
    const { runtime, settings } = this.options;
    const read = parseImage(reference);
    const registry = "fault" in read ? "" : read.registry;
    const login = settings.registries[registry];
    try {
      await runtime.pull(reference, {
        login: login
          ? { username: login.username, password: passwordOf(login.passwordFile), registry }
          : null,
        onProgress: (percent) => this.tell(reference, percent),
        timeoutMs: settings.pullTimeoutMs,
        idleMs,
        signal,
      });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const who = login ? `as ${login.username}` : "anonymously";
      throw new Error(
        `the image ${reference} cannot be pulled ${who}: ${error.message}. Check that this host reaches ${registry || "the registry"}, that the image is there, and supervise.registries if it wants a sign-in`,
      );
    }
  }

  /** The images of the config that now runs. What neither it nor the one before names is removed, if it was pulled here. */
  async settle(specs: readonly ContainerSpec[]): Promise<void> {
    const { runtime, settings, log } = this.options;
    const kept = this.load();
    const current = [...new Set(specs.map(({ image }) => image))];
    const same = current.length === kept.current.length && current.every((one) => kept.current.includes(one));
    const previous = same ? kept.previous : kept.current;
    const stale = kept.pulled.filter((one) => !current.includes(one) && !previous.includes(one));
    const left = new Set(kept.pulled);
    for (const reference of settings.prune ? stale : []) {
      if (await runtime.removeImage(reference)) {
        log("info", `removed the image ${reference}`);
        left.delete(reference);
      }
    }
    if (!same || left.size !== kept.pulled.length) this.save({ pulled: [...left], current, previous });
  }

  private load(): Kept {
    const empty: Kept = { pulled: [], current: [], previous: [] };
    // Written by `save` alone.
    return existsSync(this.file)
      ? { ...empty, ...(JSON.parse(readFileSync(this.file, "utf8")) as Kept) }
      : empty;
  }

  private save(change: Partial<Kept>): void {
    replaceFile(this.file, JSON.stringify({ ...this.load(), ...change }), { mode: 0o600 });
  }
}

function passwordOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the registry's password cannot be read: ${reason}`);
  }
}
