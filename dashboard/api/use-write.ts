import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import type { Receipt } from "../../protocol/api/shared.ts";
import { ApiError, asApiError } from "./problem.ts";
import { invalidate } from "./queries.ts";

interface Write<Input, Answer> {
  send: (input: Input) => Promise<Answer>;
  /** Paths whose answers it makes stale. */
  stale: string[];
  onDone?: (answer: Answer, input: Input) => void;
  /** Refusals are shown by the caller, at their fields; otherwise as a toast. */
  shown?: boolean;
}

/** A write of the kind that answers a receipt: says what was done and what else follows, and reads anew what it changed. */
export function useWrite<Input, Answer extends { receipt: Receipt }>({
  send,
  stale,
  onDone,
  shown = false,
}: Write<Input, Answer>) {
  return useMutation({
    mutationFn: send,
    onSuccess: async (answer, input) => {
      toast.success(answer.receipt.summary);
      for (const warning of answer.receipt.warnings) toast.warning(warning, { duration: 12_000 });
      onDone?.(answer, input);
      await Promise.all(stale.map(invalidate));
    },
    onError: async (error) => {
      // Somebody was first: what the page shows is old.
      if (error instanceof ApiError && error.status === 409) await Promise.all(stale.map(invalidate));
      if (!shown) toast.error(asApiError(error).message, { duration: 10_000 });
    },
  });
}

/** What the server says of one field of what was sent. */
export const fieldOf = (error: unknown, path: string): string | undefined =>
  error instanceof ApiError ? error.field(path) : undefined;

/** What it says first of any item of a list, or else of the list. */
export function fieldOfList(
  error: unknown,
  path: string,
  { length }: readonly unknown[],
): string | undefined {
  const items = Array.from({ length }, (_, i) => fieldOf(error, `${path}[${i}]`));
  return items.find(Boolean) ?? fieldOf(error, path);
}
