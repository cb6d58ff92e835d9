import type { Route } from "../route.ts";
import { changeEmailRoute } from "./account/change-email.ts";
import { changePasswordRoute } from "./account/change-password.ts";
import { listAccountEventsRoute } from "./account/list-events.ts";
import { listSessionsRoute } from "./account/list-sessions.ts";
import { revokeSessionRoute } from "./account/revoke-session.ts";
import { signOutEverywhereRoute } from "./account/sign-out-everywhere.ts";
import { updateMeRoute } from "./account/update-me.ts";
import { askForConfirmationRoute } from "./auth/ask-for-confirmation.ts";
import { askPasskeyRoute } from "./auth/ask-passkey.ts";
import { askPasswordResetRoute } from "./auth/ask-password-reset.ts";
import { completeEmailChangeRoute } from "./auth/complete-email-change.ts";
import { completePasswordResetRoute } from "./auth/complete-password-reset.ts";
import { confirmRoute } from "./auth/confirm.ts";
import { meRoute } from "./auth/me.ts";
import { passkeySignInRoute } from "./auth/passkey-sign-in.ts";
import { refreshRoute } from "./auth/refresh.ts";
import { secondFactorRoute } from "./auth/second-factor.ts";
import { signInRoute } from "./auth/sign-in.ts";
import { signOutRoute } from "./auth/sign-out.ts";
import { signUpRoute } from "./auth/sign-up.ts";
import { verifyEmailRoute } from "./auth/verify-email.ts";
import { decideDeviceRoute } from "./device/decide.ts";
import { findDeviceRoute } from "./device/find.ts";
import { requestDeviceRoute } from "./device/request.ts";
import { deviceTokenRoute } from "./device/token.ts";
import { addPasskeyRoute } from "./factors/add-passkey.ts";
import { confirmTotpRoute } from "./factors/confirm-totp.ts";
import { getFactorsRoute } from "./factors/get.ts";
import { getTwoFactorPolicyRoute } from "./factors/get-policy.ts";
import { removePasskeyRoute } from "./factors/remove-passkey.ts";
import { removeTotpRoute } from "./factors/remove-totp.ts";
import { renamePasskeyRoute } from "./factors/rename-passkey.ts";
import { renewRecoveryCodesRoute } from "./factors/renew-recovery-codes.ts";
import { startPasskeyRoute } from "./factors/start-passkey.ts";
import { startTotpRoute } from "./factors/start-totp.ts";
import { updateTwoFactorPolicyRoute } from "./factors/update-policy.ts";

/** People themselves: how they sign in, and what is theirs alone. */
export const accountRoutes: readonly Route[] = [
  signUpRoute,
  verifyEmailRoute,
  signInRoute,
  refreshRoute,
  signOutRoute,
  secondFactorRoute,
  askPasskeyRoute,
  passkeySignInRoute,
  confirmRoute,
  askForConfirmationRoute,
  getFactorsRoute,
  startTotpRoute,
  confirmTotpRoute,
  removeTotpRoute,
  renewRecoveryCodesRoute,
  startPasskeyRoute,
  addPasskeyRoute,
  renamePasskeyRoute,
  removePasskeyRoute,
  getTwoFactorPolicyRoute,
  updateTwoFactorPolicyRoute,
  askPasswordResetRoute,
  completePasswordResetRoute,
  completeEmailChangeRoute,
  meRoute,
  updateMeRoute,
  changePasswordRoute,
  changeEmailRoute,
  listSessionsRoute,
  revokeSessionRoute,
  signOutEverywhereRoute,
  listAccountEventsRoute,
  requestDeviceRoute,
  deviceTokenRoute,
  findDeviceRoute,
  decideDeviceRoute,
];
