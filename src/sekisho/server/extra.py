"""The optional packages of the servers: Starlette and uvicorn, the extra [serve]."""

from importlib.util import find_spec

from sekisho.errors import MissingExtraError

__all__ = ["require_extra"]

_PACKAGES = ("starlette", "uvicorn")


def require_extra() -> None:
    """Refuse to go on without the packages that serve; called before any of them is imported.

    Raises:
        MissingExtraError: one is not installed.
    """
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"a server needs the extra [serve] ({', '.join(missing)}), which is not installed",
            hint="pip install 'sekisho[serve]'",
        )
