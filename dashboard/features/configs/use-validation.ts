import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";

const quietMs = 350;

/** The server's diagnostics of what is being written, asked once the typing rests. */
export function useValidation(kind: string | undefined, content: string) {
  const [settled, setSettled] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(content), quietMs);
    return () => clearTimeout(timer);
  }, [content]);
  const query = useQuery({
    queryKey: ["validate", kind, settled],
    queryFn: () =>
      api.call("POST /v1/configs/validate", {
        body: { kind: kind ?? "", content: settled },
        idempotencyKey: null,
      }),
    enabled: kind !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: (previous) => previous,
  });
  return {
    validation: query.data,
    error: query.error,
    /** True while the answer is about an older text. */
    checking: settled !== content || query.isFetching,
  };
}
