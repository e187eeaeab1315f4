interface Said {
  user?: string | undefined;
  token?: string | undefined;
}

/** Whom a tag means; one that has a token alone says it in there. */
export const userOf = ({ user, token }: Said): Said => {
  if (user || !token) return { user, token };
  try {
    const claims = token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const bytes = Uint8Array.from(atob(claims), (one) => one.charCodeAt(0));
    return { user: JSON.parse(new TextDecoder().decode(bytes)).sub, token };
  } catch {
    // The server will refuse it.
    return { token };
  }
};
