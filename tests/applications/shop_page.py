"""The shops' only page: the strictest policy, and the tag."""

import os

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; img-src data:; form-action 'self'; "
    "base-uri 'none'; connect-src 'self' " + os.environ["SAYSO_SDK_HOST"]
)
PAGE = """<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
{{ tag }}
<h1>{{ user }}</h1>
<button id="order">Order</button>
<script nonce="{{ nonce }}">
  if (location.search === "?left") sayso.reset();
  order.onclick = () => fetch("/order?n=0", { method: "POST" });
</script>"""
"""For both Jinja and Django. After a log-out the page calls `sayso.reset()`."""
NOBODY = "nobody"
