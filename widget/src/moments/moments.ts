/**
 * Loaded only where the page rules have moments: watches the page for what they wait for. It
 * listens passively and sets a timer only for a rule that needs one. handover.ts says how it meets
 * the loader.
 */

import { ignore } from "../quietly.ts";
import type { MomentRule } from "../wire.ts";
import { watchClicks } from "./click.ts";
import { beginExitIntent, watchExitIntent } from "./exit_intent.ts";
import { forgetMoments } from "./happen.ts";
import { beginInactivity, watchInactivity } from "./inactivity.ts";
import { currentRules, load, ready } from "./loan.ts";
import { beginScrollDepth, watchScrollDepth } from "./scroll_depth.ts";
import { beginTimeOnPage, watchTimeOnPage } from "./time_on_page.ts";

/** Not moments: they stand in the page, by a file of their own each. */
const STANDING = ["embed", "button"] as const;

type Moment = Exclude<MomentRule["kind"], (typeof STANDING)[number]>;

/** For each kind: what listens, once; and what begins with each view. */
const KINDS: Record<Moment, [watch: () => void, begin?: () => void]> = {
  click: [watchClicks],
  exit_intent: [watchExitIntent, beginExitIntent],
  scroll: [watchScrollDepth, beginScrollDepth],
  time_on_page: [watchTimeOnPage, beginTimeOnPage],
  inactivity: [watchInactivity, beginInactivity],
};

const watched = new Set<string>();

const begin = (kind: string): void => KINDS[kind as Moment]?.[1]?.();

const watch = (): void => {
  forgetMoments();
  watched.forEach(begin);
};

/** Kinds that the rules have only now, on a page that has been viewed for a while. Returns them. */
const watchMore = (): string[] => {
  const more = [...new Set((currentRules().moments || []).map(({ kind }) => kind))].filter(
    (kind) => !watched.has(kind),
  );
  for (const kind of more) {
    watched.add(kind);
    KINDS[kind as Moment]?.[0]();
  }
  return more;
};

const stand = async (kind: (typeof STANDING)[number], only?: string[]): Promise<void> =>
  (await load(kind))?.(only);

ready((only?: string[]) => {
  const more = watchMore();
  if (only) more.forEach(begin);
  else watch();
  for (const kind of STANDING) {
    const known = !more.includes(kind);
    if (watched.has(kind)) stand(kind, known ? only : undefined).catch(ignore);
  }
});
