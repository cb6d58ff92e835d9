import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { downloadText } from "../../lib/download.ts";

/** The rollout with its whole log, as a file that `muster rollouts replay` reads. */
export function useExport(rolloutId: string) {
  return useMutation({
    mutationFn: () => api.call("GET /v1/rollouts/{rollout}/export", { path: { rollout: rolloutId } }),
    onSuccess: (document) => downloadText(`${rolloutId}.json`, `${JSON.stringify(document, null, 2)}\n`),
    onError: (error) => toast.error(asApiError(error).message),
  });
}
