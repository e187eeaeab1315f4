/** The script of the tag: wires the parts and puts `window.sayso` in place. */
import { asText } from "../as_text.ts";
import { ANSWERS } from "../handover.ts";
import { listen, quietly } from "../quietly.ts";
import { askEvent, giveUpWaiting } from "./ask.ts";
import { deliver, postAs, waitFor } from "./call.ts";
import { collect, isoNow, sendCollected } from "./collect.ts";
import { on } from "./host_callbacks.ts";
import { dropIdentity, type TokenSource, takeIdentity } from "./identity.ts";
import { hold, release, watchTyping } from "./interruption.ts";
import { recall } from "./keep.ts";
import { askLeftover, forgetLeftover } from "./leftover.ts";
import { RULES, restartLive, stopLive, takeRules, updateLive } from "./live.ts";
import { load } from "./load.ts";
import { viewed, watchPageViews } from "./page_views.ts";
import { rules } from "./rules.ts";
import { closePopup } from "./show.ts";
import { key, tagToken, tagUser } from "./tag.ts";
import { now } from "./time.ts";
import { randomId, renewVisitor } from "./visitor.ts";

/** Later calls wait for an identify no longer than this. */
const IDENTIFY_WITHIN = 5_000;

const track = (name: string, properties: object = {}): void => {
  // A copy: the host may go on changing its own. What JSON cannot say is dropped.
  const copy = { ...JSON.parse(asText(properties)) };
  const event = { id: randomId(), name, properties: copy, at: isoNow() };
  if (rules.events.includes(name)) askEvent(event);
  else if (rules.tracked.includes(name)) collect(event);
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

type Call = [name: string, ...args: never[]];
// biome-ignore lint/suspicious/noExplicitAny: the host calls with whatever it has
type Api = Record<string, (...args: any[]) => void>;

const api: Api = {
  track,
  identify,
  reset,
  hold,
  release,
  on,
  debug: async (token: string) => (await load("debug"))(token),
  push: (...calls: Call[]) =>
    calls.forEach(quietly(([name, ...args]: Call) => api[name]?.(...args))),
};
for (const name in api) api[name] = quietly(api[name] as () => void);

const host = window as Window & { sayso?: (Call[] & Api) | Api };

const start = (): void => {
  // The stub's own array goes on serving, so that a reference the host kept stays good.
  const queue = (Array.isArray(host.sayso) ? host.sayso : []) as Call[];
  const waiting = queue.splice(0);
  // Defined, not assigned: a page may have frozen `Array.prototype.push`.
  host.sayso = Object.defineProperties(
    queue,
    Object.getOwnPropertyDescriptors(api),
  ) as unknown as Api;

  watchTyping();
  if (tagUser && !tagToken) identify(tagUser);
  api.push?.(...waiting);

  listen(window, "storage", (event: StorageEvent) => {
    if (event.key === key + RULES && event.newValue) takeRules(event.newValue);
  });
  listen(window, "visibilitychange focus blur pageshow", () => {
    updateLive();
    sendCollected();
  });
  listen(window, "pageshow", (event: PageTransitionEvent) => {
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
  try {
    if (sessionStorage.getItem(key)) load("resume");
  } catch {}
  // What an earlier page could not deliver goes out as soon as that file is here.
  if (recall(ANSWERS)) load("offline");
  askLeftover();
  updateLive();
  viewed();
};

// Two tags on one page are one.
if (!(host.sayso as Api | undefined)?.track) start();
