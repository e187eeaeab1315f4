/** A day in the given language, kept on one line: "5. Dezember 2026". */
export const dayIn = (language: string, moment: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long" })
    .format(new Date(moment))
    .replaceAll(" ", "\u00a0");
