import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as admission from "../../domain/rollouts/admission.ts";
import type * as advancing from "../../domain/rollouts/advance.ts";
import type * as approval from "../../domain/rollouts/approval.ts";
import type * as planning from "../../domain/rollouts/plan.ts";
import type * as replaying from "../../domain/rollouts/replay.ts";
import type * as restoring from "../../domain/rollouts/restore.ts";
import type * as logging from "../../domain/rollouts/rollout-log.ts";

/** The rules under test, as one object: a changed copy of `domain/` can take their place. */
export type Engine = Pick<typeof advancing, "advance" | "applyStep"> &
  Pick<typeof admission, "admit"> &
  Pick<typeof approval, "approvalFor" | "decideApproval"> &
  Pick<typeof planning, "createRollout" | "planRollout"> &
  Pick<typeof replaying, "replay"> &
  Pick<typeof restoring, "mustStore" | "restoreRollout" | "toStored"> &
  Pick<typeof logging, "snapshotOf" | "toLogged">;

const files = ["admission", "advance", "approval", "plan", "replay", "restore", "rollout-log"];

export const domainFolder = join(import.meta.dirname, "../../domain");

/** @param folder a `domain` folder: this repository's own, or a copy of it */
export async function loadEngine(folder: string): Promise<Engine> {
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(join(folder, "rollouts", `${file}.ts`)).href)),
  );
  return Object.assign({}, ...modules);
}
