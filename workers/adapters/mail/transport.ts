/** One mail, as a provider takes it. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface MailTransport {
  /** Resolves when the provider has taken the mail. Throws a text that may be shown to who runs the installation. */
  send(mail: Mail): Promise<void>;
}

export interface MailSettings {
  url: string;
  from: string;
  /** Bearer of an HTTP provider. */
  token?: string | undefined;
}

/** How long a provider may take. */
export const mailTimeoutMs = 20_000;
