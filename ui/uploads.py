"""Files that a reader brings: their size and form are checked here, what is in them in `dlcore.own`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from dlcore.own.curve import curve_from_csv
from dlcore.own.image import SIDES, image_text
from dlcore.own.points import cloud_from_csv, points_from_csv

LARGEST = 1024 * 1024  # bytes: 1 MB
PIXELS = 4_000_000  # of an image, as it says itself before anything is decoded
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")


@dataclass(frozen=True)
class Reader:
    """How files of one form become the text of a parameter: `read` gives it with a remark, or raises ValueError."""

    endings: tuple[str, ...]
    read: Callable[[bytes], tuple[str, str]]


def checked(raw: bytes) -> bytes:
    """The bytes of a file that is neither empty nor too large.

    Raises: ValueError saying how large it is.
    """
    if not raw:
        raise ValueError("it is empty")
    if len(raw) > LARGEST:
        raise ValueError(f"it has {len(raw):,} bytes, and at most {LARGEST:,} (1 MB) are read")
    return raw


def words_of(raw: bytes) -> str:
    """The text of a file in UTF-8.

    Raises: ValueError naming the row that is not.
    """
    text = checked(raw).decode("utf-8-sig", errors="replace")
    for i, line in enumerate(text.split("\n"), 1):
        if "\ufffd" in line or "\0" in line:
            raise ValueError(f"row {i}: expected text in UTF-8 with a row a line; from a spreadsheet save it as "
                             "“CSV UTF-8”")
    return text


def curve(raw: bytes) -> tuple[str, str]:
    """A curve from a table of x and y."""
    return curve_from_csv(words_of(raw))


def points(raw: bytes) -> tuple[str, str]:
    """Points from a table of x1, x2 and class."""
    return points_from_csv(words_of(raw))


def cloud(raw: bytes) -> tuple[str, str]:
    """Points from a table of x1 and x2; a third column is not used."""
    return cloud_from_csv(words_of(raw))


def image(raw: bytes) -> tuple[str, str]:
    """The middle square of an image in gray, made small.

    Raises: ValueError if it is no image of a known kind, or too large.
    """
    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            found = Image.open(BytesIO(checked(raw)), formats=FORMATS)  # reads its head alone
        width, height = found.size
    except (OSError, SyntaxError, Image.DecompressionBombError):
        width = height = 0
    if not width:
        raise ValueError(f"expected an image ({', '.join(FORMATS)}) of at most {PIXELS:,} pixels")
    if width * height > PIXELS:
        raise ValueError(f"it has {width:,} × {height:,} pixels, and at most {PIXELS:,} are decoded")
    try:
        gray = found.convert("L")
    except (OSError, SyntaxError, ValueError, EOFError):
        raise ValueError("it breaks off, or is damaged: expected a whole image") from None
    side, small = min(width, height), max(SIDES[0], min(SIDES[1], width, height))
    left, top = (width - side) // 2, (height - side) // 2
    pixels = gray.resize((small, small), Image.Resampling.BOX, (left, top, left + side, top + side))
    levels = pixels.tobytes()  # one a pixel
    rows = [[level / 255 for level in levels[i:i + small]] for i in range(0, small * small, small)]
    return image_text(rows), f"{width} × {height} pixels were read, and kept as {small} × {small}."


READERS = {"curve": Reader(("csv", "txt"), curve), "points": Reader(("csv", "txt"), points),
           "cloud": Reader(("csv", "txt"), cloud),
           "image": Reader(("png", "jpg", "jpeg", "gif", "bmp", "webp"), image)}
