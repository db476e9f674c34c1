"""What happens to pictures on their way into datasets: saved again, mirrored, cut out, pasted, traced."""

import io

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

__all__ = [
    "CONFLICTING",
    "REFUSED",
    "cropped",
    "cut_out",
    "greyed",
    "pasted",
    "saved",
    "signed_by_site",
    "traced",
]

INK = 40
"""Of 255: an edge that strong becomes a line."""


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" {says}/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
REFUSED = (
    'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
    'plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"'
)
"""No training, in the words of IPTC and PLUS."""
CONFLICTING = (
    'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
    'plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-ALLOWED" '
    'xmlns:tdm="http://www.w3.org/ns/tdmrep/" tdm:reservation="1"'
)
"""Allowed in one language, reserved in another."""


def saved(picture: Image.Image, form: str = "JPEG", quality: int = 92, says: str = "") -> bytes:
    """Encode a picture; the quality counts for JPEG and WebP.

    Args:
        picture: RGB, grey, CMYK or with a palette.
        form: as Pillow calls it.
        quality: 1-100.
        says: attributes of an XMP description, such as `REFUSED`; of JPEG and WebP.
    """
    stream = io.BytesIO()
    options: dict[str, object] = {} if form in {"PNG", "GIF", "BMP"} else {"quality": quality}
    if says:
        options["xmp"] = _PACKET.format(says=says).encode()
    picture.save(stream, form, **options)
    return stream.getvalue()


def cropped(picture: Image.Image, share: float) -> Image.Image:
    """Cut a share of the width and height off, half on each side."""
    x, y = round(picture.width * share / 2), round(picture.height * share / 2)
    return picture.crop((x, y, picture.width - x, picture.height - y))


def greyed(picture: Image.Image) -> Image.Image:
    """Take the colours away."""
    return ImageOps.grayscale(picture)


def signed_by_site(picture: Image.Image, text: str) -> Image.Image:
    """Put a site's mark into the lower right corner, as aggregators do."""
    marked = picture.copy()
    ImageDraw.Draw(marked).text(
        (picture.width - 8, picture.height - 8),
        text,
        font=ImageFont.load_default(picture.width * 0.05),
        anchor="rs",
        fill="#ffffff",
        stroke_width=1,
        stroke_fill="#333333",
    )
    return marked


def cut_out(picture: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """Keep one part of a picture, enlarged to twice its size.

    Args:
        picture: any.
        box: left, top, right, bottom as shares of width and height.
    """
    left, right = round(box[0] * picture.width), round(box[2] * picture.width)
    top, bottom = round(box[1] * picture.height), round(box[3] * picture.height)
    size = (2 * (right - left), 2 * (bottom - top))
    return picture.crop((left, top, right, bottom)).resize(size, Image.Resampling.BICUBIC)


def pasted(ground: Image.Image, *pictures: Image.Image) -> Image.Image:
    """Paste one or two pictures side by side on another, small and a little tilted."""
    made = ground.copy()
    width = round(made.width * 0.42)
    for number, picture in enumerate(pictures):
        small = picture.resize(
            (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
        )
        turned = small.convert("RGBA").rotate(5 - 10 * number, Image.Resampling.BICUBIC, expand=True)
        made.paste(turned, (round(made.width * (0.04 + 0.5 * number)), made.height // 5), turned)
    return made


def traced(picture: Image.Image) -> Image.Image:
    """Draw a picture again by tracing: few flat colours of another hue, and dark outlines."""
    smooth = picture.filter(ImageFilter.MedianFilter(5))
    hue, saturation, value = ImageOps.posterize(smooth, 3).convert("HSV").split()
    shifted = Image.merge("HSV", (hue.point(lambda level: (level + 90) % 256), saturation, value))
    lines = smooth.convert("L").filter(ImageFilter.FIND_EDGES).point(lambda level: 0 if level > INK else 255)
    return ImageChops.multiply(shifted.convert("RGB"), lines.convert("RGB"))
