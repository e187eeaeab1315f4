/** The tag's script contains its rules. `builds/standalone_rules.ts` fetches them first. */
export const hasRules = (_begin: () => void): boolean => true;
