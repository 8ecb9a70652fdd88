"""A process that paints charts, by vl-convert: Vega-Lite in a JavaScript engine of its own.

It keeps Python's lock while it works, up to two seconds: in the server every other reader would wait. So this
file runs apart, as `python painter.py` (see `painting.py`). It imports nothing of this project, to start soon.

A request is a line of JSON, `{"form": "svg", "text": "…"}`. The answer is a line, `ok 1234` or `no 56`, and as many
bytes: the picture, or what went wrong.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, BinaryIO

import vl_convert

PPI = 300  # pixels an inch of a PNG, which says so itself: a document takes it in at its size in print
ACROSS = 16, 25  # centimeters: the text of an upright page, and of a page on its side
UPRIGHT = 900  # pixels: what is wider has charts side by side
VEGA_LITE = "6.4"  # what Altair 6 writes


def paint(form: str, text: str) -> bytes:
    """A picture: `chart` is the SVG of a Vega-Lite specification, `pdf` and `png` are made of an SVG.

    `bundle` is Vega as one JavaScript; its `text` is empty.

    Raises: ValueError for another form, or for a specification that Vega-Lite does not take.
    """
    if form == "chart":
        return vl_convert.vegalite_to_svg(text, vl_version=VEGA_LITE, allowed_base_urls=[]).encode()
    if form == "pdf":
        return vl_convert.svg_to_pdf(text)
    if form == "png":
        wide = float(re.search(r'width="([\d.]+)"', text)[1])  # type: ignore[index]
        inches = ACROSS[wide > UPRIGHT] / 2.54
        return vl_convert.svg_to_png(text, ppi=PPI, scale=inches * 72 / wide)
    if form == "bundle":
        bundle: Any = vl_convert.javascript_bundle  # it says that it needs a snippet, and takes none
        return bundle(None, vl_version=VEGA_LITE).encode()
    raise ValueError(f"form must be chart, pdf, png or bundle, got {form!r}")


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the requests end, as they do when the server that sends them does."""
    for line in requests:
        try:
            word, body = "ok", paint(**json.loads(line))
        except Exception as error:  # this process is the edge: it answers whatever happens
            word, body = "no", str(error).encode()
        answers.write(f"{word} {len(body)}\n".encode() + body)
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
