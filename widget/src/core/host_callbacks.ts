import { quietly } from "./quietly.ts";
import { base } from "./tag.ts";

type Detail = { survey: string };
type Callback = (detail: Detail) => unknown;

const callbacks: [string, Callback][] = [];

export const on = (event: string, run: Callback): void => {
  callbacks.push([event, run]);
  // There is no other way to say it: a script that has lost its address knows no server to load from.
  if (!base && event === "lost") quietly(run)({} as Detail);
};

/** The host never gets the invitation: it is a capability. */
export const emit = (event: string, survey?: string): void => {
  for (const [wanted, run] of callbacks)
    if (wanted === event) quietly(run)({ survey: survey as string });
};
