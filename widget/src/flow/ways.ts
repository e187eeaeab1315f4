import type { Answer, Way } from "../wire.ts";

/** An answer that says nothing is as good as none. */
export const isGiven = (value: Answer["value"] | undefined): boolean =>
  value !== undefined && value !== null && (value as string[]).length !== 0;

/** Whether the answer is as the way wants it. Only numbers have bounds. */
export const holds = (
  { least, most, any, given }: Way,
  value: Answer["value"] | undefined,
): boolean =>
  (least === undefined || (typeof value === "number" && value >= least)) &&
  (most === undefined || (typeof value === "number" && value <= most)) &&
  (!any || (Array.isArray(value) && value.some((one) => any.includes(one)))) &&
  (given === undefined || isGiven(value) === given);
