/** What Muster writes to people when somebody changes, or guesses at, what they show beside the password. */
import type { PublicContext } from "../context.ts";
import { type Letter, letter } from "../mail/letter.ts";
import { circumstances } from "../mail/letters.ts";

const ifNotYou = (ctx: PublicContext): string =>
  `If this was not you, change your password at once (${ctx.publicUrl}/forgot-password), which ends all sessions, and look at what else was changed: ${ctx.publicUrl}/account.`;

export const factorsChanged = (ctx: PublicContext, what: { subject: string; lead: string }): Letter =>
  letter({
    template: "factors_changed",
    subject: what.subject,
    lead: [what.lead],
    facts: circumstances(ctx),
    rest: [ifNotYou(ctx)],
  });

export const recoveryCodeUsed = (ctx: PublicContext): Letter =>
  letter({
    template: "recovery_code_used",
    subject: "A recovery code was used",
    lead: [
      "Your account at Muster was just signed in to with one of your recovery codes. It counts no more.",
    ],
    facts: circumstances(ctx),
    rest: [
      `If you have lost your device, remove it from your account and add the new one: ${ctx.publicUrl}/account.`,
      ifNotYou(ctx),
    ],
  });

export const codesGuessed = (ctx: PublicContext): Letter =>
  letter({
    template: "codes_guessed",
    subject: "Somebody guesses your codes",
    lead: [
      "Somebody entered the right password of your account at Muster, and then too many wrong codes. They did not get in, and have to wait before they try again.",
    ],
    facts: circumstances(ctx),
    rest: [
      `If this was you, use a recovery code or a passkey. If not, they know your password: choose a new one at ${ctx.publicUrl}/forgot-password.`,
    ],
  });

export const passkeyCopied = (ctx: PublicContext, name: string): Letter =>
  letter({
    template: "passkey_copied",
    subject: "A passkey was refused: there seems to be a copy of it",
    lead: [
      `Your passkey “${name}” counts how often it is used, and its count went back. That happens when somebody has a copy of it. The sign-in was refused.`,
    ],
    facts: circumstances(ctx),
    rest: [`Remove this passkey from your account, and add another: ${ctx.publicUrl}/account.`],
  });
