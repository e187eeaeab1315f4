import { quietly } from "../quietly.ts";
import { load } from "./load.ts";
import { rules } from "./rules.ts";

/** The file itself sees to it that of all windows one streams, and while it is visible. */
export const updateLive = quietly(async (anew?: boolean): Promise<void> => {
  if (rules.live) (await load("live"))?.(anew);
});
