import type { Receipt } from "../../protocol/api/shared.ts";
import type { PublicContext } from "./context.ts";

export type ReceiptFacts = Omit<Receipt, "id" | "warnings" | "changes" | "next" | "undo" | "cost"> &
  Partial<Receipt>;

export function makeReceipt(ctx: PublicContext, facts: ReceiptFacts): Receipt {
  return {
    warnings: [],
    changes: [],
    next: [],
    undo: null,
    cost: null,
    ...facts,
    id: ctx.ids.make("receipt"),
  };
}
