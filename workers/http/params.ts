import type { z } from "zod";
import type { Id, IdKind } from "../../domain/ids.ts";
import { id } from "../../protocol/api/shared.ts";

/** The same schema, typed as the id that its check guarantees. */
export const idParam = <K extends IdKind>(kind: K) => id(kind) as unknown as z.ZodType<Id<K>, string>;
