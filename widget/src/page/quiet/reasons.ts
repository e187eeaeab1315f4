import { everywhere } from "./everywhere.ts";
import { isInSight } from "./in_sight.ts";

/** Whether an element that the host has marked is in sight, such as a checkout or a player. */
export const wantsQuiet = (): boolean =>
  everywhere("[data-sayso-quiet]").some((element) => isInSight(element));

/** Whether a video plays with sound, or the visitor started and sees it. Skips decoration. */
export const isWatching = (): boolean =>
  (everywhere("video") as HTMLVideoElement[]).some(
    (video) =>
      !(video.paused || (video.muted && (video.autoplay || video.loop || !isInSight(video)))),
  );

/** The banners of common consent tools. */
const BANNERS = [
  "#onetrust-banner-sdk",
  "#CybotCookiebotDialog",
  "#usercentrics-root",
  "#usercentrics-cmp-ui",
  "#didomi-host .didomi-popup-container",
  "#didomi-notice",
  ".qc-cmp2-container",
  "#truste-consent-track",
  ".osano-cm-dialog",
  ".cmplz-cookiebanner",
  ".klaro .cookie-notice",
  ".cky-consent-container",
  "#iubenda-cs-banner",
  ".axeptio_widget",
];

/** In px. A narrower element is the permanent button that reopens the banner. */
const NARROWEST = 150;

export const showsConsentBanner = (): boolean =>
  everywhere(`${BANNERS}`).some((banner) => isInSight(banner, NARROWEST));
