import { createRoute, redirect } from "@tanstack/react-router";
import { currentSession, refresh } from "../api/session.ts";
import { Shell } from "../features/shell/shell.tsx";
import { root } from "./public-routes.ts";

/** What only people who are signed in see. */
export const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: Shell,
  beforeLoad: async ({ location }) => {
    if (currentSession() ?? (await refresh())) return;
    throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { return: location.href } });
  },
});
