/**
 * Loaded only where the page rules have moments: watches the page for what they wait for. It
 * listens passively and sets a timer only for a rule that needs one. handover.ts says how it meets
 * the loader.
 */
import type { MomentRule } from "../wire.ts";
import { watchClicks } from "./click.ts";
import { beginExitIntent, watchExitIntent } from "./exit_intent.ts";
import { forgetMoments } from "./happen.ts";
import { beginInactivity, watchInactivity } from "./inactivity.ts";
import { currentRules, ready } from "./loan.ts";
import { beginScrollDepth, watchScrollDepth } from "./scroll_depth.ts";
import { beginTimeOnPage, watchTimeOnPage } from "./time_on_page.ts";

/** For each kind: what listens, once; and what begins with each view. */
const KINDS: Record<MomentRule["kind"], [watch: () => void, begin?: () => void]> = {
  click: [watchClicks],
  exit_intent: [watchExitIntent, beginExitIntent],
  scroll: [watchScrollDepth, beginScrollDepth],
  time_on_page: [watchTimeOnPage, beginTimeOnPage],
  inactivity: [watchInactivity, beginInactivity],
};

const watched = new Set<string>();

ready(() => {
  forgetMoments();
  for (const { kind } of currentRules().moments || []) {
    const [watch] = KINDS[kind] || [];
    if (watch && !watched.has(kind)) watch();
    watched.add(kind);
  }
  for (const kind in KINDS) if (watched.has(kind)) KINDS[kind as MomentRule["kind"]][1]?.();
});
