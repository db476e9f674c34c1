"""A registry with works that pictures of a person were registered as, on one machine, by the commands."""

import base64
import re

from sekisho.cli.app import main
from sekisho.registry.prints import print_lines
from sekisho.store.home import cache_dir, home_dir
from sekisho.store.keys import load_signer, make_key
from tests.parties import a_print

__all__ = ["begin", "forms", "found", "register"]


def begin(*vouchers: str) -> None:
    """Make a registry whose vouchers are its own key and others, and the keys of two registrants."""
    for name in (*vouchers, "stranger", "publisher"):
        make_key(name)
    main(["registry", "init", "--key", "registry", *(["--voucher", *vouchers] if vouchers else [])])


def register(capsys, folder, holder, *numbers, code=0, more=()):
    """Register made-up pictures as one work; return its id, or what was said if it is refused."""
    file = folder / f"{holder}-{'-'.join(map(str, numbers))}.prints"
    file.write_bytes(b"".join(print_lines([a_print(n) for n in numbers], load_signer(holder), as_one=True)))
    capsys.readouterr()
    assert main(["register", str(file), "--holder", holder, "--kind", "work", *more]) == code
    file.unlink()
    said = capsys.readouterr()
    return re.findall(r"e-[0-9a-f]{32}", said.out)[0] if code == 0 else said.err


def forms(raw):
    """Return the forms in which bytes may stand somewhere, also inside the base64 of an envelope."""
    both = (raw, raw.hex().encode())
    shifted = (base64.b64encode(bytes(n) + one)[4 * bool(n) : -4] for one in both for n in range(3))
    made = (*both, *shifted)
    assert min(map(len, made)) > 8
    return made


def found(*planted):
    """Return the names of the files of this machine in which one of some bytes stands, in any form."""
    wanted = [form for raw in planted for form in forms(raw)]
    kernels = cache_dir() / "numba"
    paths = [p for root in (home_dir(), cache_dir()) for p in root.rglob("*") if p.is_file()]
    held = {p: p.read_bytes() for p in paths if kernels not in p.parents}
    return sorted({p.name for p, data in held.items() if any(form in data for form in wanted)})
