/**
 * Loaded only if the project has quiet hours, which apply in the page's time zone. See chunks.ts
 * for its interface.
 */
import { ready } from "../core/from_loader.ts";
import { timeZone } from "../core/here.ts";

ready(timeZone());
