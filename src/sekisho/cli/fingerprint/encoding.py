"""The encoders of which a registrant wants vectors: opened once in each worker, when the first file comes."""

from functools import cache

from sekisho.demo.background import background_drawings
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
    drawings = models.drawings or background_drawings
    return open_encoders(Models(encoders=models.encoders, directory=models.directory, drawings=drawings))
