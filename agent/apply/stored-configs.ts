import type { PackageSet } from "../packages/offer.ts";
import type { StateFile, StatusReport, StoredFile } from "../state-file.ts";
import { nameProblem } from "./config-folder.ts";
import { problemText } from "./file-problem.ts";
import type { ApplierOptions, RemoteConfig } from "./target.ts";

/** Whether these very files are kept under their hash. */
export function holds(state: StateFile, { hash, files }: RemoteConfig): boolean {
  const text = (list: readonly StoredFile[]) =>
    JSON.stringify(
      list.map((file) => [file.name, file.contentType, Buffer.from(file.body).toString("base64")]).sort(),
    );
  try {
    return text(state.loadConfig(hash)) === text(files);
  } catch {
    // Gone or damaged: then it is taken in anew.
    return false;
  }
}

/** Removes what a kill left behind and nothing needs: files may hold secrets. */
export function sweep({ folder, log, state }: Pick<ApplierOptions, "folder" | "log" | "state">): void {
  const { applying, lastGood, staged = null } = state.get();
  try {
    folder.unstage();
    if (!applying) folder.settle();
    state.keepConfigs([lastGood, staged, applying?.hash ?? null].filter((one) => one !== null));
  } catch (error) {
    log("error", `what an earlier apply left cannot be removed: ${problemText(error)}`);
  }
}

type Parts = Pick<ApplierOptions, "log" | "state">;

/**
 * Checks a config and keeps it beside the last good one. Answers why it is refused; nothing that runs is touched. An
 * agent that stops meanwhile checks it anew when it comes again.
 */
export async function takeIn(
  config: RemoteConfig,
  { log, state }: Parts,
  check: () => Promise<string | null>,
  isStopping: () => boolean,
): Promise<string | null> {
  const { hash, files } = config;
  const { lastGood, staged = null } = state.get();
  if (hash === lastGood || (hash === staged && holds(state, config))) return null;
  const refusal = nameProblem(files.map((file) => file.name)) ?? (await check());
  if (isStopping()) return null;
  if (refusal === null) {
    try {
      state.saveConfig(hash, files);
      state.update({ staged: hash });
    } catch (error) {
      return `the config cannot be stored: ${problemText(error)}`;
    }
  } else {
    state.note({ staged: null });
  }
  const kept = state.get();
  state.keepConfigs([kept.lastGood, kept.staged].filter((one) => typeof one === "string"));
  log(
    refusal ? "error" : "info",
    `config ${hash} ${refusal ? `was refused: ${refusal}` : "is ready to be activated"}`,
  );
  return refusal;
}

/** Throws when it cannot be stored: a config that is good only until the next start is not good. */
export function noteGood(
  { packages: part, state }: ApplierOptions,
  applied: StatusReport,
  packages: PackageSet | null,
): void {
  const { lastGood, goodBefore = null } = state.get();
  state.update({
    lastGood: applied.hash,
    goodBefore: lastGood === applied.hash ? goodBefore : lastGood,
    applying: null,
    configStatus: applied,
    staged: null,
    ...part?.outcome(packages, null),
  });
}

/** Removes what neither the last good config nor the staged one needs. */
export function clear({ folder, log, packages, state }: ApplierOptions, staged: string | null): void {
  try {
    folder.settle();
    state.keepConfigs([state.get().lastGood, staged].filter((one) => one !== null));
    packages?.keep([state.get().packages ?? null].filter((one) => one !== null));
  } catch (error) {
    log("error", `what the config before left cannot be removed: ${problemText(error)}`);
  }
}

/** null = what was there before Muster's first config. */
export function lastGoodFiles(state: StateFile): StoredFile[] | null {
  const { lastGood } = state.get();
  return lastGood === null ? null : state.loadConfig(lastGood);
}

/** The files of a config that was stored; a text says why they cannot be read. */
export function readConfig(state: StateFile, hash: string): StoredFile[] | string {
  try {
    return state.loadConfig(hash);
  } catch (error) {
    return `what was stored of the config cannot be read: ${problemText(error)}`;
  }
}
