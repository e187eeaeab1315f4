/** A page with our tag on it, a server that is a list of replies, and a popup that is a record. */
import { afterEach, vi } from "vitest";
import type { Ask, OpenPopup, PopupEvent } from "../src/core/chunks.ts";
import type { ChunkScript } from "../src/core/from_loader.ts";
import type { PageRules, Survey } from "../src/core/wire.ts";

export const BASE = "https://ask.example/v1/p/pk_test/";

export const RULES: PageRules = {
  version: 1,
  live: false,
  events: ["order_completed"],
  tracked: ["page_opened"],
  views: [],
};

export const SURVEY: Survey = {
  id: "s_1",
  language: "en",
  direction: "ltr",
  questions: [
    { id: "score", kind: "nps", title: "How likely?", low: "Not at all", high: "Extremely" },
    {
      id: "comment",
      kind: "comment",
      title: "Why?",
      by_score: [
        { max: 6, title: "What went wrong?" },
        { max: 10, title: "What went well?" },
      ],
    },
  ],
  thanks: { title: "Thank you!" },
  labels: {
    name: "Survey",
    close: "Close",
    later: "Ask me later",
    never: "Don’t ask again",
    why: "Why me?",
    send: "Send",
    skip: "Skip",
    appeared: "A survey has appeared.",
  },
};

export const ASK = { ask: { invitation: "inv_1", survey: SURVEY } };

export interface Call {
  path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any body
  body: any;
  init: RequestInit;
}

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | "away";

export interface Page {
  calls: Call[];
  /** Calls of one kind. */
  to(path: string): Call[];
  /** Answers by path: a function, or replies in turn, the last one for good. */
  replies: Record<string, Answer[] | ((call: Call) => Answer | Promise<Response>)>;
  popups: { ask: Ask; tell: (event: PopupEvent) => void; closed: boolean }[];
  /** All but what stands in for the Navigation API, which is missing here. */
  scripts: ChunkScript[];
  /** The popup's file cannot be had. */
  broken: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the host's untyped global
  sayso: any;
}

const listening: [EventTarget, Parameters<EventTarget["addEventListener"]>][] = [];

const recordListeners = (target: EventTarget): void => {
  const add = target.addEventListener.bind(target);
  vi.spyOn(target, "addEventListener").mockImplementation((...args) => {
    listening.push([target, args]);
    add(...args);
  });
};

afterEach(() => {
  for (const [target, [type, run, options]] of listening.splice(0)) {
    target.removeEventListener(type, run, options as EventListenerOptions);
  }
  localStorage.clear();
  sessionStorage.clear();
  document.body.replaceChildren();
  // biome-ignore lint/suspicious/noExplicitAny: not declared
  delete (window as any).sayso;
  vi.useRealTimers();
  show();
});

export const hide = () => setHidden(true);
export const show = () => setHidden(false);
const setHidden = (hidden: boolean): void => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
};

// biome-ignore lint/suspicious/noExplicitAny: happy-dom's own window
const { happyDOM } = window as any;
// What happy-dom does not have.
Object.assign(window, { origin: "https://shop.example" });
for (const root of [document, ShadowRoot.prototype]) {
  Object.assign(root, {
    /** By the boxes alone: all that stands there, what comes later in the page over it. */
    elementsFromPoint(this: ParentNode, x: number, y: number): Element[] {
      return [...this.querySelectorAll("*")].reverse().filter((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return left <= x && x < right && top <= y && y < bottom;
      });
    },
    elementFromPoint(this: Document, x: number, y: number): Element | null {
      return this.elementsFromPoint(x, y)[0] ?? null;
    },
  });
}

/** Where the page is now, without a word of it to the page. */
export const at = (path: string): void => happyDOM.setURL(`https://shop.example${path}`);

/** Puts the element into the page. */
export const put = (html: string): HTMLElement => {
  const box = document.createElement("div");
  box.innerHTML = html;
  document.body.append(box);
  return box.firstElementChild as HTMLElement;
};

/** Gives the element a place in the window, in px. */
export const sized = <E extends Element>(element: E, box: Partial<DOMRect> = {}): E => {
  const { left = 0, top = 0, width = 300, height = 100 } = box;
  const rect = { left, top, width, height, right: left + width, bottom: top + height };
  element.getBoundingClientRect = () => rect as DOMRect;
  return element;
};

const respond = (page: Page, call: Call): Promise<Response> => {
  const known = page.replies[call.path.split("/")[0] as string] ?? [{}];
  const answer =
    typeof known === "function" ? known(call) : known.length > 1 ? known.shift() : known[0];
  if (answer instanceof Promise) return answer;
  if (answer === "away" || !answer) return Promise.reject(new TypeError("away"));
  const { status = 200, body = {}, headers = {} } = answer;
  return Promise.resolve(
    new Response(JSON.stringify({ version: 1, ...(body as object) }), { status, headers }),
  );
};

const blankPage = (): Page => {
  const page: Page = {
    calls: [],
    to: (path) => page.calls.filter((call) => call.path.split("/")[0] === path),
    replies: { decide: [{ body: { ask: null } }] },
    popups: [],
    scripts: [],
    broken: false,
    get sayso() {
      // biome-ignore lint/suspicious/noExplicitAny: not declared
      return (window as any).sayso;
    },
  };
  return page;
};

const openRecorded =
  (page: Page): OpenPopup =>
  (ask, tell) => {
    const popup = { ask, tell, closed: false };
    page.popups.push(popup);
    return () => {
      popup.closed = true;
      tell("closed");
    };
  };

/** Runs the loader as a fresh tag would. `before` is the page's life before it. */
export const loadPage = async (
  rules: Partial<PageRules> = {},
  options: {
    tag?: Record<string, string>;
    /** The script's address, where not the usual one; without any there is no tag to be found. */
    src?: string | null;
    replies?: Page["replies"];
    before?: () => void;
    /** The page has only just come; most tests are about one that has settled. */
    fresh?: boolean;
  } = {},
): Promise<Page> => {
  const page = blankPage();
  Object.assign(page.replies, options.replies);
  const settled = options.fresh ? {} : { settle: 0 };
  vi.stubGlobal("__SAYSO_RULES__", { ...RULES, ...settled, ...rules });
  vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => {
    const path = url.slice(BASE.length);
    const call = { path, body: init.body ? JSON.parse(`${init.body}`) : undefined, init };
    page.calls.push(call);
    return respond(page, call);
  });
  const root = document.documentElement;
  const append = root.append.bind(root);
  vi.spyOn(root, "append").mockImplementation((node) => {
    if ((node as Element).localName !== "script") return append(node);
    const script = node as ChunkScript;
    if (!script.src.includes("/routes.")) page.scripts.push(script);
    if (!page.broken && !script.src.includes("/popup.")) running.push(runFile(script));
    else
      queueMicrotask(() => {
        if (page.broken) script.onerror?.(new Event("error"));
        else script.sayso.ready_(openRecorded(page));
      });
  });
  if (!vi.isMockFunction(window.addEventListener)) recordListeners(window);
  options.before?.();
  await runTag(options.tag, document.body, options.src);
  await settle();
  return page;
};

/** Further files on their way. */
const running: Promise<unknown>[] = [];

const CODE = {
  quiet: () => import("../src/page/quiet/quiet.ts"),
  routes: () => import("../src/page/routes.ts"),
  zone: () => import("../src/page/zone.ts"),
  leftover: () => import("../src/page/triggers/leftover.ts"),
  show: () => import("../src/page/triggers/show.ts"),
  tags: () => import("../src/page/tags.ts"),
  datalayer: () => import("../src/page/data_layer.ts"),
  live: () => import("../src/page/triggers/live.ts"),
  moments: () => import("../src/page/triggers/moments.ts"),
  embed: () => import("../src/page/embed.ts"),
  inline: () => import("../src/survey/inline.ts"),
  button: () => import("../src/page/button/button.ts"),
  debug: () => import("../src/page/debug/debug.ts"),
  resume: () => import("../src/survey/resume.ts"),
  offline: () => import("../src/survey/offline.ts"),
};

/** The file's own code, as its script would run it; one after the other, as scripts do. */
const runFile = (script: ChunkScript): Promise<unknown> => {
  turn = turn.then(() => {
    const [, name] = /\/(\w+)\.\w+\.js/.exec(script.src) as RegExpExecArray;
    Object.defineProperty(document, "currentScript", { value: script, configurable: true });
    return CODE[name as keyof typeof CODE]();
  });
  return turn;
};

let turn: Promise<unknown> = Promise.resolve();

/** The tag's script itself, once more if called again; it stands in the page where one says so. */
export const runTag = async (
  data: Record<string, string> = {},
  around?: Element,
  src: string | null = `${BASE}sayso.js`,
): Promise<void> => {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: src });
  Object.assign(script.dataset, data);
  script.nonce = "n0";
  const value = src === null ? null : script;
  Object.defineProperty(document, "currentScript", { value, configurable: true });
  around?.append(script);
  vi.resetModules();
  await import("../src/core/sayso.ts");
};

/** Lets everything that is ready happen; with fake timers also `ms` go by. */
export const settle = async (ms = 0): Promise<void> => {
  if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(ms);
  else await new Promise((resolve) => setTimeout(resolve, ms));
  if (!running[0]) return;
  await Promise.all(running.splice(0));
  await settle();
};
