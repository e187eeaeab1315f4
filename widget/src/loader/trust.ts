interface Policy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/** Hosts that enforce trusted types may allow our policy by its name, "sayso", and once. */
export const trust = (url: string): string => {
  policy ??= (window as Window & { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
    "sayso",
    { createScriptURL: (own) => own },
  );
  return policy?.createScriptURL(url) || url;
};
