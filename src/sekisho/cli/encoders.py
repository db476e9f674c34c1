"""The encoders that were asked for: opened once in each process, when the first file comes."""

from functools import cache

from sekisho.fingerprint.embedding import Encoder
from sekisho.store.models import Models, open_encoders

__all__ = ["opened_encoders"]


@cache
def opened_encoders(models: Models) -> tuple[Encoder, ...]:
    """Open encoders; what they are compared with by an audit is drawn here if it is not at hand.

    Raises:
        ConfigError: a description or a file that can not be used, or two of one name.
        MissingExtraError: onnxruntime is not installed.
        NotFoundError: a description or a file is not there.
    """
    # Whoever asks for no encoder needs no drawings either.
    from sekisho.demo.background import background_drawings  # noqa: PLC0415

    drawings = models.drawings or background_drawings
    return open_encoders(Models(encoders=models.encoders, directory=models.directory, drawings=drawings))
