import { useRouterState } from "@tanstack/react-router";

/** The secret of a mailed link. It follows the `#`, so that no server and no log sees it. */
export function useLinkToken(): string {
  const hash = useRouterState({ select: (state) => state.location.hash });
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";
}
