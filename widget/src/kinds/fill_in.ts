/** Puts values into a text's `{places}`. */
export const fillIn = (text: string | undefined, values: Record<string, string | number>): string =>
  (text ?? "").replace(/\{(\w+)\}/g, (place, name) => `${values[name] ?? place}`);
