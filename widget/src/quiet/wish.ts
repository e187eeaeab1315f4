import { everywhere } from "./everywhere.ts";
import { isInSight } from "./in_sight.ts";

/** What the host has marked: a checkout, a player, whatever nothing may come beside. */
export const wantsQuiet = (): boolean =>
  everywhere("[data-sayso-quiet]").some((element) => isInSight(element));
