/** The tag's script: wires the parts together and sets `window.sayso`. */
import { asText } from "./as_text.ts";
import { askEvent, giveUpWaiting } from "./ask.ts";
import { deliver, postAs } from "./call.ts";
import { ANSWERS } from "./chunks.ts";
import { collect, handOverCollected, isoNow, type PageEvent, sendCollected } from "./collect.ts";
import { forChunks } from "./for_chunks.ts";
import { hasRules } from "./has_rules.ts";
import { emit, on } from "./host_callbacks.ts";
import { dropIdentity, isAnother, me, type TokenSource, takeIdentity } from "./identity.ts";
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

/** In ms. Later calls wait at most this long for an identify. */
const IDENTIFY_WITHIN = 5_000;

/** Whether consent is withheld; undefined until the tag or the page decides. */
let withheld: unknown = tagWaits;
/** Calls by the host before we may begin; undefined afterwards. */
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
  // Copied, because the host may change its object later. Values that JSON lacks are dropped.
  const copy = { ...JSON.parse(asText(properties)) };
  happened({ id: randomId(), name, properties: copy, at: isoNow() });
};

const identify = (
  userId: string,
  { token, attributes }: { token?: TokenSource; attributes?: object } = {},
): void => {
  if (isAnother(userId)) leave();
  const changed = takeIdentity(userId, token);
  const who = me;
  who.identified_ = deliver(
    () => postAs("identify", { user_id: userId, attributes }, who),
    now() + IDENTIFY_WITHIN,
  );
  if (changed) updateLive(true);
};

const flush = (): void => {
  giveUpWaiting();
  handOverCollected();
};

/** The events so far are sent as this person's. */
const leave = (): void => {
  flush();
  dropIdentity();
};

const reset = (): void => {
  leave();
  renewVisitor();
  emit("reset");
  forgetLeftover();
  closePopup();
  updateLive(true);
};

/** Resets the visitor and deletes everything that we stored in this browser. */
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

/** Calls that few pages use are separate files. */
const further = (name: "show" | "debug" | "tags") =>
  onceBegun(async (argument: string) => (await load(name))?.(argument));

type Call = [name: string, ...args: never[]];
// biome-ignore lint/suspicious/noExplicitAny: the host may pass any arguments
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

/** Opens the stream only when the page has settled, so that it does not delay the page's load. */
const settleThenStream = () => later(settle(), () => waiting || updateLive());

/** The listeners have no effect before we may begin, or after consent is withdrawn. */
const listenToPage = (): void => {
  watchVisitor();
  listen(window, "load", settleThenStream);
  listen(window, "visibilitychange pageshow", (event: PageTransitionEvent) => {
    begin();
    sendCollected();
    // The page returned from the back/forward cache.
    if (event.persisted) {
      viewed();
      askLeftover();
    }
  });
  listen(window, "pagehide", flush);
};

/** Waits for consent, if required, and until a prerendered page is actually visited. */
const begin = (): void => {
  const { prerendering } = document as Document & { prerendering?: boolean };
  if (!waiting || !base || withheld || prerendering) return;
  if (!hasRules(begin) || (withheld ?? rules.consent)) return;
  const calls = waiting;
  waiting = undefined;
  // A sandboxed frame or a local file has no origin, and the server refuses its requests.
  want(origin !== "null");
  settleThenStream();
  recallVisitor();
  if (tagUser && !tagToken) identify(tagUser);
  for (const call of calls) call();
  try {
    if (sessionStorage.getItem(key)) load("resume");
  } catch {}
  // On load, this file sends answers that an earlier page could not deliver.
  if (recall(ANSWERS)) load("offline");
  if (tagDatalayer !== undefined) load("datalayer");
  askLeftover();
  watchPageViews();
  viewed();
};

// A second tag does not start again: the newest tag names the user. The stub has the same
// calls, but is still an array.
if (host.sayso?.track && !host.sayso.splice) host.sayso.tags?.();
else {
  // Keeps the stub's array, so that the host's references stay valid.
  const queue = host.sayso?.splice ? host.sayso : [];
  const calls = queue.splice(0);
  // Set as the prototype, because `push` cannot be assigned if a page froze `Array.prototype.push`.
  host.sayso = Object.setPrototypeOf(queue, api);
  giveToChunks(forChunks);
  listenToPage();
  (api.push as (...calls: Call[]) => void)(...calls);
  begin();
}
