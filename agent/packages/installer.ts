import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { problemText } from "../apply/file-problem.ts";
import { captureOutput } from "../apply/run-command.ts";
import type { ChildContext } from "../child-context.ts";
import type { Log } from "../log.ts";
import type { InstalledPackage } from "../packages.ts";
import { versionIn } from "../packages.ts";
import { releaseKeys } from "../release-keys.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import type { UpgradeSettings } from "../settings/upgrade.ts";
import { verifyDigest } from "../signature.ts";
import type { AgentState, StateFile } from "../state-file.ts";
import type { Pick as AgentPick } from "../upgrade/picks.ts";
import type { SelfUpgrade } from "../upgrade/self-upgrade.ts";
import { type Downloaded, type DownloadPace, DownloadProblem, download } from "./download.ts";
import { type OfferedPackage, offerProblem, type PackageSet } from "./offer.ts";
import { PackageStore } from "./package-store.ts";
import { changedPackages, type HandOver, type PackagePart, type Replaced, sameSet } from "./part.ts";
import { type PackageProgress, packageStatuses } from "./statuses.ts";

/** What the agent is called among packages. */
export const ownPackage = "muster-agent";

export interface InstallerOptions {
  state: StateFile;
  supervise: SuperviseSettings | null;
  upgrade: UpgradeSettings;
  context: ChildContext;
  self: SelfUpgrade;
  /** The server should know of a progress; not called more often than it is worth. */
  onProgress: () => void;
  log: Log;
  pace?: DownloadPace;
}

const versionTimeoutMs = 20_000;
const progressEveryMs = 10_000;

/** Takes the programs of a target: the agent itself, what it supervises, and add-ons for it. */
export class Installer implements PackagePart {
  readonly #options: InstallerOptions;
  readonly #store: PackageStore;
  readonly #progress = new Map<string, PackageProgress>();
  /** Which packages are to blame for what went wrong last. */
  #blamed: Record<string, string> = {};
  #toldMs = 0;

  constructor(options: InstallerOptions) {
    this.#options = options;
    this.#store = new PackageStore(options.state.folder);
  }

  /** `known`: what is on the host, asked of the programs themselves. */
  statuses(known: readonly InstalledPackage[]) {
    const state = this.#options.state.get();
    const progress = new Map(this.#progress);
    for (const one of state.applying?.packages?.packages ?? []) {
      if (!progress.has(one.name) && this.#store.has(one)) progress.set(one.name, { state: "ready" });
    }
    return packageStatuses({ state, known, progress });
  }

  async bring(set: PackageSet, signal: AbortSignal): Promise<string | null> {
    this.#blamed = {};
    this.#progress.clear();
    for (const one of set.packages) {
      const problem = await this.#bringOne(one, signal);
      if (signal.aborted) return null;
      if (problem !== null) {
        this.#blamed = { [one.name]: problem };
        return `package ${one.name} ${one.version}: ${problem}`;
      }
      this.#progress.set(one.name, { state: "ready" });
      this.#tell();
    }
    return null;
  }

  place(set: PackageSet | null): Replaced {
    const packages = set?.packages ?? [];
    const program = this.#programName();
    const addons = this.#store.pointAddons(packages.filter(({ type }) => type === "addon"));
    if (program === null) return addons ? "addons" : "nothing";
    const one = packages.find(({ name, type }) => name === program && type === "top-level") ?? null;
    if (this.#store.point(program, one)) return "program";
    return addons ? "addons" : "nothing";
  }

  words(words: readonly string[], set: PackageSet | null): string[] {
    const program = this.#programName();
    const one = set?.packages.find(({ name, type }) => name === program && type === "top-level");
    return this.#withProgram(words, one ? this.#store.program(one) : null);
  }

  /** A command with the program that is in place now. */
  placedWords(words: readonly string[]): string[] {
    const program = this.#programName();
    return this.#withProgram(words, program === null ? null : this.#store.placed(program));
  }

  switchesAgent(set: PackageSet | null): boolean {
    return this.#options.self.differs(this.#pick(set));
  }

  onlyAgent(set: PackageSet | null): boolean {
    const good = this.#options.state.get().packages ?? null;
    const changed = [...changedPackages(set, good), ...changedPackages(good, set)];
    return changed.every(({ name, type }) => name === ownPackage && type === "top-level");
  }

  handOver(set: PackageSet | null): void {
    this.#options.self.handOver(this.#pick(set));
  }

  afterHandOver(set: PackageSet | null): HandOver {
    const handOver = this.#options.self.afterHandOver(this.#pick(set));
    if (handOver.state === "returned") this.#blamed = { [ownPackage]: handOver.reason };
    return handOver;
  }

  proven(): Promise<string | null> {
    return this.#options.self.proven();
  }

  giveBack(reason: string): void {
    this.#options.self.giveBack(reason);
  }

  outcome(set: PackageSet | null, failure: string | null): Pick<AgentState, "packages" | "packageFailures"> {
    const { packages: good = null } = this.#options.state.get();
    const blamed = this.#blamed;
    this.#blamed = {};
    this.#progress.clear();
    if (failure === null) return { packages: set, packageFailures: null };
    if (set === null || sameSet(set, good)) return { packageFailures: null };
    const changed = changedPackages(set, good).map(({ name }) => [name, failure]);
    const errors = Object.keys(blamed).length > 0 ? blamed : Object.fromEntries(changed);
    return { packageFailures: { set, errors, reason: failure } };
  }

  keep(sets: readonly PackageSet[]): void {
    this.#store.keep(sets.flatMap(({ packages }) => packages));
    this.#options.self.settled();
  }

  async #bringOne(one: OfferedPackage, signal: AbortSignal): Promise<string | null> {
    const { log, upgrade } = this.#options;
    const problem = offerProblem(one) ?? this.#permissionProblem(one);
    if (problem !== null) return problem;
    if (this.#store.has(one) || this.#isInstalledAgent(one)) return null;
    log("info", `downloading package ${one.name} ${one.version} from ${new URL(one.url).host}`);
    try {
      const file = await this.#fileOf(one, signal);
      if (typeof file === "string") return file;
      if (file.signature === null && !file.trusted && !upgrade.allowUnsigned) {
        return "it is not signed, and this host takes signed packages only; sign it, or set upgrade.allowUnsigned on the host";
      }
      const downloaded = await download({
        ...file,
        folder: this.#store.downloads,
        maxBytes: upgrade.maxBytes,
        signal,
        onProgress: (bytes, total) => this.#downloading(one.name, bytes, total),
        ...(this.#options.pace && { pace: this.#options.pace }),
      });
      const unsigned = file.trusted ? null : this.#signatureProblem(file, downloaded);
      if (unsigned !== null) {
        this.#store.forget(file);
        return unsigned;
      }
      this.#progress.set(one.name, { state: "ready" });
      await this.#store.install(one, downloaded, upgrade.maxBytes);
      const unfit = await this.#smokeProblem(one);
      if (unfit !== null) this.#store.remove(one);
      return unfit;
    } catch (error) {
      if (signal.aborted) return null;
      return error instanceof DownloadProblem ? error.message : problemText(error);
    }
  }

  /**
   * What is to be downloaded for this host: the package's own file, or the one that its index names. What a signed index
   * names needs no signature of its own. A text says why there is none.
   */
  async #fileOf(
    one: OfferedPackage,
    signal: AbortSignal,
  ): Promise<(OfferedPackage & { trusted: boolean }) | string> {
    if (!new URL(one.url).pathname.endsWith(".json")) return { ...one, trusted: false };
    const { packageIndex, packageIndexBytes } = await import("../../protocol/package-index.ts");
    const { path, sha512 } = await download({
      ...one,
      folder: this.#store.downloads,
      maxBytes: packageIndexBytes,
      signal,
      ...(this.#options.pace && { pace: this.#options.pace }),
    });
    const text = readFileSync(path, "utf8");
    this.#store.forget(one);
    const unsigned = one.signature === null ? null : this.#signatureProblem(one, { sha512 });
    if (unsigned !== null) return unsigned;
    const read = packageIndex.safeParse(parseJson(text));
    if (!read.success) return "what lies at its URL is no index of packages; see the guide on upgrades";
    const platform = `${process.platform}-${process.arch}`;
    const { platforms, version } = read.data;
    const file = platforms[platform];
    if (!file) return `it has no program for ${platform}, only for ${Object.keys(platforms).join(", ")}`;
    if (version !== one.version) return `its index is of version ${version}, not ${one.version}`;
    const url = new URL(file.url, one.url);
    const headers = url.origin === new URL(one.url).origin ? one.headers : {};
    const { sha256, signature } = file;
    return { ...one, url: url.href, headers, sha256, signature, trusted: one.signature !== null };
  }

  #permissionProblem({ name, type }: OfferedPackage): string | null {
    const { upgrade } = this.#options;
    const allow = (key: string, what: string) =>
      `this host does not let the server replace ${what}; set upgrade.${key}: true in the agent's settings there`;
    if (type === "addon") return upgrade.program ? null : allow("program", "its program or add-ons");
    if (name === ownPackage) return upgrade.agent ? null : allow("agent", "its agent");
    const program = this.#programName();
    if (name !== program) {
      const has = program === null ? "supervises no program" : `supervises "${program}"`;
      return `the agent here ${has}; a package is called as the program that it replaces, or ${ownPackage}`;
    }
    return upgrade.program ? null : allow("program", "its program");
  }

  #signatureProblem(
    { name, signature }: OfferedPackage,
    { sha512 }: Pick<Downloaded, "sha512">,
  ): string | null {
    const { upgrade } = this.#options;
    if (signature === null) return null;
    const keys = name === ownPackage ? [...releaseKeys, ...upgrade.keys] : upgrade.keys;
    if (verifyDigest(sha512, signature, keys) !== null) return null;
    return keys.length === 0
      ? "it is signed, and this host knows no key to check it by; name one under upgrade.keys there"
      : "its signature is by none of the keys that this host believes; it was thrown away";
  }

  /** Starts what can be asked for its version. */
  async #smokeProblem(one: OfferedPackage): Promise<string | null> {
    const { context, supervise } = this.#options;
    if (one.type === "addon") return null;
    const program = this.#store.program(one);
    if (program === null) return `its archive has no program called ${one.name}`;
    const asked =
      one.name === ownPackage
        ? [program, "--version"]
        : supervise?.version && this.#withProgram(supervise.version, program);
    if (asked?.[0] !== program) return null;
    const { problem, output } = await captureOutput(asked, { ...context, timeoutMs: versionTimeoutMs });
    if (problem !== null) return `it does not run here: ${problem}`;
    const says = versionIn(output);
    if (output.includes(one.version) || says === one.version.replace(/^v/, "")) return null;
    return `it says that it is version ${says ?? "unknown"}, not ${one.version}`;
  }

  #downloading(name: string, bytes: number, total: number | null): void {
    const before = this.#progress.get(name);
    const startedMs = before?.state === "downloading" ? before.startedMs : Date.now();
    const seconds = Math.max(0.001, (Date.now() - startedMs) / 1000);
    this.#progress.set(name, {
      state: "downloading",
      startedMs,
      percent: total === null || total === 0 ? 0 : (100 * bytes) / total,
      bytesPerSecond: bytes / seconds,
    });
    if (Date.now() - this.#toldMs >= progressEveryMs) this.#tell();
  }

  #tell(): void {
    this.#toldMs = Date.now();
    this.#options.onProgress();
  }

  /** null = the installed agent. */
  #pick(set: PackageSet | null): AgentPick | null {
    const one = set?.packages.find(({ name, type }) => name === ownPackage && type === "top-level");
    if (!one || this.#isInstalledAgent(one)) return null;
    const path = this.#store.program(one);
    return path === null ? null : { version: one.version, path };
  }

  #isInstalledAgent({ name, type, version }: OfferedPackage): boolean {
    return name === ownPackage && type === "top-level" && this.#options.self.isInstalled(version);
  }

  #programName(): string | null {
    const { supervise } = this.#options;
    return supervise && basename(supervise.command);
  }

  #withProgram(words: readonly string[], program: string | null): string[] {
    const [first, ...others] = words;
    const { supervise } = this.#options;
    if (program === null || first === undefined || first !== supervise?.command) return [...words];
    return [program, ...others];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
