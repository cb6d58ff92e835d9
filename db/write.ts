import { type SQL, sql } from "drizzle-orm";
import { type Database, type Statement, statement } from "./client.ts";

/** What must hold, inside the same transaction, for the writes to happen. */
export interface Guard {
  name: string;
  holds: SQL;
  /** Asked when the statements have run, of what they leave behind; before them when left out. */
  after?: true;
}

/** Nothing was written, because this guard did not hold. */
export class GuardFailed extends Error {
  readonly guard: string;
  constructor(guard: string) {
    super(`guard "${guard}" did not hold`);
    this.name = "GuardFailed";
    this.guard = guard;
  }
}

/** Nothing was written, because a unique index has these values already. `columns` as `table.column`. */
export class UniqueViolation extends Error {
  readonly columns: string[];
  constructor(columns: string[]) {
    super(`already taken: ${columns.join(", ")}`);
    this.name = "UniqueViolation";
    this.columns = columns;
  }
}

const marker = "muster_guard:";

/**
 * The one atomic write: all statements, or none. D1 has no interactive transactions and an UPDATE that matches
 * nothing does not stop a batch, so each guard is a statement of its own that raises an error (a JSON path that
 * cannot be parsed, whose text SQLite repeats) when its condition does not hold.
 *
 * Throws `GuardFailed` or `UniqueViolation`; answers the rows changed by each statement.
 */
export async function write(
  db: Database,
  statements: readonly Statement[],
  guards: readonly Guard[] = [],
): Promise<number[]> {
  const check = (guard: Guard) =>
    statement(
      sql`select case when ${guard.holds} then 1 else json_extract('{}', ${marker + guard.name}) end`,
    );
  const before = guards.filter(({ after }) => !after).map(check);
  const after = guards.filter((guard) => guard.after).map(check);
  try {
    const changed = await db.batch([...before, ...statements, ...after]);
    return changed.slice(before.length, before.length + statements.length);
  } catch (error) {
    throw recognise(error);
  }
}

function recognise(error: unknown): unknown {
  for (let one = error; one instanceof Error; one = one.cause) {
    const guard = one.message.match(/muster_guard:([A-Za-z_.-]+)/);
    if (guard?.[1]) return new GuardFailed(guard[1]);
    const unique = one.message.match(/UNIQUE constraint failed: ([\w., ]+)/);
    if (unique?.[1]) return new UniqueViolation(unique[1].trim().split(/,\s*/));
  }
  return error;
}
