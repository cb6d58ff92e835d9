import { UniqueViolation } from "../../db/batch.ts";
import { refuse } from "../../domain/errors.ts";

/** Runs a write; a taken value of `column` (`table.column`) becomes a refusal that names the field. */
export async function refuseIfTaken<T>(
  write: Promise<T>,
  column: string,
  taken: { path: string; value: string; noun: string },
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof UniqueViolation && error.columns.includes(column)) {
      return refuse(
        "already_exists",
        `There is a ${taken.noun} with the ${taken.path} "${taken.value}" already. Choose another one.`,
        [{ path: taken.path, message: `"${taken.value}" is taken` }],
      );
    }
    throw error;
  }
}
