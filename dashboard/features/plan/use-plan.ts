import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import { type Answer, fillPath, type Input } from "../../../protocol/client/index.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";

/** Typing must rest for so long before the plan is made anew. */
const restMs = 400;

/** The text, once it has rested. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), restMs);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** Which operation takes the order, and where. */
export type PlanOrder =
  | { operation: "POST /v1/fleets/{fleet}/rollouts"; path: { fleet: string } }
  | { operation: "POST /v1/rollouts/{rollout}/revert"; path: { rollout: string } };

type Orders = PlanOrder["operation"];
type More = Omit<Input<Orders>, "path" | "body">;

/** The server checks the body; what it refuses is shown at the field. */
const place = ({ operation, path }: PlanOrder, body: object, more: More = {}): Promise<Answer<Orders>> =>
  api.call(operation, { ...more, path, body } as Input<typeof operation>);

/** A dry run that follows what is typed, and the start of exactly that plan. */
export function usePlan(order: PlanOrder, body: object | null) {
  const typed = JSON.stringify(body);
  const asked = useRested(typed);
  const preview = useQuery({
    queryKey: [fillPath(order.operation.replace("POST ", ""), order.path), "dry run", asked],
    queryFn: ({ signal }) =>
      place(order, JSON.parse(asked), {
        query: { dryRun: true },
        idempotencyKey: null,
        signal,
      }) as Promise<RolloutPreview>,
    enabled: asked !== "null",
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const start = useMutation({
    mutationFn: (planToken: string) =>
      place(order, { ...JSON.parse(asked), planToken }) as Promise<StartedRollout>,
  });
  const { reset } = start;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refusal belongs to the plan that was refused.
  useEffect(reset, [asked]);
  const { error } = preview;
  return {
    plan: preview.error ? null : (preview.data ?? null),
    error,
    fieldErrors: [...errorsOf(error), ...errorsOf(start.error)],
    /** What is shown is the plan of what is typed, so that it may be started. */
    ready:
      preview.isSuccess &&
      !preview.isPlaceholderData &&
      !preview.isFetching &&
      asked === typed &&
      body !== null,
    pending: asked !== typed || preview.isFetching,
    planAgain: () => {
      reset();
      void preview.refetch();
    },
    start,
  };
}

const errorsOf = (error: unknown) => (error instanceof ApiError ? error.errors : []);
