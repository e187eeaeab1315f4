import { quietly } from "../quietly.ts";
import { load } from "./load.ts";
import { tagDatalayer } from "./tag.ts";

type Callback = (detail: { survey: string }) => unknown;

const callbacks: [string, Callback][] = [];

export const on = (event: string, run: Callback): void => {
  callbacks.push([event, run]);
};

/** The host never gets the invitation: it is a capability. */
export const emit = (event: string, survey: string): void => {
  for (const [wanted, run] of callbacks) if (wanted === event) quietly(run)({ survey });
  const layer = tagDatalayer;
  if (layer !== undefined) load("datalayer").then((push) => push?.(event, survey, layer));
};
