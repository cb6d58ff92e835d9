import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import type { Environment } from "../../../protocol/api/projects.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { invalidate, queries, queryClient } from "../../api/queries.ts";

export interface EnvironmentFields {
  name?: string;
  protected?: boolean;
  windows?: Environment["windows"];
  freezes?: Environment["freezes"];
}

const lists = (environment: Environment) => `/v1/projects/${environment.projectId}/environments`;

async function put(environment: Environment, fields: EnvironmentFields): Promise<Environment> {
  const _path = `/v1/environments/${environment.id}`;
  const { receipt, ...changed } = await api.call("PATCH /v1/environments/{environment}", {
    path: { environment: environment.id },
    body: fields,
    ifMatch: `"${environment.revision}"`,
  });
  for (const warning of receipt.warnings) toast.warning(warning);
  queryClient.setQueryData(queries.environment(environment.id).queryKey, changed);
  void invalidate(lists(environment));
  return changed;
}

/** Changes the environment as it is shown; refused when somebody changed it meanwhile, and then shown anew. */
export function useEnvironmentChange(environment: Environment) {
  return useMutation({
    mutationFn: ({ fields }: { fields: EnvironmentFields; said: string }) => put(environment, fields),
    onSuccess: (changed, { fields, said }) => {
      const before = Object.fromEntries(
        Object.keys(fields).map((name) => [name, environment[name as keyof EnvironmentFields]]),
      ) as EnvironmentFields;
      toast.success(said, {
        duration: 10_000,
        action: {
          label: "Undo",
          onClick: () =>
            void put(changed, before)
              .then(() => toast.success("It is as it was before."))
              .catch((error: unknown) =>
                toast.error(error instanceof Error ? error.message : "It could not be undone."),
              ),
        },
      });
    },
    onError: (error) => {
      if (isConflict(error)) void invalidate(`/v1/environments/${environment.id}`);
    },
  });
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 409 || error.status === 412);
}
