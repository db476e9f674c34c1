"""Ask the packages of the extra `[text]` whether a number is valid: phonenumbers and python-stdnum.

They are loaded on first use; `require_validity` says in time that they are not there.
"""

from datetime import date
from functools import cache
from types import ModuleType

from sekisho.errors import MissingExtraError

__all__ = ["card", "my_number", "phone", "real_date", "require_validity"]

_ISSUERS = (
    ("4", (13, 16, 19)), ("34", (15,)), ("37", (15,)), ("36", (14,)), ("38", (14,)), ("30", (14,)),
    ("35", (16,)), ("6011", (16,)), ("65", (16,)), ("62", (16, 17, 18, 19)),
    *((str(n), (16,)) for n in range(51, 56)), *((str(n), (16,)) for n in range(2221, 2721)),
)  # fmt: skip
"""Leading digits and lengths of the large card schemes (ISO/IEC 7812-1, ranges as they publish them)."""
_OLDEST = 1910
"""Who was born before is not alive: information about the dead is not personal information (APPI 2(1))."""


@cache
def require_validity() -> tuple[ModuleType, ModuleType]:
    """Return the modules `phonenumbers` and `stdnum.jp.in_`.

    Raises:
        MissingExtraError: one of them is not installed.
    """
    try:
        import phonenumbers  # noqa: PLC0415 - an extra
        from stdnum.jp import in_  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "finding personal information needs the extra [text], which is not installed",
            hint="pip install 'sekisho[text]'",
        ) from error
    return phonenumbers, in_


def phone(number: str, region: str) -> bool:
    """Tell whether a number is assigned to a subscriber range of a region, or of the country it names."""
    phonenumbers, _ = require_validity()
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(parsed))


def my_number(digits: str) -> bool:
    """Check the check digit of an individual number (Ordinance 85 of 2014 of the MIC, article 5)."""
    _, in_ = require_validity()
    return bool(in_.is_valid(digits))


def card(digits: str) -> bool:
    """Check Luhn's digit, and that issuer and length go together."""
    if not any(digits.startswith(head) and len(digits) in sizes for head, sizes in _ISSUERS):
        return False
    doubled = "0246813579"
    total = sum(int(d) for d in digits[-1::-2]) + sum(int(doubled[int(d)]) for d in digits[-2::-2])
    return total % 10 == 0


def real_date(year: int, month: int, day: int) -> bool:
    """Tell whether somebody alive can be born on that day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return _OLDEST <= year <= 2100  # noqa: PLR2004 - far from any birth
