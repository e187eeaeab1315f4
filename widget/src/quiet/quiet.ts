/**
 * Loaded when somebody is about to be asked: finds what wants to be left alone and cannot be seen by
 * the loader's quick looks. handover.ts says how it meets the loader.
 */
import { showsConsentBanner } from "./consent_banner.ts";
import { ready } from "./loan.ts";
import { isPrinting, watchPrinting } from "./printing.ts";
import { wantsQuiet } from "./wish.ts";

watchPrinting();
ready(() => isPrinting() || wantsQuiet() || showsConsentBanner());
