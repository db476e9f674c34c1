"""What a container, or the stream that it is packed in, raises when it can not be read on."""

__all__ = ["DamageError", "RatioError"]


class DamageError(Exception):
    """It can not be read on from here: cut, or not what its format says."""


class RatioError(DamageError):
    """It unpacks to far more than it holds."""
