import { ignore } from "../quietly.ts";
import { unwanted } from "./call.ts";
import { load } from "./load.ts";
import { rules } from "./rules.ts";

let control: AbortController | undefined;

const start = async (): Promise<void> => {
  control = new AbortController();
  const { signal } = control;
  (await load("live"))?.(signal).catch(ignore);
};

export const stopLive = (): void => {
  control?.abort();
  control = undefined;
};

/** Only a visible tab listens; of several, the file itself sees to it that one does. */
export const updateLive = (): void => {
  if (!rules.live || unwanted || document.hidden) stopLive();
  else if (!control) start();
};

export const restartLive = (): void => {
  stopLive();
  updateLive();
};
