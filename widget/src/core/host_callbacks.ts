import { quietly } from "./quietly.ts";
import { base } from "./tag.ts";

type Detail = { survey: string };
type Callback = (detail: Detail) => unknown;

const callbacks: [string, Callback][] = [];

export const on = (event: string, run: Callback): void => {
  callbacks.push([event, run]);
  // A script without its address knows no server, so it can report this only here.
  if (!base && event === "lost") quietly(run)({} as Detail);
};

/** Never passes the invitation to the host: it is a capability. */
export const emit = (event: string, survey?: string): void => {
  for (const [wanted, run] of callbacks)
    if (wanted === event) quietly(run)({ survey: survey as string });
};
