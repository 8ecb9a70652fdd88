"""Take the README's pictures from the running app: `python scripts/pictures.py http://localhost:8501`."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import chromium  # noqa: E402

DEPTH = "gradients-deep_net-depth"
CHART = "[data-testid=stVegaLiteChart] canvas"


def main(address: str) -> None:
    """A view as it is opened, and another one while its slider is dragged."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        _open(page, f"{address}/Momentum")
        picture(page).quantize(128).save(ROOT / "docs/view.png", optimize=True)
        _open(page, f"{address}/Vanishing_gradients")
        frames = [frame.resize((960, 540)) for frame in _dragged(page)]
        frames[0].save(ROOT / "docs/drag.webp", save_all=True, append_images=frames[1:], duration=160, loop=0,
                       quality=45, method=6)
        browser.close()
    for path in ("view.png", "drag.webp"):
        print(path, (ROOT / "docs" / path).stat().st_size // 1000, "kB")


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(CHART).nth(1).wait_for(timeout=60_000)
    page.wait_for_timeout(3000)


def picture(page: Page) -> Image.Image:
    """What the browser shows now."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _dragged(page: Page) -> list[Image.Image]:
    box = page.locator(f".st-key-{DEPTH} [role=group] > div").bounding_box()
    places = [0.28 - 0.02 * i for i in range(11)] + [0.08 + 0.04 * i for i in range(12)]
    frames = []
    page.mouse.move(box["x"] + box["width"] * places[0], box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in places:
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        page.wait_for_timeout(250)
        frames.append(picture(page))
    page.mouse.up()
    return frames


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501")
