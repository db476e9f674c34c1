"""ICC profiles: is a profile sRGB in effect, and if not, the way from it to sRGB.

A profile is judged by what it does to colours, never by its name. Gray, RGB and CMYK profiles that
fit the picture are applied; a broken one, one of another colour space (Lab, device link, named
colours) or above `MAX_PROFILE` bytes is ignored, and the picture is read as sRGB, as browsers do.
"""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

__all__ = ["MAX_PROFILE", "is_srgb", "to_srgb"]

MAX_PROFILE = 4 * 1024 * 1024
"""Bytes; press profiles, the largest in use, have 0.5 to 3 MB."""
TOLERANCE = 2
"""Levels of 255 by which sRGB in effect may differ from the identity: rounding of table profiles."""
CACHED = 32
_LATTICE_STEPS = 9
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}


def is_srgb(profile: bytes, mode: str) -> bool:
    """Tell whether colours of this mode can stay as they are. About 1 ms once, then cached."""
    return _transform(profile, mode) is None


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the image in sRGB, mode RGB.

    Args:
        image: mode L, RGB or CMYK. CMYK without a profile is (255 - c)(255 - k) / 255.
        profile: ICC profile; empty if there is none.
    """
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image if image.mode == "RGB" else image.convert("RGB")
    return transform.apply(image)


@lru_cache(maxsize=CACHED)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the way to sRGB, or None if nothing is to be done. Keyed by the profile's bytes.

    The intent is perceptual, the default of browsers. Gray is computed without lcms's shortened
    table, which is up to 10 levels off in the shadows of linear gray and no faster.
    """
    if len(profile) > MAX_PROFILE or mode not in _SPACES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[mode]:
            return None
        exact = ImageCms.Flags.NOOPTIMIZE if mode == "L" else ImageCms.Flags.NONE
        transform = ImageCms.buildTransform(
            source, _srgb(), mode, "RGB", renderingIntent=ImageCms.Intent.PERCEPTUAL, flags=exact
        )
        return None if _changes_little(transform, mode) else transform
    except Exception:  # noqa: BLE001 - lcms reports a broken profile in many ways; all mean "ignore it"
        return None


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _changes_little(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Compare a lattice of colours with what they become."""
    if mode == "CMYK":
        return False
    if mode == "L":
        before = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
        lattice = Image.fromarray(before[..., 0])
    else:
        levels = np.rint(np.linspace(0, 255, _LATTICE_STEPS)).astype(np.uint8)
        before = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
        lattice = Image.fromarray(before)
    after = np.asarray(transform.apply(lattice))
    return bool(np.abs(after.astype(np.int16) - before).max() <= TOLERANCE)
