import { childContext } from "../child-context.ts";
import type { PackageSet } from "../packages/offer.ts";
import { problemText } from "./file-problem.ts";
import { fillIn, runCommand } from "./run-command.ts";
import type { ApplierOptions, RemoteConfig } from "./target.ts";

/** What the configured check says of the files, in a folder of their own; null = nothing against them. */
export async function checkFiles(
  config: RemoteConfig,
  packages: PackageSet | null,
  { driver, folder, packages: part, state, supervise }: ApplierOptions,
  onBegin: () => void,
): Promise<string | null> {
  try {
    const staged = folder.stage(folder.tree(config.files));
    if (driver.check && config.files.length > 0) {
      onBegin();
      return await driver.check(config.files);
    }
    const validator = config.files.length > 0 ? supervise?.validate : null;
    if (!validator) return null;
    onBegin();
    const words = fillIn(validator.command, staged, state.folder);
    const problem = await runCommand(part?.words(words, packages) ?? words, {
      ...childContext(supervise, staged),
      timeoutMs: validator.timeoutMs,
    });
    return problem?.replaceAll(staged, folder.path) ?? null;
  } catch (error) {
    return problemText(error);
  } finally {
    folder.unstage();
  }
}
