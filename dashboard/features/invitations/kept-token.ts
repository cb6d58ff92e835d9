const name = "muster.invitation";

/**
 * The secret of an invitation's link, which follows the `#` so that no server and no log sees it. It is kept for this
 * tab, since the person may have to sign in before they come back.
 */
export function keepInvitationToken(hash: string): void {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  if (!token) return;
  try {
    sessionStorage.setItem(name, token);
  } catch {
    // Storage is blocked: the link has to be opened again after signing in.
  }
}

export function invitationToken(hash: string): string {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  if (token) return token;
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

export function forgetInvitationToken(): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}
