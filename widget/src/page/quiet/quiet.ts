/**
 * Loaded where a quick look finds a reason, and once a popup is open: looks closely at what the visitor may be busy with.
 * chunks.ts says how it meets the loader.
 */

import { ready } from "../../core/from_loader.ts";
import { isFrameInUse } from "./frame.ts";
import { hasModal } from "./modal.ts";
import { isWatching, showsConsentBanner, wantsQuiet } from "./reasons.ts";

const LOOKS = [wantsQuiet, showsConsentBanner, isFrameInUse, isWatching];

ready({
  isBusy_: () => hasModal() || LOOKS.some((look) => look()),
  hasModal_: hasModal,
});
