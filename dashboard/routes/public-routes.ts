/** The pages that are open to who has not signed in. */
import { createRootRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { currentSession, refresh } from "../api/session.ts";
import { keepInvitationToken } from "../features/invitations/kept-token.ts";
import { NotFound, RouteError } from "./route-error.tsx";
import { readSignIn } from "./search.ts";

export const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: RouteError });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: readSignIn,
  component: lazyRouteComponent(() => import("../features/auth/sign-in-page.tsx"), "SignInPage"),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  component: lazyRouteComponent(() => import("../features/auth/sign-up-page.tsx"), "SignUpPage"),
});
/** Where the links of mails lead. */
const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  component: lazyRouteComponent(() => import("../features/auth/verify-page.tsx"), "VerifyPage"),
});
const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(
    () => import("../features/auth/forgot-password-page.tsx"),
    "ForgotPasswordPage",
  ),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(
    () => import("../features/auth/reset-password-page.tsx"),
    "ResetPasswordPage",
  ),
});
const changeEmail = createRoute({
  getParentRoute: () => root,
  path: "/change-email",
  beforeLoad: async () => {
    if (!currentSession()) await refresh();
  },
  component: lazyRouteComponent(() => import("../features/auth/change-email-page.tsx"), "ChangeEmailPage"),
});
/** Open to anyone who has the link; whoever is signed in is told so. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  beforeLoad: async ({ location }) => {
    keepInvitationToken(location.hash);
    if (!currentSession()) await refresh();
  },
  component: lazyRouteComponent(
    () => import("../features/invitations/accept-page.tsx"),
    "AcceptInvitationPage",
  ),
});

export const publicRoutes = [
  signIn,
  signUp,
  verify,
  forgotPassword,
  resetPassword,
  changeEmail,
  invitation,
] as const;
