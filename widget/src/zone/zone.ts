/**
 * Loaded only where the project has quiet hours, which are those of the page's time zone.
 * handover.ts says how it meets the loader.
 */
import { ready } from "./loan.ts";
import { timeZone } from "./time_zone.ts";

ready(timeZone());
