import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import { ApiError } from "../../api/problem.ts";
import { invalidate, list, one } from "../../api/queries.ts";

export const ssoQueries = {
  connections: (org: string) => list("GET /v1/orgs/{org}/sso-connections", { path: { org } }),
  connection: (org: string, connection: string) =>
    one("GET /v1/orgs/{org}/sso-connections/{connection}", { path: { org, connection } }),
  policy: (org: string) => one("GET /v1/orgs/{org}/sso-policy", { path: { org } }),
};

interface SsoWrite<Input, Answer> {
  send: (input: Input) => Promise<Answer>;
  /** What to say when it is done. */
  told: (answer: Answer) => string;
  onDone?: (answer: Answer) => void;
}

/** A write of single sign-on: all that its pages show hangs together, so all is read anew. */
export function useSsoWrite<Input, Answer>(orgId: string, { send, told, onDone }: SsoWrite<Input, Answer>) {
  const readAnew = () => invalidate(`/v1/orgs/${orgId}/sso-`);
  return useMutation({
    mutationFn: send,
    onSuccess: async (answer) => {
      await readAnew();
      toast.success(told(answer));
      onDone?.(answer);
    },
    onError: async (error) => {
      // Somebody was first: what the page shows is old.
      if (error instanceof ApiError && error.status === 409) await readAnew();
    },
  });
}
