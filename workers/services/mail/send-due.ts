import { writeUnaudited } from "../../../db/batch.ts";
import { dueMails, giveOldMailsUp } from "../../../db/queries/mails.ts";
import { mailGivenUpAfterMs } from "../../../domain/accounts/mail-retries.ts";
import type { Platform } from "../context.ts";
import { sendMail } from "./new-mail.ts";

const mailsAtOnce = 50;
const connectionsAtOnce = 5;

/** Tries the mails again that are due, and gives those up that nobody could send for a day. */
export async function sendDueMails(platform: Platform): Promise<void> {
  const nowMs = platform.clock.now();
  if (platform.mail) {
    const due = await dueMails(platform.db, nowMs, mailsAtOnce);
    for (let i = 0; i < due.length; i += connectionsAtOnce) {
      await Promise.all(due.slice(i, i + connectionsAtOnce).map((row) => sendMail(platform, row)));
    }
  }
  await writeUnaudited(platform.db, "mail on its way", [
    giveOldMailsUp(platform.db, nowMs - mailGivenUpAfterMs, "mail is not configured"),
  ]);
}
