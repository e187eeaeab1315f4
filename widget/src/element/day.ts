/** A day as it is written in a language, kept in one line: "5. Dezember 2026". */
export const dayIn = (language: string, moment: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long" })
    .format(new Date(moment))
    .replaceAll(" ", "\u00a0");
