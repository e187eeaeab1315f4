import { expect, test, vi } from "vitest";
import { asked, click, rule, watching } from "./moment_page.ts";
import { at, loadPage, put, settle } from "./page.ts";

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

test("a text is read, which makes the page lay itself out, only where a rule waits for one", async () => {
  const read = vi.spyOn(HTMLElement.prototype, "innerText", "get");
  await watching(rule("click", { selector: "a" }), rule("click", { text: "Export", survey: "s" }));
  const button = put("<button>Export</button>");
  await click(put("<p>Export</p>"));
  expect(read).not.toHaveBeenCalled();
  await click(button);
  await click(button);
  expect(read).toHaveBeenCalledTimes(1);
});
