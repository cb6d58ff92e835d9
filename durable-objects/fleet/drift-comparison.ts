import { emptyConfigHash } from "../../domain/configs/render.ts";
import { compareFiles, type DriftComparison, type DriftedFile } from "../../domain/fleets/drift.ts";
import type { ConfigFile } from "../../protocol/opamp/config-map.ts";
import type { Bundle } from "./parts.ts";
import { hiddenText } from "./secrets.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

export interface Compared {
  comparison: DriftComparison;
  files: DriftedFile[];
}

/** Distinct pairs of what was given and what was reported, whose comparison is kept. */
const comparisonsKept = 200;

/** What agents report against what they were given; each distinct pair is compared once. */
export class DriftComparer {
  readonly #store: FleetStore;
  readonly #bundle: (hash: string) => Bundle | null;
  readonly #mask: (text: string) => string;
  readonly #known = new Map<string, Compared>();
  /** The last report that was found not to be hidden: agents of a wave report the same. */
  #plain: string | null = null;

  /** `bundle`: files with their secrets masked by `mask`. */
  constructor(store: FleetStore, bundle: (hash: string) => Bundle | null, mask: (text: string) => string) {
    this.#store = store;
    this.#bundle = bundle;
    this.#mask = mask;
  }

  forget(): void {
    this.#known.clear();
    this.#plain = null;
  }

  /** Only a report that came since it applied what it runs says anything. */
  compare(agent: StoredAgent): Compared {
    const { runningHash, effectiveHash, shown } = agent;
    if (this.isSilent(agent) || effectiveHash === null || !shown) return nothing;
    const key = `${runningHash} ${effectiveHash} ${shown.first} ${agent.own}`;
    const known = this.#known.get(key);
    if (known) return known;
    const result = this.#compare(agent, effectiveHash, shown.first);
    // What cannot be told now can be once the secrets can be opened.
    if (result.comparison === "none") return result;
    const oldest = this.#known.size >= comparisonsKept ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, result);
    return result;
  }

  /** Whether it has said nothing of its files since it applied what it runs, or has none. Reads no row. */
  isSilent({ runningHash, effectiveHash, shown }: StoredAgent): boolean {
    const hasFiles = runningHash !== "" && runningHash !== emptyConfigHash;
    return !hasFiles || effectiveHash === null || shown?.hash !== runningHash;
  }

  /** It came while secrets could not be opened, and says nothing of the files. */
  isHidden(effectiveHash: string): boolean {
    if (effectiveHash === this.#plain) return false;
    const files = this.#store.effectiveConfig(effectiveHash);
    const isHidden = files.some(({ content }) => content === hiddenText);
    if (!isHidden) this.#plain = effectiveHash;
    return isHidden;
  }

  /** What an agent reported. Masked once more: what it says may have become a secret since. */
  reported(effectiveHash: string): ConfigFile[] {
    return this.#store
      .effectiveConfig(effectiveHash)
      .map((file) => (file.encoding === "utf8" ? { ...file, content: this.#mask(file.content) } : file));
  }

  #compare({ runningHash, own }: StoredAgent, effectiveHash: string, first: string): Compared {
    const bundle = this.#bundle(runningHash);
    if (!bundle || bundle.files.length === 0) return nothing;
    const expected = bundle.files.map((file) => ({ ...file, kind: bundle.kinds.get(file.name) ?? "file" }));
    const reported = this.reported(effectiveHash);
    if (reported.some(({ content }) => content === hiddenText)) return nothing;
    const files = compareFiles(expected, reported);
    // A client may still say what it ran before in the message that says that it applied: the very files end all doubt.
    if (own || files.length === 0) return { comparison: "files", files };
    // What a client says right after it applied is how it says that very config, whatever it looks like.
    const said = this.reported(first);
    if (compareFiles(expected, said).length === 0) return { comparison: "files", files };
    const before = said.filter(({ encoding }) => encoding === "utf8").map((file) => ({ ...file, kind: "" }));
    return { comparison: "own_form", files: compareFiles(before, reported) };
  }
}

const nothing: Compared = { comparison: "none", files: [] };
