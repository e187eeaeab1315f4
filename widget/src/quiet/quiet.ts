/**
 * Loaded where a quick look finds a reason, and once a popup is open: looks closely at what the visitor may be busy with.
 * handover.ts says how it meets the loader.
 */
import { showsConsentBanner } from "./consent_banner.ts";
import { isFrameInUse } from "./frame.ts";
import { ready } from "./loan.ts";
import { hasModal } from "./modal.ts";
import { isWatching } from "./watching.ts";
import { wantsQuiet } from "./wish.ts";

const LOOKS = [wantsQuiet, showsConsentBanner, isFrameInUse, isWatching];

ready((modal = false) => hasModal() || (!modal && LOOKS.some((look) => look())));
