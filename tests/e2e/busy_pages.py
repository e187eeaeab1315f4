"""Dialogs, popovers and overlays that a host may have open, and elements that only look open."""

import json

CURTAIN = '<div style="position: fixed; inset: 0; background: #0008">'
LAYER = '<div style="position: fixed; inset: 30% 30% auto; height: 200px; background: #fff"'
BUTTON = "<button>OK</button></div>"
GUARD = '<i tabindex="0"></i>'
DRAWER = "position: fixed; inset: 0 0 0 auto; width: 300px"
APP = """<div id="app"><p>A shop</p><a href="#more">More</a><button>Buy</button></div>
<div id="at"></div>"""


def put(html: str, then: str = "") -> str:
    """A script that inserts the HTML into the page."""
    return f"at.innerHTML = {json.dumps(html)}; {then}"


# The script that opens each one, by name. `over()` closes any of them.
OPEN = {
    "dialog.showModal()": put("<dialog>x</dialog>", "at.firstChild.showModal()"),
    "dialog.show()": put("<dialog>x</dialog>", "at.firstChild.show()"),
    "popover": put("<div popover>x</div>", "at.firstChild.showPopover()"),
    "manual popover": put('<div popover="manual">x</div>', "at.firstChild.showPopover()"),
    "role": put(f'{LAYER} role="dialog">x</div>'),
    "aria-modal": put(f'{LAYER} aria-modal="true">x</div>'),
    "in a shadow": put(
        "<x-dialog></x-dialog>",
        "at.firstChild.attachShadow({ mode: 'open' }).innerHTML ="
        f""" '{LAYER} role="alertdialog">x</div>'""",
    ),
    "inert page": put(f"{LAYER}>{BUTTON}", 'rest("inert", "")'),
    "hidden page": put(f"{LAYER}>{BUTTON}", 'rest("aria-hidden", "true")'),
    "dead page": put(
        f'{LAYER[:-1]}; pointer-events: auto">{BUTTON}',
        'document.body.style.pointerEvents = "none"',
    ),
    "curtain around": put(f"{CURTAIN}{BUTTON}"),
    "curtain beside": put(f"{CURTAIN}</div>{LAYER}>{BUTTON}"),
    "focus led round": put(
        f"{LAYER}>{GUARD}<p><button>OK</button></p>{GUARD}</div>",
        "at.querySelector('button').focus()",
    ),
}

# These elements are out of sight, or do not keep the visitor from using the page.
CLOSED = f"""
  <h2 style="position: absolute; top: 0; z-index: -1">Text beneath the page</h2>
  <div role="dialog" aria-modal="true" style="{DRAWER}; left: 100%">moved</div>
  <div role="dialog" aria-modal="true" style="{DRAWER}; transform: translateX(100%)">moved</div>
  <div role="dialog" aria-modal="true" style="{DRAWER}; transform: scale(0)">small</div>
  <div role="dialog" aria-modal="true" style="{DRAWER}; opacity: 0">clear</div>
  <div role="dialog" aria-modal="true" style="{DRAWER}; visibility: hidden">hidden</div>
  <div role="dialog" aria-modal="true" style="{DRAWER}; clip-path: inset(100%)">cut off</div>
  <div role="dialog" aria-modal="true" style="{DRAWER}; z-index: -1" aria-hidden="true">below</div>
  <div style="height: 0; overflow: hidden"><div role="dialog" aria-modal="true">folded</div></div>
  <div style="position: fixed; left: -9999px"><dialog open>far</dialog></div>
  <div role="dialog" style="position: absolute; width: 1px; overflow: hidden">read</div>
  <dialog>closed</dialog>
  <div popover="manual" id="toasts" style="padding: 0; border: 0; width: 0; height: 0"></div>
  <script>toasts.showPopover()</script>
  <canvas style="position: fixed; inset: 0; pointer-events: none"></canvas>
  <nav style="position: fixed; inset: 0; z-index: -1"><a href="#one">Under the page</a></nav>
  <div style="position: fixed; inset: auto auto 0 0; height: 60px"><button>Chat</button></div>
  <div style="display: flex; height: 60px; width: 600px; overflow: hidden">
    <div inert aria-hidden="true" style="flex: 0 0 20%"><a href="#one">Slide</a></div>
    <div style="flex: 0 0 60%"><a href="#two">Slide</a></div>
    <div inert aria-hidden="true" style="flex: 0 0 20%"><a href="#three">Slide</a></div>
  </div>
"""

SCRIPT = """<script>
  function rest(name, value) {
    for (const one of document.body.children) if (one.id !== "at") one.setAttribute(name, value);
  }
  function over() {
    at.replaceChildren();
    document.body.style.pointerEvents = "";
    for (const one of document.body.children) {
      one.removeAttribute("inert");
      one.removeAttribute("aria-hidden");
    }
  }
</script>"""
