import type { Readable } from "node:stream";
import { EngineError } from "./engine.ts";
import { textLines } from "./text-lines.ts";

interface PullItem {
  id?: string;
  status?: string;
  error?: string;
  errorDetail?: { message?: string };
  progressDetail?: { current?: number; total?: number };
}

/** Of a layer, downloading is the longer part; the rest is unpacking. */
const downloadShare = 0.8;

/** How much of an image is here: each layer counts the same until its size is known, and by its size from then on. */
export class PullProgress {
  private readonly layers = new Map<string, { total: number; done: number }>();

  add({ id, status, progressDetail }: PullItem): void {
    if (!id || !status) return;
    const layer = this.layers.get(id) ?? { total: 0, done: 0 };
    const total = progressDetail?.total ?? 0;
    const part = total > 0 ? (progressDetail?.current ?? 0) / total : 0;
    if (status === "Pulling fs layer" || status === "Waiting") this.layers.set(id, layer);
    else if (status === "Downloading") this.layers.set(id, { total, done: part * downloadShare });
    else if (status === "Download complete") this.layers.set(id, { ...layer, done: downloadShare });
    else if (status === "Extracting") {
      const done = downloadShare + part * (1 - downloadShare);
      this.layers.set(id, { total: Math.max(total, layer.total), done });
    } else if (status === "Pull complete" || status === "Already exists") {
      this.layers.set(id, { ...layer, done: 1 });
    }
  }

  /** null = no layer is known yet. */
  percent(): number | null {
    if (this.layers.size === 0) return null;
    const known = [...this.layers.values()];
    const sizes = known.map(({ total }) => total).filter((total) => total > 0);
    const usual = sizes.length > 0 ? sizes.reduce((sum, size) => sum + size, 0) / sizes.length : 1;
    const weights = known.map(({ total }) => total || usual);
    const done = known.reduce((sum, layer, i) => sum + layer.done * (weights[i] ?? 0), 0);
    return Math.floor((100 * done) / weights.reduce((sum, weight) => sum + weight, 0));
  }
}

/** Reads a pull to its end. What goes wrong comes as an item of an answer that began with 200: then it throws. */
export async function followPull(
  answer: Readable,
  onProgress: (percent: number | null) => void,
  onItem: () => void,
): Promise<void> {
  const progress = new PullProgress();
  for await (const line of textLines(answer)) {
    if (line.trim() === "") continue;
    onItem();
    const item = JSON.parse(line) as PullItem;
    const error = item.errorDetail?.message ?? item.error;
    if (error) throw new EngineError(error, 200);
    progress.add(item);
    onProgress(progress.percent());
  }
}
