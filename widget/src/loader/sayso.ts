/** The script of the tag: wires the parts and puts `window.sayso` in place. */
import { ANSWERS } from "../handover.ts";
import { listen, quietly } from "../quietly.ts";
import { askByHand, askEvent, giveUpWaiting } from "./ask.ts";
import { deliver, postAs, waitFor, want } from "./call.ts";
import { collect, isoNow, type PageEvent, sendCollected } from "./collect.ts";
import { on } from "./host_callbacks.ts";
import { dropIdentity, type TokenSource, takeIdentity } from "./identity.ts";
import { hold, release, settle, watchTyping } from "./interruption.ts";
import { forgetAll, recall } from "./keep.ts";
import { askLeftover, forgetLeftover } from "./leftover.ts";
import { restartLive, stopLive, updateLive } from "./live.ts";
import { load } from "./load.ts";
import { viewed, watchPageViews } from "./page_views.ts";
import { rules } from "./rules.ts";
import { closePopup } from "./show.ts";
import { tagConsent, tagToken, tagUser } from "./tag.ts";
import { now } from "./time.ts";
import { randomId, recallVisitor, renewVisitor } from "./visitor.ts";

/** Later calls wait for an identify no longer than this. */
const IDENTIFY_WITHIN = 5_000;

let consented = tagConsent !== "wait";
/** What the host calls before we may begin waits in memory. */
let waiting: (() => void)[] | undefined = [];

const onceBegun =
  <Args extends unknown[]>(run: (...args: Args) => unknown) =>
  (...args: Args): void => {
    if (waiting) waiting.push(quietly(() => run(...args)));
    else run(...args);
  };

const happened = onceBegun((event: PageEvent): void => {
  if (rules.events.includes(event.name)) askEvent(event);
  else if (rules.tracked.includes(event.name)) collect(event);
});

const track = (name: string, properties: object = {}): void => {
  // A copy: the host may go on changing its own. What JSON cannot say is dropped.
  const copy = { ...JSON.parse(JSON.stringify(properties)) };
  happened({ id: randomId(), name, properties: copy, at: isoNow() });
};

const identify = (
  userId: string,
  { token, attributes }: { token?: TokenSource; attributes?: object } = {},
): void => {
  const changed = takeIdentity(userId, token);
  const body = { user_id: userId, attributes };
  waitFor(deliver(() => postAs("identify", body), now() + IDENTIFY_WITHIN));
  if (changed) restartLive();
};

const flush = (): void => {
  giveUpWaiting();
  sendCollected();
};

const reset = (): void => {
  flush();
  dropIdentity();
  renewVisitor();
  forgetLeftover();
  closePopup();
  restartLive();
};

/** What the page did under consent is gone with it, as is all that we keep in this browser. */
const withdraw = (): void => {
  waiting ??= [];
  want(false);
  reset();
  forgetAll();
};

const consent = (given = true): void => {
  consented = given;
  if (given) begin();
  else withdraw();
};

type Call = [name: string, ...args: never[]];
// biome-ignore lint/suspicious/noExplicitAny: the host calls with whatever it has
type Api = Record<string, (...args: any[]) => void>;

const api: Api = {
  track,
  consent,
  identify: onceBegun(identify),
  reset: onceBegun(reset),
  show: onceBegun(askByHand),
  hold,
  release,
  on,
  debug: onceBegun(async (token: string) => (await load("debug"))(token)),
  push: (...calls: Call[]) =>
    calls.forEach(quietly(([name, ...args]: Call) => api[name]?.(...args))),
};
for (const name in api) api[name] = quietly(api[name] as () => void);

const host = window as Window & { sayso?: (Call[] & Api) | Api };

/** What they do comes to nothing before we may begin, and once consent is withdrawn. */
const listenToPage = (): void => {
  watchTyping();
  listen(window, "load", settle);
  listen(window, "visibilitychange pageshow", (event: PageTransitionEvent) => {
    begin();
    updateLive();
    sendCollected();
    // Back from the browser's cache of pages.
    if (event.persisted) {
      viewed();
      askLeftover();
    }
  });
  listen(window, "pagehide", () => {
    flush();
    stopLive();
  });
  watchPageViews();
};

/** With consent, and once a page that was prepared in advance is really visited. */
const begin = (): void => {
  const { prerendering } = document as Document & { prerendering?: boolean };
  if (!waiting || !consented || prerendering) return;
  const calls = waiting;
  waiting = undefined;
  want(true);
  settle();
  recallVisitor();
  if (tagUser && !tagToken) identify(tagUser);
  for (const call of calls) call();
  // What an earlier page could not deliver goes out as soon as the popup's code is here.
  if (recall(ANSWERS)) load("popup");
  askLeftover();
  updateLive();
  viewed();
};

const start = (): void => {
  // The stub's own array goes on serving, so that a reference the host kept stays good.
  const queue = (Array.isArray(host.sayso) ? host.sayso : []) as Call[];
  const calls = queue.splice(0);
  host.sayso = Object.assign(queue, api) as unknown as Api;
  listenToPage();
  (api.push as (...calls: Call[]) => void)(...calls);
  begin();
};

// Two tags on one page are one.
if (!(host.sayso as Api | undefined)?.track) start();
