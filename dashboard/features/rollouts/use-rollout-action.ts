import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import type { RolloutAction } from "../../api/types.ts";

/** Acts on a rollout; the receipt is shown with the way back, a refusal with its reason. */
export function useRolloutAction(rolloutId: string, onDone: () => void = () => undefined) {
  const act = useMutation({
    mutationFn: (send: () => Promise<RolloutAction>) => send(),
    onSuccess: ({ receipt }) => {
      onDone();
      showReceipt(receipt, (href) => act.mutate(() => api.follow<RolloutAction>(href)));
    },
    onError: (error) => {
      onDone();
      toast.error(asApiError(error).message, { duration: 10_000 });
    },
    onSettled: () => invalidate(`/v1/rollouts/${rolloutId}`),
  });
  return act;
}

function showReceipt(receipt: Receipt, undo: (href: string) => void): void {
  const href = receipt.undo?.href;
  toast.success(receipt.summary, {
    duration: 10_000,
    ...(href ? { action: { label: "Undo", onClick: () => undo(href) } } : {}),
  });
  for (const warning of receipt.warnings) toast.warning(warning);
}
