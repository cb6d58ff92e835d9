import { writeUnaudited } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import {
  claimMail,
  findMail,
  giveMailUp,
  insertMail,
  type MailRow,
  markMailSent,
  noteMailFailure,
} from "../../../db/queries/mails.ts";
import { mailGivenUpAfterMs, mailRetryMs } from "../../../domain/accounts/mail-retries.ts";
import type { Platform, PublicContext } from "../context.ts";
import type { Letter } from "./letter.ts";

export interface NewMail {
  /** Into the batch of what the mail tells of: both are written, or neither. */
  insert: Statement;
  /** For `ctx.afterwards`, once it is written. What fails here is tried again by the schedule. */
  send(): Promise<void>;
}

export async function newMail(ctx: PublicContext, recipient: string, letter: Letter): Promise<NewMail> {
  const id = ctx.ids.make("mail");
  const nowMs = ctx.clock.now();
  const { template, ...content } = letter;
  const insert = insertMail(ctx.db, {
    id,
    recipient,
    template,
    sealed: await ctx.sealer.seal(JSON.stringify(content)),
    createdAt: nowMs,
    attempts: 0,
    nextAttemptAt: nowMs,
    sentAt: null,
    failure: null,
  });
  return {
    insert,
    async send() {
      const row = ctx.mail && (await findMail(ctx.db, id));
      if (row) await sendMail(ctx, row);
    },
  };
}

/** What a mail says, as it was sealed. */
export async function openMail(
  { sealer }: Pick<Platform, "sealer">,
  row: Pick<MailRow, "sealed">,
): Promise<Omit<Letter, "template">> {
  return JSON.parse(await sealer.open(row.sealed)) as Omit<Letter, "template">;
}

/** One attempt, unless another one has it in hand. */
export async function sendMail(platform: Platform, row: MailRow): Promise<void> {
  const { db, mail, clock, log } = platform;
  if (!mail || row.sentAt !== null || row.sealed === "") return;
  const upkeep = (statement: Statement) => writeUnaudited(db, "mail on its way", [statement]);
  const [claimed] = await upkeep(claimMail(db, row, clock.now() + mailRetryMs(row.attempts + 1)));
  if (claimed === 0) return;
  try {
    await mail.send({ to: row.recipient, ...(await openMail(platform, row)) });
  } catch (error) {
    const failure = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    log.error(
      "a mail could not be sent",
      { mailId: row.id, template: row.template, attempts: row.attempts + 1 },
      error,
    );
    const old = clock.now() - row.createdAt >= mailGivenUpAfterMs;
    await upkeep(old ? giveMailUp(db, row.id, failure) : noteMailFailure(db, row.id, failure));
    return;
  }
  await upkeep(markMailSent(db, row.id, clock.now()));
}
