/**
 * Loaded only where the project has quiet hours, which are those of the page's time zone.
 * chunks.ts says how it meets the loader.
 */
import { ready } from "../core/from_loader.ts";
import { timeZone } from "../core/here.ts";

ready(timeZone());
