/** How a person signed in. A passkey proves two factors at once. */
export const signInMethods = ["password", "passkey", "sso", "email_link"] as const;
export type SignInMethod = (typeof signInMethods)[number];

/** How long a proof of presence counts for sensitive actions. */
export const recentAuthenticationMs = 15 * 60_000;
