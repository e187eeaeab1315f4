import { everywhere } from "./everywhere.ts";
import { isInSight } from "./in_sight.ts";

/** What the host has marked: a checkout, a player, whatever nothing may come beside. */
export const wantsQuiet = (): boolean =>
  everywhere("[data-sayso-quiet]").some((element) => isInSight(element));

/** A video that is heard, or that the visitor has started and looks at; not moving decoration. */
export const isWatching = (): boolean =>
  (everywhere("video") as HTMLVideoElement[]).some(
    (video) =>
      !(video.paused || (video.muted && (video.autoplay || video.loop || !isInSight(video)))),
  );

/** Where each of the usual tools draws its question. */
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

/** What is narrower is the button that brings the question back, and stays for good. */
const NARROWEST = 150;

export const showsConsentBanner = (): boolean =>
  everywhere(`${BANNERS}`).some((banner) => isInSight(banner, NARROWEST));
