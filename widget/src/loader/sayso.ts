/** The script of the tag: wires the parts and puts `window.sayso` in place. */
import { asText } from "../as_text.ts";
import { ANSWERS } from "../handover.ts";
import { listen, quietly } from "../quietly.ts";
import { askEvent, giveUpWaiting } from "./ask.ts";
import { deliver, postAs, waitFor, want } from "./call.ts";
import { collect, isoNow, type PageEvent, sendCollected } from "./collect.ts";
import { hasRules } from "./has_rules.ts";
import { emit, on } from "./host_callbacks.ts";
import { dropIdentity, type TokenSource, takeIdentity } from "./identity.ts";
import { hold, release, settle, watchVisitor } from "./interruption.ts";
import { forgetAll, recall } from "./keep.ts";
import { askLeftover, forgetLeftover } from "./leftover.ts";
import { updateLive } from "./live.ts";
import { load } from "./load.ts";
import { viewed, watchPageViews } from "./page_views.ts";
import { randomId } from "./random_id.ts";
import { rules } from "./rules.ts";
import { closePopup } from "./show.ts";
import { key, tagConsent, tagDatalayer, tagToken, tagUser } from "./tag.ts";
import { later, now } from "./time.ts";
import { recallVisitor, renewVisitor } from "./visitor.ts";

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
  const copy = { ...JSON.parse(asText(properties)) };
  happened({ id: randomId(), name, properties: copy, at: isoNow() });
};

const identify = (
  userId: string,
  { token, attributes }: { token?: TokenSource; attributes?: object } = {},
): void => {
  const changed = takeIdentity(userId, token);
  const body = { user_id: userId, attributes };
  waitFor(deliver(() => postAs("identify", body), now() + IDENTIFY_WITHIN));
  if (changed) updateLive(true);
};

const flush = (): void => {
  giveUpWaiting();
  sendCollected(true);
};

const reset = (): void => {
  flush();
  dropIdentity();
  renewVisitor();
  emit("reset");
  forgetLeftover();
  closePopup();
  updateLive(true);
};

/** What the page did under consent is gone with it, as is all that we keep in this browser. */
const withdraw = (): void => {
  if (!waiting) {
    waiting = [];
    want(false);
    reset();
  }
  forgetAll();
};

const consent = (given = true): void => {
  consented = given;
  if (given) begin();
  else withdraw();
};

/** What few pages call is a file of its own. */
const further = (name: "show" | "debug" | "tags") =>
  onceBegun(async (said: string) => (await load(name))?.(said));

type Call = [name: string, ...args: never[]];
// biome-ignore lint/suspicious/noExplicitAny: the host calls with whatever it has
type Api = Record<string, (...args: any[]) => void>;

const api: Api = {
  track,
  consent,
  identify: onceBegun(identify),
  reset: onceBegun(reset),
  show: further("show"),
  hold,
  release,
  on,
  debug: further("debug"),
  tags: further("tags"),
  push: (...calls: Call[]) =>
    calls.forEach(quietly(([name, ...args]: Call) => api[name]?.(...args))),
};
for (const name in api) api[name] = quietly(api[name] as () => void);

const host = window as Window & { sayso?: (Call[] & Api) | Api };

/** What a backend asks for waits until then, so nothing of ours delays the page's loading. */
const settleThenStream = () => later(settle(), () => waiting || updateLive());

/** What they do comes to nothing before we may begin, and once consent is withdrawn. */
const listenToPage = (): void => {
  watchVisitor();
  listen(window, "load", settleThenStream);
  listen(window, "visibilitychange pageshow", (event: PageTransitionEvent) => {
    begin();
    sendCollected();
    // Back from the browser's cache of pages.
    if (event.persisted) {
      viewed();
      askLeftover();
    }
  });
  listen(window, "pagehide", flush);
};

/** With consent, and once a page that was prepared in advance is really visited. */
const begin = (): void => {
  const { prerendering } = document as Document & { prerendering?: boolean };
  if (!waiting || !consented || prerendering || !hasRules(begin)) return;
  const calls = waiting;
  waiting = undefined;
  // In a frame of a sandbox, or in a file: the server refuses whoever has no origin.
  want(origin !== "null");
  settleThenStream();
  recallVisitor();
  if (tagUser && !tagToken) identify(tagUser);
  for (const call of calls) call();
  try {
    if (sessionStorage.getItem(key)) load("resume");
  } catch {}
  // What an earlier page could not deliver goes out as soon as that file is here.
  if (recall(ANSWERS)) load("offline");
  if (tagDatalayer !== undefined) load("datalayer");
  askLeftover();
  watchPageViews();
  viewed();
};

const start = (): void => {
  // The stub's own array goes on serving, so that a reference the host kept stays good.
  const queue = (Array.isArray(host.sayso) ? host.sayso : []) as Call[];
  const calls = queue.splice(0);
  // As its prototype: a page may have frozen `Array.prototype.push`, which then cannot be assigned.
  host.sayso = Object.setPrototypeOf(queue, api) as Api;
  listenToPage();
  (api.push as (...calls: Call[]) => void)(...calls);
  begin();
};

// Two tags on one page are one, for whom the newest says.
const running = host.sayso as Api | undefined;
(running?.track ? running.tags : start)?.();
