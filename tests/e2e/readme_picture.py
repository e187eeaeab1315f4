"""Takes the README's screenshot from the running demo: `make picture`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.demo.running import running
from tests.e2e.visitor import appearing, popup
from tests.servers import free_port
from tools import browser

WIDTH, HEIGHT = 1080, 620
MOTION = 600  # milliseconds until the popup's animation ends


def take(target: Path) -> None:
    """Finish an order in the demo's shop and take a screenshot of the popup."""
    ports = ("--sayso-port", str(free_port()), "--shop-port", str(free_port()))
    with tempfile.TemporaryDirectory() as data, running(Path(data), *ports) as demo:
        demo.wait_until_ready()
        with sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=browser.find(), args=CHROMIUM_FLAGS)
            page = chromium.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2
            )
            page.goto(f"{demo.shop}/basket")
            with appearing(page):
                page.get_by_role("button", name="Finish the order").click()
            popup(page).get_by_role("radio").last.hover()
            page.wait_for_timeout(MOTION)
            page.screenshot(path=target)
            chromium.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
