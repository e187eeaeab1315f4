"""Host scripts that change JavaScript's built-ins.

The popup looks the same, an answer arrives unchanged, and the console stays empty. These tests read
no records of the page (unlike for other hosts), because recording uses the changed built-ins.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.project import Project
from tests.e2e.visitor import Notices, is_call, takes_input
from tests.hosts.pictures import different
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import (
    ON_THE_EDGE,
    VIEWPORT,
    NewContext,
    Visit,
    appearing,
    choose_by_keyboard,
    popup,
)

CONTENT = """<!doctype html><meta charset="utf-8"><title>Host</title>
    <link rel="icon" href="data:,"><a href="#">Link</a><input>"""

CHANGES = {
    "wrapped_fetch_and_history": """
        for (const name of ["pushState", "replaceState"]) {
          const was = history[name];
          history[name] = function (...words) { return was.apply(this, words); };
        }
        const was = window.fetch;
        window.fetch = (...words) => was(...words).then((reply) => new Proxy(reply, {
          get: (target, name) => {
            const found = target[name];
            return typeof found === "function" ? found.bind(target) : found;
          },
        }));
        window.XMLHttpRequest = class {};""",
    "methods_of_their_own": """
        Object.prototype.theirs = function () {};
        Object.prototype.name_ = "theirs";
        Array.prototype.each = function () {};
        Array.prototype.at = () => "theirs";
        Array.prototype.contains = () => true;
        String.prototype.first = () => "theirs";
        Element.prototype.show = function () {};""",
    "arrays_as_json_twice": """
        Array.prototype.toJSON = function () { return `[${this.join(", ")}]`; };""",
    "another_promise": """
        const Native = Promise;
        window.Promise = class Theirs {
          constructor(run) { this.native = new Native(run); }
          then(...both) { return Theirs.resolve(this.native.then(...both)); }
          catch(run) { return this.then(undefined, run); }
          static resolve(value) { return new Theirs((done) => done(value)); }
          static reject(value) { return new Theirs((_, fail) => fail(value)); }
          static all(all) { return Theirs.resolve(Native.all(all)); }
        };""",
    "wrapped_elements": """
        for (const [on, name] of [
          [Element.prototype, "attachShadow"], [Element.prototype, "append"],
          [Node.prototype, "appendChild"], [Document.prototype, "createElement"],
        ]) {
          const was = on[name];
          on[name] = function (...words) { return was.apply(this, words); };
        }
        addEventListener("keydown", (event) => event.stopPropagation());
        addEventListener("focusin", (event) => event.stopImmediatePropagation());""",
    "all_frozen": """
        for (const one of [Object, Function, Array, String, Promise, JSON, Math, Date, Map, Set,
          URL, Element, Node, HTMLElement, Document, EventTarget]) {
          Object.freeze(one);
          if (one.prototype) Object.freeze(one.prototype);
        }
        Object.freeze(document);
        Object.defineProperty(window, "fetch", { value: fetch, writable: false });""",
    "a_single_page_application": """
        addEventListener("DOMContentLoaded", () => {
          const draw = () => {
            document.body.replaceChildren(Object.assign(document.createElement("h1"), {
              textContent: location.pathname,
            }), document.createElement("input"));
          };
          const go = (path) => document.startViewTransition(() => {
            history.pushState({}, "", path);
            draw();
          }).finished;
          (async () => { for (let view = 0; view < 3; view++) await go(`?view=${view}`); })();
        });""",
}

SHORT = {"methods_of_their_own", "arrays_as_json_twice", "all_frozen"}
OURS = "Object.keys(window).filter((name) => /sayso/i.test(name))"


def is_last(reply: Response) -> bool:
    """Whether this is the reply to the complete response."""
    return is_call("responses")(reply) and '"complete":true' in (reply.request.post_data or "")


@pytest.mark.parametrize(
    "change",
    [pytest.param(one, marks=() if one in SHORT else pytest.mark.proof) for one in CHANGES],
)
def test_the_popup_is_the_same_and_the_answer_arrives(
    change: str,
    fresh_context: NewContext,
    site: StaticSite,
    project: Project,
    on_an_empty_page: Visit,
    page: Page,
) -> None:
    url = site.add(change, f"{CONTENT}<script>{CHANGES[change]}</script>{project.tag()}")
    context = fresh_context(viewport=VIEWPORT)
    visitor = context.new_page()
    heard = Notices(visitor).heard
    with appearing(visitor):
        visitor.goto(url)
    visitor.mouse.move(*ON_THE_EDGE)
    choose_by_keyboard(visitor)
    done = Visit({}, [])
    done.picture(visitor, "nps chosen")
    visitor.keyboard.press("Enter")
    visitor.keyboard.type("Fine")
    takes_input(visitor)
    with visitor.expect_response(is_last) as sent:
        visitor.keyboard.press("Control+Enter")
    assert sent.value.json()["complete"]
    expect(popup(visitor)).to_contain_text("Thank you!")
    assert heard == []
    assert visitor.evaluate(OURS) == ["sayso"]
    expected = {"nps chosen": on_an_empty_page.pictures["nps chosen"]}
    assert different(page, expected, done.pictures) == {}
    context.close()


def test_a_page_that_takes_out_what_it_does_not_know_is_left_in_peace(
    fresh_context: NewContext, site: StaticSite, project: Project
) -> None:
    guard = """new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node.localName === "sayso-survey") { removed++; node.remove(); }
    }).observe(document, { childList: true, subtree: true });
    let removed = 0;"""
    url = site.add("guarded", f"{CONTENT}<script>{guard}</script>{project.tag()}")
    context = fresh_context()
    visitor = context.new_page()
    heard = Notices(visitor).heard
    called: list[str] = []
    visitor.on("request", lambda request: called.append(request.url))
    with visitor.expect_response(is_call("decide")):
        visitor.goto(url)
    visitor.wait_for_function("removed === 5")
    visitor.wait_for_timeout(1_500)  # a popup that is visible for a second counts as shown
    assert visitor.evaluate("removed") == 5
    assert not [url for url in called if "/invitations/" in url]
    assert heard == []
    context.close()
