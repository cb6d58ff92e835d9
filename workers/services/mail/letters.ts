/** What Muster writes to people about their accounts. */
import { deviceOf } from "../../../domain/accounts/devices.ts";
import type { PublicContext } from "../context.ts";
import { iso } from "../time.ts";
import { type Letter, letter } from "./letter.ts";

const linkTo = (ctx: PublicContext, path: string, token: string): string =>
  // In the fragment: it is sent to no server, so it stands in no log.
  `${ctx.publicUrl}${path}#token=${token}`;

const when = (ctx: PublicContext): string => `${iso(ctx.clock.now()).slice(0, 16).replace("T", " ")} UTC`;

/** When, from where and by what something was done: for notices that a person judges it by. */
export const circumstances = (ctx: PublicContext): readonly (readonly [string, string])[] => [
  ["When", when(ctx)],
  ["Device", deviceOf(ctx.client.userAgent)],
  ...(ctx.client.address === "" ? [] : [["Address", ctx.client.address] as const]),
];

export const confirmSignUp = (ctx: PublicContext, to: { token: string; organizationName: string }): Letter =>
  letter({
    template: "sign_up",
    subject: "Confirm your e-mail address",
    lead: [
      `Somebody, we hope you, signed up at Muster with this address, for the organization “${to.organizationName}”.`,
      "Confirm the address to open the account: it asks for the password of the sign-up. The link counts once, and for 24 hours.",
    ],
    button: { label: "Confirm address", url: linkTo(ctx, "/verify", to.token) },
    facts: circumstances(ctx),
    rest: ["If this was not you, ignore this mail, and do not open the link: no account is made without it."],
  });

export const alreadySignedUp = (ctx: PublicContext): Letter =>
  letter({
    template: "sign_up_known",
    subject: "You have an account already",
    lead: [
      "Somebody, maybe you, tried to sign up at Muster with this address. There is an account with it already, so nothing was changed.",
    ],
    button: { label: "Sign in", url: `${ctx.publicUrl}/sign-in` },
    facts: circumstances(ctx),
    rest: [`If you have forgotten the password, ask for a new one at ${ctx.publicUrl}/forgot-password.`],
  });

export const resetPassword = (ctx: PublicContext, token: string): Letter =>
  letter({
    template: "password_reset",
    subject: "Choose a new password",
    lead: [
      "Somebody, we hope you, asked for a new password for your account at Muster. The link counts once, and for one hour.",
    ],
    button: { label: "Choose a new password", url: linkTo(ctx, "/reset-password", token) },
    facts: circumstances(ctx),
    rest: ["If this was not you, ignore this mail: your password stays as it is."],
  });

export const passwordChanged = (ctx: PublicContext): Letter =>
  letter({
    template: "password_changed",
    subject: "Your password was changed",
    lead: ["The password of your account at Muster was changed, and other sessions were ended."],
    facts: circumstances(ctx),
    rest: [`If this was not you, choose a new password at once: ${ctx.publicUrl}/forgot-password.`],
  });

export const confirmEmailChange = (ctx: PublicContext, token: string): Letter =>
  letter({
    template: "email_change",
    subject: "Confirm your new e-mail address",
    lead: [
      "Somebody, we hope you, wants to use this address for an account at Muster from now on. Open the link where you are signed in with that account. It counts once, and for 24 hours.",
    ],
    button: { label: "Use this address", url: linkTo(ctx, "/change-email", token) },
    facts: circumstances(ctx),
    rest: ["If this was not you, ignore this mail, and do not open the link."],
  });

export const emailTaken = (ctx: PublicContext): Letter =>
  letter({
    template: "email_change_taken",
    subject: "This address has an account already",
    lead: [
      "Somebody, maybe you, wanted to use this address for another account at Muster. There is an account with it already, so nothing was changed.",
    ],
    button: { label: "Sign in", url: `${ctx.publicUrl}/sign-in` },
    facts: circumstances(ctx),
  });

export const emailChangeAsked = (ctx: PublicContext, newEmail: string): Letter =>
  letter({
    template: "email_change_notice",
    subject: "Your e-mail address is about to change",
    lead: [
      `Your account at Muster asks to use ${newEmail} from now on. It changes once the link that we sent there is opened by your account.`,
    ],
    facts: circumstances(ctx),
    rest: [
      `If this was not you, choose a new password at once, which also ends all sessions and this change: ${ctx.publicUrl}/forgot-password.`,
    ],
  });

export const emailChangeDone = (ctx: PublicContext, newEmail: string): Letter =>
  letter({
    template: "email_changed",
    subject: "Your e-mail address was changed",
    lead: [`Your account at Muster now uses ${newEmail}. This address gets no more mail about it.`],
    facts: circumstances(ctx),
    rest: ["If this was not you, write to whoever runs this installation."],
  });

export const newDevice = (ctx: PublicContext): Letter =>
  letter({
    template: "new_device",
    subject: "Sign-in on a new device",
    lead: ["Your account at Muster was just signed in to on a device that it had not seen before."],
    facts: circumstances(ctx),
    rest: [
      `If this was you, there is nothing to do. If not, end that session at ${ctx.publicUrl}/account and change your password.`,
    ],
  });
