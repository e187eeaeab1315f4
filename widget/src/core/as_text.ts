/** JSON text. Ignores the `toJSON` by which old libraries turn arrays into texts. */
export const asText = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, name, given) {
    return Array.isArray(this[name]) ? this[name] : given;
  });
