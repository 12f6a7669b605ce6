"""Are photographs of digits read as they were drawn?

`python -m benchmarks.photos` takes photographs of digits, as a renderer understands them, and asks
the gallery's first network about each, as the page does: whole (how it was before pictures were
cropped) and cropped to the ink. It prints how many of 100 are read right for each condition.
`--develop` uses other digits, other chances and another network: what the preparation was tried on.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.data import digit_form, ink, picture_sets, pictures

COUNT = 100
FONTS = sorted(Path("/usr/share/fonts/truetype/dejavu").glob("*.ttf"))
STROKES: dict[int, tuple[tuple[tuple[float, float], ...], ...]] = {
    0: (((0.5, 0), (0.15, 0.2), (0.05, 0.5), (0.15, 0.8), (0.5, 1), (0.85, 0.8), (0.95, 0.5),
         (0.85, 0.2), (0.5, 0)),),
    1: (((0.2, 0.25), (0.6, 0), (0.6, 1)),),
    2: (((0.1, 0.25), (0.25, 0.03), (0.6, 0), (0.85, 0.2), (0.75, 0.5), (0.1, 1), (0.95, 1)),),
    3: (((0.1, 0.1), (0.5, 0), (0.85, 0.2), (0.7, 0.42), (0.4, 0.48), (0.8, 0.58), (0.9, 0.8),
         (0.55, 1), (0.1, 0.9)),),
    4: (((0.6, 0), (0.05, 0.65), (0.95, 0.65)), ((0.68, 0.35), (0.68, 1))),
    5: (((0.85, 0), (0.25, 0), (0.18, 0.45), (0.6, 0.4), (0.88, 0.65), (0.7, 0.95), (0.35, 1),
         (0.1, 0.88)),),
    6: (((0.7, 0), (0.3, 0.3), (0.12, 0.7), (0.4, 1), (0.8, 0.88), (0.82, 0.62), (0.5, 0.5),
         (0.15, 0.7)),),
    7: (((0.08, 0), (0.92, 0), (0.4, 1)),),
    8: (((0.5, 0.47), (0.2, 0.25), (0.5, 0), (0.8, 0.25), (0.5, 0.47), (0.12, 0.75), (0.5, 1),
         (0.88, 0.75), (0.5, 0.47)),),
    9: (((0.85, 0.25), (0.5, 0.5), (0.15, 0.28), (0.45, 0), (0.83, 0.15), (0.85, 0.3),
         (0.7, 1)),),
}  # fmt: skip
"""Strokes of a pen for each digit, in units of its box."""


@dataclass(frozen=True)
class Scene:
    """What is photographed, and how.

    Attributes:
        source: `written`, `drawn` or `printed`.
        width: Pixels of the photograph.
        height: Pixels of the photograph.
        tall: Height of the digit as a share of the photograph's smaller side, from and to.
        away: How far from the middle, as a share of the room there is.
        slope: How much darker the light's far end is.
        shadow: How dark a shadow with an edge is; 0 for none.
        noise: Standard deviation of each pixel, of 1.
        blur: Radius in pixels.
        turn: Largest rotation in degrees.
        quality: Of the JPEG.
        dark: Light ink on dark paper.
        pencil: Grey ink instead of black.
        ruled: Lines across the paper.
        squared: Lines across and down.
        framed: A box around the digit.
        desk: The paper's edges are in the picture.
        pen: Width of a drawn stroke as a share of the digit's height.
    """

    source: str = "written"
    width: int = 640
    height: int = 480
    tall: tuple[float, float] = (0.85, 0.97)
    away: float = 0.0
    slope: float = 0.15
    shadow: float = 0.0
    noise: float = 0.01
    blur: float = 1.0
    turn: float = 2.0
    quality: int = 85
    dark: bool = False
    pencil: bool = False
    ruled: bool = False
    squared: bool = False
    framed: bool = False
    desk: bool = False
    pen: tuple[float, float] = (0.08, 0.15)


ANY = Scene(tall=(0.2, 0.95), away=0.9, slope=0.5, noise=0.03, blur=2.0, turn=8.0, quality=60)
SCENES = {
    "fills the height, 4:3": Scene(),
    "fills the width, 3:4": Scene(width=480, height=640, tall=(0.9, 1.0)),
    "a fifth as high": Scene(tall=(0.18, 0.22)),
    "half as high, off the middle": Scene(tall=(0.45, 0.55), away=1.0),
    "a fifth as high, off the middle": Scene(tall=(0.18, 0.22), away=1.0),
    "light from one side": Scene(tall=(0.3, 0.9), away=0.5, slope=0.7),
    "a shadow with an edge": Scene(tall=(0.3, 0.9), away=0.5, shadow=0.5),
    "noise and blur": Scene(tall=(0.3, 0.9), away=0.5, noise=0.06, blur=3.0),
    "turned by up to 10 degrees": Scene(tall=(0.3, 0.9), away=0.5, turn=10.0),
    "a poor JPEG": Scene(tall=(0.3, 0.9), away=0.5, quality=20),
    "light ink on dark paper": Scene(tall=(0.3, 0.9), away=0.5, dark=True, slope=0.4),
    "pencil": Scene(tall=(0.3, 0.9), away=0.5, pencil=True),
    "ruled paper": Scene(tall=(0.3, 0.9), away=0.5, ruled=True),
    "squared paper": Scene(tall=(0.3, 0.9), away=0.5, squared=True),
    "in a box": Scene(tall=(0.3, 0.75), away=0.0, framed=True),
    "the paper's edges": Scene(tall=(0.3, 0.6), away=0.3, desk=True),
    "size, place and light at random": ANY,
    "the same in portrait": replace(ANY, width=480, height=640),
    "the same, drawn with a pen": replace(ANY, source="drawn"),
    "the same, drawn with a thin pen": replace(ANY, source="drawn", pen=(0.03, 0.05)),
    "the same, printed": replace(ANY, source="printed"),
}


@dataclass(frozen=True)
class Shoot:
    """Everything that chance decides: which digits, which network, which seed."""

    rng: np.random.Generator
    rows: np.ndarray
    seed: int


@cache
def _data(seed: int) -> picture_sets.Pictures:
    return picture_sets.digits(picture_sets.MOST_DIGITS, seed)


def written(digit: int, side: int, shoot: Shoot) -> Image.Image:
    """Enlarge a digit that somebody wrote and the network never saw."""
    data = _data(shoot.seed)
    rows = shoot.rows[data.y_validation[shoot.rows] == digit]
    image = data.x_validation[shoot.rng.choice(rows), 0]
    padded = np.pad(image, 2)
    large = Image.fromarray(padded).resize((12 * 24, 12 * 24), Image.Resampling.BICUBIC)
    values = np.asarray(large)
    # As much of the sheet is ink as of the small picture.
    level = float(np.quantile(values, 1 - padded.mean()))
    mask = (255 / (1 + np.exp(-30 * (values - level)))).astype(np.uint8)
    return _of_height(Image.fromarray(mask), side)


def drawn(digit: int, side: int, shoot: Shoot, pen: tuple[float, float]) -> Image.Image:
    """Draw a digit's strokes, each point a little off."""
    rng, size = shoot.rng, 400
    width = float(rng.uniform(0.5, 0.85))
    image = Image.new("L", (size + 200, size + 200))
    draw, thick = ImageDraw.Draw(image), float(rng.uniform(*pen)) * size
    for stroke in STROKES[digit]:
        off = rng.normal(0, 0.02, (len(stroke), 2))
        points = _smooth((np.array(stroke) + off) * (width, 1)) * size + 100
        draw.line([tuple(p) for p in points], fill=255, width=round(thick), joint="curve")
        for x, y in points:
            draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)
    return _of_height(image, side)


def _smooth(points: np.ndarray) -> np.ndarray:
    """Round the corners twice, as Chaikin does; the ends stay."""
    for _ in range(2):
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        between = np.stack([near, far], 1).reshape(-1, 2)
        points = np.concatenate([points[:1], between, points[-1:]])
    return points


def printed(digit: int, side: int, shoot: Shoot) -> Image.Image:
    """Set a digit in one of the fonts of this machine."""
    font = ImageFont.truetype(FONTS[shoot.rng.integers(len(FONTS))], 400)
    image = Image.new("L", (600, 700))
    ImageDraw.Draw(image).text((150, 100), str(digit), fill=255, font=font)
    return _of_height(image, side)


def _of_height(mask: Image.Image, high: int) -> Image.Image:
    cut = mask.crop(mask.point(lambda v: 255 * (v > 127)).getbbox())
    wide = max(1, round(cut.width * high / cut.height))
    return cut.resize((wide, high), Image.Resampling.BICUBIC)


def ink_of(digit: int, scene: Scene, shoot: Shoot) -> Image.Image:
    """Place a digit on an empty sheet; how much of each pixel is ink."""
    rng, smaller = shoot.rng, min(scene.width, scene.height)
    high = round(float(rng.uniform(*scene.tall)) * smaller)
    if scene.source == "drawn":
        one = drawn(digit, high, shoot, scene.pen)
    else:
        one = {"written": written, "printed": printed}[scene.source](digit, high, shoot)
    one = one.rotate(float(rng.uniform(-1, 1)) * scene.turn, Image.Resampling.BICUBIC, expand=True)
    one.thumbnail((scene.width - 4, scene.height - 4))
    sheet = Image.new("L", (scene.width, scene.height))
    room = np.array([scene.width - one.width, scene.height - one.height]) / 2
    left, top = (room * (1 + scene.away * rng.uniform(-0.97, 0.97, 2))).astype(int)
    sheet.paste(one, (int(left), int(top)))
    if scene.framed:
        box = [left - 40, top - 30, left + one.width + 40, top + one.height + 30]
        ImageDraw.Draw(sheet).rectangle([int(v) for v in box], outline=230, width=4)
    return sheet


def photograph(digit: int, scene: Scene, shoot: Shoot) -> bytes:
    """Take a picture of a digit: the bytes of a JPEG."""
    rng = shoot.rng
    mask = np.asarray(ink_of(digit, scene, shoot), float) / 255
    light = _light(scene, rng)
    paper = np.full(mask.shape, float(rng.uniform(0.8, 0.95)))
    if scene.ruled:
        paper[int(rng.integers(20, 60)) :: 60] *= 0.7
    if scene.squared:
        for line in (0, 1):
            paper[line::50] *= 0.65
            paper[:, line::50] *= 0.65
    grey = paper * (1 - mask * (0.45 if scene.pencil else float(rng.uniform(0.7, 0.9))))
    grey = (0.95 - 0.8 * grey) if scene.dark else grey
    if scene.desk:
        edges = [int(v) for v in rng.integers(20, 90, 4)]
        inside = np.zeros(mask.shape, bool)
        inside[edges[0] : -edges[1], edges[2] : -edges[3]] = True
        grey = np.where(inside, grey, 0.3)
    image = Image.fromarray((255 * (grey * light).clip(0, 1)).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(scene.blur))
    noise = rng.standard_normal(mask.shape, dtype=np.float32)
    values = np.asarray(image, np.float32) + 255 * scene.noise * noise
    file = io.BytesIO()
    Image.fromarray(values.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=scene.quality)
    return file.getvalue()


def _light(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """How bright each pixel is lit, 1 at most."""
    y, x = np.linspace(-1, 1, scene.height)[:, None], np.linspace(-1, 1, scene.width)
    angle = float(rng.uniform(0, 2 * np.pi))
    along = (np.cos(angle) * x + np.sin(angle) * y) / (abs(np.cos(angle)) + abs(np.sin(angle)))
    light = 1 - scene.slope * (along + 1) / 2
    if scene.shadow:
        other = float(rng.uniform(0, 2 * np.pi))
        across = np.cos(other) * x + np.sin(other) * y - float(rng.uniform(-0.4, 0.4))
        light = light * (1 - scene.shadow / (1 + np.exp(-across * 60)))
    found: np.ndarray = light
    return found


def whole(data: bytes) -> np.ndarray:
    """Prepare a picture as the page did before it cropped."""
    grey = pictures.decoded(data)
    invert = pictures.is_dark_on_light(grey)
    return pictures.fitted(grey, 8, invert=invert, stretch=True)


def cropped(data: bytes) -> np.ndarray:
    """Prepare a picture as the page does."""
    grey = pictures.decoded(data)
    strength = ink.strength(grey, dark=ink.is_dark(grey))
    return digit_form.formed(strength, ink.box(strength))


Reader = Callable[[np.ndarray], np.ndarray]
"""Pictures `(n, 8, 8)` -> classes `(n,)`."""


def network(seed: int) -> Reader:
    """Train the gallery's first network at its default settings."""
    from core.lab.run import complete
    from core.models import shape_networks

    net = complete(shape_networks.train(_data(seed), seed, 6))
    return lambda images: shape_networks.probabilities(net, images[:, None]).argmax(1)


def right(scene: Scene, read: Reader, shoot: Shoot, count: int = COUNT) -> tuple[int, int]:
    """How many of `count` photographs are read right: whole, and cropped."""
    digits = np.arange(count) % 10
    photos = [photograph(int(digit), scene, shoot) for digit in digits]
    both = [read(np.stack([prepare(p) for p in photos])) == digits for prepare in (whole, cropped)]
    return int(both[0].sum()), int(both[1].sum())


def rows(develop: bool, only: Sequence[int]) -> Iterator[tuple[str, int, int]]:
    """Name of each condition, and how many of 100 are right before and after."""
    seed = 100 if develop else 0
    half = slice(0, 298) if develop else slice(298, None)
    read = network(seed)
    for place, (name, scene) in enumerate(SCENES.items()):
        if only and place not in only:
            continue
        if scene.source == "printed" and not FONTS:
            continue
        held = np.arange(len(_data(seed).y_validation))[half]
        rng = np.random.default_rng([1 if develop else 2026, place])
        yield name, *right(scene, read, Shoot(rng, held, seed))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--develop", action="store_true", help="other digits, chances and network")
    parser.add_argument("--only", type=int, nargs="*", default=(), help="these conditions, from 0")
    told = parser.parse_args()
    print("| photograph | whole | cropped |\n| --- | --- | --- |", flush=True)
    for name, before, after in rows(told.develop, told.only):
        print(f"| {name} | {before} | {after} |", flush=True)


if __name__ == "__main__":
    main()
