"""The heads of hostile pages: styles, policies, layers."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

STANDARD, QUIRKS = "<!doctype html>", ""
CONTENT = "<header><h1>Host</h1></header><main><a href=#>Link</a><input></main><footer>End</footer>"
NONCE = "Ab12"
SAYSO = "SAYSO"
"""Placeholder for the server's URL."""

STYLED = {
    "everything_important": f"""{STANDARD}<style>
        * {{
          all: revert !important; letter-spacing: 5px !important; direction: rtl !important;
          text-transform: uppercase !important; line-height: 3 !important;
        }}
        :root {{ font-size: 62.5% }}
        :not(:defined) {{ display: none }}
        body > :not(header, main, footer) {{
          position: static !important; width: 9em !important; visibility: hidden !important;
        }}
        </style>""",
    "everything_unset": f"""{STANDARD}<style>
        html * {{ all: unset !important; font: 30px serif !important; zoom: 2 !important }}
        * {{ box-sizing: content-box !important }}
        sayso-survey, p {{ pointer-events: none !important }}
        main, main * {{ display: block !important; zoom: 1 !important }}
        </style>""",
    "quirks_mode": f"{QUIRKS}<style>table, td {{ font-size: 9px }}</style>",
    "names_like_ours": f"""{STANDARD}<style>
        :root {{ --edge-light: red; --edge-dark: red; --text: red; --paper: blue }}
        @property --accent {{ syntax: "<length>"; inherits: false; initial-value: 0px }}
        @keyframes rise {{ to {{ transform: rotate(90deg) }} }}
        </style>""",
    "own_selection": f"{STANDARD}<style>::selection {{ background: red; color: lime }}</style>",
    "moved_body": f"""{STANDARD}<style>
        body {{ transform: translate(10px); opacity: 0.5; min-height: 200vh }}
        </style>""",
    "walled_body": f"""{STANDARD}<style>
        html {{ filter: grayscale(0); overflow: clip; font-size: 62.5%; isolation: isolate }}
        body {{
          filter: blur(0); contain: strict; will-change: transform; zoom: 1.5; perspective: 9px;
          mix-blend-mode: multiply; clip-path: inset(10px); container-type: size; height: 90vh;
        }}
        </style>""",
    "last_child": f"""{STANDARD}<style>
        body > * {{ margin-bottom: 50px }} body > :last-child {{ margin-bottom: 0 }}
        </style>""",
}

INLINE = "window.theirs = 1;"
HASH = b64encode(sha256(INLINE.encode()).digest()).decode()
POLICIES = {
    "by_nonce_without_style_and_with_trusted_types": f"""
        default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'none'; connect-src {SAYSO};
        require-trusted-types-for 'script'; trusted-types sayso""",
    "by_strict_dynamic": f"""
        script-src 'nonce-{NONCE}' 'strict-dynamic'; object-src 'none'; base-uri 'none'""",
    "by_hash_and_address": f"""
        default-src 'none'; script-src {SAYSO} 'sha256-{HASH}'; connect-src {SAYSO}""",
}

XHTML = """<?xml version='1.0' encoding='UTF-8'?>
    <!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN'
      'http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd'>
    <html xmlns='http://www.w3.org/1999/xhtml'>"""
LAYERS = f"""{STANDARD}<style>
    .war {{
      position: fixed; inset: auto 0 0 auto; width: 60vw; height: 90vh; z-index: 2147483647;
      background: red; transform: translateZ(0);
    }}
    </style><div class="war"></div>"""

PAGES = {
    **STYLED,
    **{
        name: f'{STANDARD}<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<script nonce="{NONCE}">{INLINE}</script>'
        for name, policy in POLICIES.items()
    },
    "another_base": f"{XHTML}<base href='https://elsewhere.example/deep/'>",
    "war_of_layers": LAYERS,
}
