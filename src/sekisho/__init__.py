"""Sekisho (関所): a checkpoint for what goes into AI models and what comes out of them."""

__all__ = ["__version__"]

__version__ = "0.1.0"
