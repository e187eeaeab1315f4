/**
 * Loaded if a quick check finds a reason, and when a popup is open: checks thoroughly what the
 * visitor may be busy with. See chunks.ts for its interface.
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
