import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import type { RolloutAction } from "../../api/types.ts";

interface Order {
  /** Below the rollout, such as `abort`; or a whole path, as receipts name one. */
  path: string;
  body?: object;
}

/** Acts on a rollout; the receipt is shown with the way back, a refusal with its reason. */
export function useRolloutAction(rolloutId: string, onDone: () => void = () => undefined) {
  const act = useMutation({
    mutationFn: ({ path, body }: Order) =>
      api.post<RolloutAction>(path.startsWith("/") ? path : `/v1/rollouts/${rolloutId}/${path}`, body ?? {}),
    onSuccess: ({ receipt }) => {
      onDone();
      showReceipt(receipt, (path) => act.mutate({ path }));
    },
    onError: (error) => {
      onDone();
      toast.error(asApiError(error).message, { duration: 10_000 });
    },
    onSettled: () => invalidate(`/v1/rollouts/${rolloutId}`),
  });
  return act;
}

function showReceipt(receipt: Receipt, undo: (path: string) => void): void {
  const path = receipt.undo?.href;
  toast.success(receipt.summary, {
    duration: 10_000,
    ...(path ? { action: { label: "Undo", onClick: () => undo(path) } } : {}),
  });
  for (const warning of receipt.warnings) toast.warning(warning);
}
