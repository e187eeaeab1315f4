/** Old libraries give arrays a `toJSON` that makes them texts: ours stay arrays all the same. */
export const asText = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, name, given) {
    return Array.isArray(this[name]) ? this[name] : given;
  });
