import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MomentRule, PageRules } from "../src/wire.ts";
import { hide, loadPage, type Page, settle, show } from "./page.ts";

const { pushState } = history;

beforeEach(() => {
  vi.useFakeTimers();
  at("/");
});

afterEach(() => {
  history.pushState = pushState;
  window.scrollTo(0, 0);
  vi.restoreAllMocks();
});

// biome-ignore lint/suspicious/noExplicitAny: happy-dom's own window
const at = (path: string) => (window as any).happyDOM.setURL(`https://shop.example${path}`);

const go = async (path: string) => {
  history.pushState(null, "", path);
  at(path);
  await settle(300);
};

const put = (html: string): HTMLElement => {
  const box = document.createElement("div");
  box.innerHTML = html;
  document.body.append(box);
  return box.firstElementChild as HTMLElement;
};

const rule = (kind: MomentRule["kind"], more: Partial<MomentRule> = {}): MomentRule => ({
  survey: `s_${kind}`,
  kind,
  ...more,
});

const watching = (...moments: MomentRule[]) => loadPage({ moments });

/** Kind and surveys of every decision asked for. */
const asked = (page: Page) =>
  page.to("decide").map(({ body }) => [body.trigger.kind, ...body.trigger.surveys]);

const click = async (element: Element) => {
  element.dispatchEvent(
    new MouseEvent("click", { bubbles: true, composed: true, cancelable: true }),
  );
  await settle(10);
};

const leaveThrough = async (clientY: number, relatedTarget: Element | null = null) => {
  document.body.dispatchEvent(
    new MouseEvent("mouseout", { bubbles: true, clientY, relatedTarget }),
  );
  await settle(10);
};

const page_of = (scrollHeight: number, clientHeight = 600) => {
  const root = document.documentElement;
  for (const [name, value] of Object.entries({ scrollHeight, clientHeight })) {
    Object.defineProperty(root, name, { value, configurable: true });
  }
  Object.defineProperty(document, "scrollingElement", { value: root, configurable: true });
};

const scrollTo = async (top: number) => {
  document.documentElement.scrollTop = top;
  document.dispatchEvent(new Event("scroll"));
  await settle(200);
};

test("without moments no file of theirs is loaded", async () => {
  const page = await loadPage();
  await settle(5_000);
  expect(page.scripts).toEqual([]);
});

test("with moments their file comes from beside the popup's, once", async () => {
  const page = await watching(rule("click", { selector: ".export" }));
  await go("/next");
  expect(page.scripts.map(({ src }) => src)).toEqual([
    "https://ask.example/v1/widget/moments.0.js",
  ]);
});

test("nothing runs while a click, a scroll or a leaving pointer is waited for", async () => {
  page_of(3_000);
  await watching(
    rule("click", { text: "Export" }),
    rule("exit_intent"),
    rule("scroll", { percent: 50 }),
  );
  await settle(5_000);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ["the element itself", '<button class="export">x</button>', "button"],
  ["what lies inside it", '<a class="export"><svg><path></path></svg></a>', "path"],
])("a click by selector: %s", async (_, html, target) => {
  const page = await watching(rule("click", { selector: ".export" }));
  const element = put(html);
  await click(element.parentElement?.querySelector(target) as Element);
  expect(asked(page)).toEqual([["click", "s_click"]]);
});

test("a click that no rule means asks nothing", async () => {
  const page = await watching(rule("click", { selector: ".export" }), rule("click", { text: "X" }));
  await click(put("<button>Import</button>"));
  await click(put("<p>X</p>"));
  expect(page.calls).toEqual([]);
});

test.each([
  ["a button", "<button>\n  Export   as PDF </button>", "button"],
  ["in any case", "<button>EXPORT AS PDF</button>", "button"],
  ["what lies inside", "<button><i></i> Export as PDF</button>", "i"],
  ["a link", '<a href="#x">Export as PDF</a>', "a"],
  ["a role", '<div role="button"><b>Export as PDF</b></div>', "b"],
  ["an input", '<input type="button" value="Export as PDF">', "input"],
])("a click by text: %s", async (_, html, target) => {
  const page = await watching(rule("click", { text: "export as pdf" }));
  await click(put(html).parentElement?.querySelector(target) as Element);
  expect(asked(page)).toEqual([["click", "s_click"]]);
});

test("a click is seen through shadow roots, and a slotted text read", async () => {
  const page = await watching(
    rule("click", { selector: "my-button", survey: "outer" }),
    rule("click", { selector: ".inner", survey: "inner" }),
    rule("click", { text: "Export", survey: "text" }),
  );
  const host = put("<my-button>Export</my-button>");
  const button = document.createElement("button");
  button.className = "inner";
  host.attachShadow({ mode: "open" }).append(button);
  await click(button);
  expect(asked(page)).toEqual([["click", "outer", "inner", "text"]]);
});

test("an invalid selector matches nothing and spoils no other rule", async () => {
  const page = await watching(
    rule("click", { selector: "a[", survey: "broken" }),
    rule("click", { selector: "button", survey: "whole" }),
  );
  await click(put("<button>x</button>"));
  expect(asked(page)).toEqual([["click", "whole"]]);
});

test("a click into our own popup is none of the page's", async () => {
  const page = await watching(rule("click", { selector: "button" }));
  const popup = document.createElement("sayso-survey");
  const close = document.createElement("button");
  popup.attachShadow({ mode: "open" }).append(close);
  document.body.append(popup);
  await click(close);
  expect(page.calls).toEqual([]);
});

test("the host's click is its own: not prevented, and its listeners come first", async () => {
  const order: string[] = [];
  const page = await loadPage(
    { moments: [rule("click", { selector: "button" })] },
    {
      replies: {
        decide: () => {
          order.push("decide");
          return { body: { ask: null } };
        },
      },
    },
  );
  const button = put("<button>x</button>");
  button.addEventListener("click", () => order.push("host"));
  const event = new MouseEvent("click", { bubbles: true, composed: true, cancelable: true });
  button.dispatchEvent(event);
  // Of a real click, microtasks run before the next listener: not even there do we stand before it.
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect(order).toEqual(["host"]);
  await settle(10);
  expect(event.defaultPrevented).toBe(false);
  expect(order).toEqual(["host", "decide"]);
  expect(page.to("decide")).toHaveLength(1);
});

test("a click that itself leads on to another route is asked about", async () => {
  const page = await watching(rule("click", { selector: "button", match: "exact", value: "/" }));
  const button = put("<button>x</button>");
  button.addEventListener("click", () => at("/exported"));
  await click(button);
  expect(asked(page)).toEqual([["click", "s_click"]]);
});

test("exit intent: the pointer leaves through the top, not at once and not elsewhere", async () => {
  const page = await watching(rule("exit_intent"));
  await settle(800);
  await leaveThrough(-1);
  await settle(300);
  await leaveThrough(400);
  await leaveThrough(0, document.body);
  expect(page.calls).toEqual([]);
  await leaveThrough(0);
  expect(asked(page)).toEqual([["exit_intent", "s_exit_intent"]]);
});

test("scroll depth is a share of what can be scrolled", async () => {
  page_of(2_600);
  const page = await watching(
    rule("scroll", { percent: 50, survey: "half" }),
    rule("scroll", { percent: 100, survey: "end" }),
  );
  await settle(2_000);
  await scrollTo(900);
  expect(page.calls).toEqual([]);
  await scrollTo(1_000);
  expect(asked(page)).toEqual([["scroll", "half"]]);
  await scrollTo(1_999.4);
  expect(asked(page)).toEqual([
    ["scroll", "half"],
    ["scroll", "end"],
  ]);
});

test("a page shorter than the window is seen whole once it has its content", async () => {
  page_of(500);
  const page = await watching(rule("scroll", { percent: 100 }));
  await settle(900);
  expect(page.calls).toEqual([]);
  await settle(200);
  expect(asked(page)).toEqual([["scroll", "s_scroll"]]);
});

test("in an application's shell the box in its middle is what scrolls", async () => {
  page_of(600);
  const box = put('<main style="overflow-y: auto"><p></p></main>');
  for (const [name, value] of Object.entries({ scrollHeight: 1_600, clientHeight: 600 })) {
    Object.defineProperty(box, name, { value });
  }
  document.elementFromPoint = () => box.firstElementChild;
  const page = await watching(rule("scroll", { percent: 50 }));
  await settle(2_000);
  expect(page.calls).toEqual([]);
  box.scrollTop = 600;
  box.dispatchEvent(new Event("scroll"));
  await settle(200);
  expect(asked(page)).toEqual([["scroll", "s_scroll"]]);
});

test("time on page counts only while the page is in sight", async () => {
  const page = await watching(
    rule("time_on_page", { seconds: 10, survey: "ten" }),
    rule("time_on_page", { seconds: 20, survey: "twenty" }),
  );
  await settle(9_000);
  hide();
  await settle(60_000);
  show();
  await settle(900);
  expect(page.calls).toEqual([]);
  await settle(200);
  expect(asked(page)).toEqual([["time_on_page", "ten"]]);
  await settle(10_000);
  expect(asked(page)[1]).toEqual(["time_on_page", "twenty"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("while the page is hidden no timer runs", async () => {
  await watching(rule("time_on_page", { seconds: 10 }), rule("inactivity", { seconds: 10 }));
  hide();
  expect(vi.getTimerCount()).toBe(0);
});

test("time on page begins anew with each view", async () => {
  const page = await watching(rule("time_on_page", { seconds: 10 }));
  await settle(8_000);
  await go("/next");
  await settle(8_000);
  expect(page.calls).toEqual([]);
  await settle(2_000);
  expect(asked(page)).toHaveLength(1);
});

test.each(["pointermove", "keydown", "scroll", "touchmove", "wheel"])(
  "inactivity: a %s begins it anew",
  async (input) => {
    const page = await watching(rule("inactivity", { seconds: 30 }));
    await settle(29_000);
    window.dispatchEvent(new Event(input));
    await settle(29_000);
    expect(page.calls).toEqual([]);
    await settle(1_100);
    expect(asked(page)).toEqual([["inactivity", "s_inactivity"]]);
    await settle(300_000);
    expect(asked(page)).toHaveLength(1);
  },
);

test("who comes back to the tab was not inactive in it meanwhile", async () => {
  const page = await watching(rule("inactivity", { seconds: 30 }));
  await settle(20_000);
  hide();
  await settle(60_000);
  show();
  await settle(29_000);
  expect(page.calls).toEqual([]);
  await settle(2_000);
  expect(asked(page)).toHaveLength(1);
});

test("each rule comes once a view, and again on the next one", async () => {
  const page = await watching(rule("click", { selector: "button" }));
  const button = put("<button>x</button>");
  await click(button);
  await click(button);
  expect(asked(page)).toHaveLength(1);
  await go("/next");
  await click(button);
  expect(asked(page)).toHaveLength(2);
});

test("a moment is only watched for where its URL rule says", async () => {
  const docs = { match: "prefix", value: "/docs" } as const;
  const page = await watching(
    rule("click", { selector: "button", ...docs }),
    rule("time_on_page", { seconds: 5, ...docs }),
  );
  const button = put("<button>x</button>");
  await click(button);
  await settle(10_000);
  expect(page.calls).toEqual([]);
  await go("/docs/a");
  await click(button);
  await settle(5_000);
  expect(asked(page)).toEqual([
    ["click", "s_click"],
    ["time_on_page", "s_time_on_page"],
  ]);
});

test("who moves on while the host holds is not asked about the page they left", async () => {
  const page = await watching(
    rule("time_on_page", { seconds: 5, match: "prefix", value: "/docs" }),
  );
  await go("/docs/a");
  page.sayso.hold();
  await settle(6_000);
  await go("/cart");
  page.sayso.release();
  await settle(5_000);
  expect(page.calls).toEqual([]);
});

test("rules that a publication took away fire no more", async () => {
  const next: Partial<PageRules> = { version: 2, moments: [] };
  const page = await loadPage(
    { moments: [rule("click", { selector: "button" }), rule("click", { selector: "i" })] },
    {
      replies: {
        "rules.json?v=2": [{ body: next }],
        decide: [{ body: { ask: null, version: 2 } }],
      },
    },
  );
  await click(put("<i>x</i>"));
  await click(put("<button>x</button>"));
  expect(asked(page)).toHaveLength(1);
});
