"""What the tests in a real browser do with a page: wait, look, drag and read."""

import base64
import io
import time

from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops

GRADIENTS, MOMENTUM = "/Vanishing_gradients", "/Momentum"
REMEDIES = GRADIENTS + "?view=Remedies"
DEPTH = "gradients-deep_net-depth"
CHART = "[data-testid=stVegaLiteChart]"
DAY, NIGHT, DAY_INK, NIGHT_INK = "rgb(255, 255, 255)", "rgb(15, 20, 26)", "#1b1f24", "#e9eef4"
# Notes every word that is written on a canvas, and its color.
LISTEN = """{ window.written = []; const write = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (words, ...more) {
        written.push([words, this.fillStyle]);
        return write.call(this, words, ...more); } }"""


def settle(page, quiet=0.5, limit=5):
    """Wait until no script has run for a while, but not for a stream that plays."""
    end, calm = time.time() + limit, time.time()
    while time.time() < end and time.time() - calm < quiet:
        if page.locator("[data-testid=stApp][data-test-script-state=running]").count():
            calm = time.time()
        page.wait_for_timeout(100)


def becomes(page, read, wanted, seconds=10):
    """Whether `wanted(read(page))` comes true in time."""
    end = time.time() + seconds
    while time.time() < end:
        if wanted(read(page)):
            return True
        page.wait_for_timeout(20)
    return False


def chart(page, index=0):
    return page.locator(CHART).nth(index).locator("canvas").first


def picture(page, index=0):
    return drawn(chart(page, index))


def drawn(canvas):
    """The pixels of a chart."""
    return canvas.evaluate("e => e.toDataURL()")


def alike(one, other):
    """Whether two pictures are the same but for the edges of lines: the canvas repaints only what has changed."""
    images = [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("L") for url in (one, other)]
    if images[0].size != images[1].size:
        return False
    return ImageChops.difference(*images).point(lambda gap: gap > 40 and 255).getbbox() is None


def value(page, key):
    return float(page.locator(f".st-key-{key} input[type=range]").input_value())


def text(page):
    return page.inner_text("[data-testid=stMain]")


def track(page, key):
    """A function from a value of the slider to the place on the screen where it lies."""
    page.locator(f".st-key-{key}").evaluate("e => e.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(300)
    box = page.locator(f".st-key-{key} [role=group] > div").bounding_box()
    low, high = page.locator(f".st-key-{key} input[type=range]").evaluate("e => [+e.min, +e.max]")
    return lambda v: (box["x"] + box["width"] * (v - low) / (high - low), box["y"] + box["height"] / 2)


def copied(page, view):
    """The link that the button of a view copies, without the server's address."""
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text }")
    page.locator(f".st-key-foot-{view} button", has_text="Copy link").click()
    return "/" + page.evaluate("copied").partition("http://")[2].partition("/")[2]


def tab(page):
    """The name of the view that is open."""
    return page.locator("[role=tab][aria-selected=true]").inner_text()


def turn(page, name):
    page.get_by_role("tab", name=name, exact=True).click()
    assert becomes(page, tab, lambda now: now == name)
    settle(page)


def serious(page, *rules):
    assert becomes(page, lambda p: p.locator("[data-stale=true]").count(), lambda left: not left, seconds=30)  # faded
    options = {"runOnly": rules, "resultTypes": ["violations"]}  # the others only named: much faster
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {[n['html'][:160] for n in v['nodes']][:3]}" for v in found
            if v["impact"] in ("serious", "critical")]
