"""Which files are text, by their names alone: bytes without a name that says so are not guessed at."""

from sekisho.model import TextForm

__all__ = ["text_form_of"]

_FORMS = {
    "txt": TextForm.PLAIN,
    "text": TextForm.PLAIN,
    "caption": TextForm.PLAIN,
    "md": TextForm.MARKDOWN,
    "markdown": TextForm.MARKDOWN,
    "html": TextForm.HTML,
    "htm": TextForm.HTML,
    "xhtml": TextForm.HTML,
    "epub": TextForm.EPUB,
    "json": TextForm.JSON,
}


def text_form_of(name: str) -> TextForm | None:
    """Return how a file of this name is read, or None if the name does not say that it is text."""
    _, point, extension = name.rpartition(".")
    return _FORMS.get(extension.lower()) if point else None
