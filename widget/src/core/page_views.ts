import { askHere } from "./ask.ts";
import { settle, visibleAgain } from "./interruption.ts";
import { load } from "./load.ts";
import { matchUrl, viewName } from "./match_url.ts";
import { listen, quietly } from "./quietly.ts";
import { rules } from "./rules.ts";
import { later } from "./time.ts";
import { unwanted } from "./unwanted.ts";

/** Route changes come in bursts (redirects, filters, scroll spies): only the last one counts. */
const BURST = 250;

const pending = new Set<number>();

const matching = () => rules.views.filter((rule) => matchUrl(rule, location.href));

/** Stays pending while it waits for quiet, so that a browsing visitor causes one request. */
const stayed = (delay: number): Promise<unknown> =>
  askHere("page_view", () => {
    pending.delete(delay);
    return matching().filter((rule) => (rule.delay || 0) === delay);
  }).finally(() => pending.delete(delay));

/** Sends one request per distinct delay. */
export const viewed = quietly(async (): Promise<void> => {
  // A page opened in the background counts as viewed when it comes to the front.
  if (document.hidden) await visibleAgain();
  settle();
  for (const { delay = 0 } of matching()) {
    if (!pending.has(delay)) later(delay * 1_000, () => stayed(delay));
    pending.add(delay);
  }
  if (rules.moments && !unwanted) (await load("moments")).viewed_();
});

const viewHere = (): string => viewName(rules, location.href);

let view: string;
let ending: ReturnType<typeof later> | undefined;

/** Called on a possible route change: the caller does not know whether the address changed. */
export const moved = (): void => {
  if (view === viewHere()) return;
  settle();
  clearTimeout(ending);
  ending = later(BURST, () => {
    if (view === viewHere()) return;
    view = viewHere();
    viewed();
    load("tags");
  });
};

export const watchPageViews = (): void => {
  view = viewHere();
  const { navigation } = window as Window & { navigation?: EventTarget };
  if (navigation) listen(navigation, "currententrychange", moved);
  else load("routes");
};
