/** The script of the tag: wires the parts and puts `window.sayso` in place. */
import { asText } from "./as_text.ts";
import { askEvent, giveUpWaiting } from "./ask.ts";
import { deliver, postAs, waitFor } from "./call.ts";
import { ANSWERS } from "./chunks.ts";
import { collect, isoNow, type PageEvent, sendCollected } from "./collect.ts";
import { forChunks } from "./for_chunks.ts";
import { hasRules } from "./has_rules.ts";
import { emit, on } from "./host_callbacks.ts";
import { dropIdentity, type TokenSource, takeIdentity } from "./identity.ts";
import { hold, release, settle, watchVisitor } from "./interruption.ts";
import { forgetAll, recall } from "./keep.ts";
import { askLeftover, forgetLeftover } from "./leftover.ts";
import { giveToChunks, load } from "./load.ts";
import { closePopup } from "./open_popup.ts";
import { viewed, watchPageViews } from "./page_views.ts";
import { listen, quietly } from "./quietly.ts";
import { randomId } from "./random_id.ts";
import { rules, updateLive } from "./rules.ts";
import { base, key, tagDatalayer, tagToken, tagUser, tagWaits } from "./tag.ts";
import { later, now } from "./time.ts";
import { want } from "./unwanted.ts";
import { recallVisitor, renewVisitor } from "./visitor.ts";

/** Later calls wait for an identify no longer than this. */
const IDENTIFY_WITHIN = 5_000;

/** Without consent; undefined until the tag or the page has said of it. */
let withheld: unknown = tagWaits;
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
  withheld = !given;
  if (given) begin();
  else withdraw();
};

/** What few pages call is a file of its own. */
const further = (name: "show" | "debug" | "tags") =>
  onceBegun(async (argument: string) => (await load(name))?.(argument));

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

const host = window as Window & { sayso?: Call[] & Api };

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

/** With consent where it is asked for, and once a page prepared in advance is really visited. */
const begin = (): void => {
  const { prerendering } = document as Document & { prerendering?: boolean };
  if (!waiting || !base || withheld || prerendering) return;
  if (!hasRules(begin) || (withheld ?? rules.consent)) return;
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

// Two tags on one page are one, for whom the newest says. The stub has all calls as well, and is still
// an array.
if (host.sayso?.track && !host.sayso.splice) host.sayso.tags?.();
else {
  // The stub's own array goes on serving, so that a reference the host kept stays good.
  const queue = host.sayso?.splice ? host.sayso : [];
  const calls = queue.splice(0);
  // As its prototype: a page may have frozen `Array.prototype.push`, which then cannot be assigned.
  host.sayso = Object.setPrototypeOf(queue, api);
  giveToChunks(forChunks);
  listenToPage();
  (api.push as (...calls: Call[]) => void)(...calls);
  begin();
}
