"""The forms of options that many commands have."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

__all__ = ["Flag", "Output", "Quota"]

Output = Annotated[Path | None, Parameter(name=("--output", "-o"))]
Flag = Annotated[bool, Parameter(negative=())]
"""A switch without its `--no-` form."""
Quota = Annotated[int, Parameter(validator=Number(gte=0))]
