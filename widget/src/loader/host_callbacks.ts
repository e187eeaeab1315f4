import { quietly } from "../quietly.ts";

type Callback = (detail: { survey: string }) => unknown;

const callbacks: [string, Callback][] = [];

export const on = (event: string, run: Callback): void => {
  callbacks.push([event, run]);
};

/** The host never gets the invitation: it is a capability. */
export const emit = (event: string, survey?: string): void => {
  for (const [wanted, run] of callbacks)
    if (wanted === event) quietly(run)({ survey: survey as string });
};
