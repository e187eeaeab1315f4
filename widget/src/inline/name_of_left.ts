/** Under which a tab keeps what was left half answered in a survey's place. */
export const nameOfLeft = (key: string, survey: string): string => `${key}:embed:${survey}`;
