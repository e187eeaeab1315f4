/**
 * Loaded where somebody is about to be asked and the loader's quick look finds a reason: tells whether
 * something in sight wants to be left alone. handover.ts says how it meets the loader.
 */
import { focused, isFrameInUse } from "../loader/occupied.ts";
import { showsConsentBanner } from "./consent_banner.ts";
import { ready } from "./loan.ts";
import { hasModal } from "./modal.ts";
import { isWatching } from "./watching.ts";
import { wantsQuiet } from "./wish.ts";

ready(
  () =>
    wantsQuiet() || showsConsentBanner() || isFrameInUse(focused()) || isWatching() || hasModal(),
);
