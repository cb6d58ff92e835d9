/** Enough of an image's digest to tell it from others: `sha256:` and 12 digits, as engines show it. */
export const shortDigest = ({ digest }: { digest: string }): string => digest.slice(0, "sha256:".length + 12);
