/** Why something failed, and what the program wrote about it. */
export const withOutput = (reason: string, output: string): string =>
  output ? `${reason}: ${output}` : reason;

/** How a reason ends that a program's own words may follow. */
const beforeOutput =
  /(exited with code \d+|was ended by SIG\w+|so nobody knows how\)|did not end within [\d.]+ s|answered \d{3}|refused the config|it wrote|started it again): [\s\S]+$/;

/** For the log, which more people read than the files: what a program writes may repeat a secret of its config. */
export const withoutOutput = (text: string): string =>
  text.replace(beforeOutput, "$1 (what it wrote is reported, and not logged: it may repeat a secret)");
