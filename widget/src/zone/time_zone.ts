/** The first use of Intl costs a page 30 ms, so the zone is looked up only where it is wanted. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
