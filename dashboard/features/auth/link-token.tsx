import { useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** The secret of a mailed link. It follows the `#`, so that no server and no log sees it. */
function useLinkToken(): string {
  const hash = useRouterState({ select: (state) => state.location.hash });
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";
}

/** Begins anew when another link is opened in the same tab, where only what follows the `#` changes. */
export function linkPage(Page: (props: { token: string }) => ReactNode) {
  return function LinkPage() {
    const token = useLinkToken();
    return <Page key={token} token={token} />;
  };
}
