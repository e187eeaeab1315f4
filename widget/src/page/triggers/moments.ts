/**
 * Loaded only if the page rules contain moments: watches the page for them. Listens passively, and
 * sets a timer only for a rule that needs one. See chunks.ts for its interface.
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

/** Not moments: these kinds are drawn in the page, each by its own file. */
const STANDING = ["embed", "button"] as const;

type Standing = (typeof STANDING)[number];

type Moment = Exclude<MomentRule["kind"], Standing>;

/** For each kind: a function that starts listening, and one that runs at each view. */
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

/** Watches kinds that newer rules have added since the page view. Returns these kinds. */
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

/** Calls `run` for each kind in the rules that is drawn in the page. */
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
