/**
 * Loaded only where the page rules have moments: watches the page for what they wait for. It
 * listens passively and sets a timer only for a rule that needs one. chunks.ts says how it meets
 * the loader.
 */

import type { Watcher } from "../../core/chunks.ts";
import { currentRules, load, ready } from "../../core/from_loader.ts";
import { ignore } from "../../core/quietly.ts";
import type { MomentRule } from "../../core/wire.ts";
import { watchClicks } from "./click.ts";
import { beginExitIntent, watchExitIntent } from "./exit_intent.ts";
import { forgetMoments } from "./happen.ts";
import { beginInactivity, watchInactivity } from "./inactivity.ts";
import { beginScrollDepth, watchScrollDepth } from "./scroll_depth.ts";
import { beginTimeOnPage, watchTimeOnPage } from "./time_on_page.ts";

/** Not moments: they stand in the page, by a file of their own each. */
const STANDING = ["embed", "button"] as const;

type Standing = (typeof STANDING)[number];

type Moment = Exclude<MomentRule["kind"], Standing>;

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

/** Runs what the files do that stand in the page, of the kinds that its rules have. */
const stand = (run: (kind: Standing) => Promise<unknown>): void => {
  for (const kind of STANDING) if (watched.has(kind)) run(kind).catch(ignore);
};

const viewedBy = async (kind: Standing): Promise<void> => (await load(kind))?.viewed_();

ready({
  viewed_() {
    watchMore();
    watch();
    stand(viewedBy);
  },
  keepOnly_(live) {
    const more = watchMore();
    more.forEach(begin);
    stand(async (kind) =>
      more.includes(kind) ? viewedBy(kind) : (await load(kind))?.keepOnly_(live),
    );
  },
} satisfies Watcher);
