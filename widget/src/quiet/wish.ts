import { some } from "../loader/occupied.ts";
import { isInSight } from "./in_sight.ts";

/** What the host has marked: a checkout, a player, whatever nothing may come beside. */
export const wantsQuiet = (): boolean =>
  some("[data-sayso-quiet]", (element) => isInSight(element));
