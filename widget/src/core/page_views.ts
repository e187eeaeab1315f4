import { askHere } from "./ask.ts";
import { settle, visibleAgain } from "./interruption.ts";
import { load } from "./load.ts";
import { matchUrl, viewName } from "./match_url.ts";
import { listen, quietly } from "./quietly.ts";
import { rules } from "./rules.ts";
import { later } from "./time.ts";
import { unwanted } from "./unwanted.ts";

/** Route changes come in bursts (redirects, filters, scroll spies): the last one is the view. */
const BURST = 250;

const pending = new Set<number>();

const matching = () => rules.views.filter((rule) => matchUrl(rule, location.href));

/** Stays pending while it waits for quiet, so that a browsing visitor causes one question. */
const stayed = (delay: number): Promise<unknown> =>
  askHere("page_view", () => {
    pending.delete(delay);
    return matching().filter((rule) => (rule.delay || 0) === delay);
  }).finally(() => pending.delete(delay));

/** One question for each distinct delay. */
export const viewed = quietly(async (): Promise<void> => {
  // A page opened in the background is viewed when it comes to the front.
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

/** Perhaps: who tells of it does not know whether the address is another. */
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
