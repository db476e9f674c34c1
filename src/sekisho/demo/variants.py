"""What happens to pictures on their way into datasets: saved again, resized, mirrored, cut off."""

import io

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

__all__ = ["brighter", "cropped", "greyed", "saved", "signed_by_site"]


def saved(picture: Image.Image, form: str = "JPEG", quality: int = 92) -> bytes:
    """Encode a picture; the quality counts for JPEG and WebP."""
    stream = io.BytesIO()
    options = {} if form in {"PNG", "GIF", "BMP"} else {"quality": quality}
    picture.save(stream, form, **options)
    return stream.getvalue()


def cropped(picture: Image.Image, share: float) -> Image.Image:
    """Cut a share of the width and height off, half on each side."""
    x, y = round(picture.width * share / 2), round(picture.height * share / 2)
    return picture.crop((x, y, picture.width - x, picture.height - y))


def brighter(picture: Image.Image, factor: float) -> Image.Image:
    """Make a picture brighter and a little paler."""
    return ImageEnhance.Color(ImageEnhance.Brightness(picture).enhance(factor)).enhance(0.85)


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
