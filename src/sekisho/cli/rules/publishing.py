"""`sekisho rules publish`: sign a pack and put it on the log, for everybody who has to know whose it is."""

import secrets
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.audit.membership.recorded import record
from sekisho.cli.given import given_bytes
from sekisho.cli.parameters import Flag
from sekisho.cli.published import say_published
from sekisho.cli.rules.packs import beside_shipped
from sekisho.cli.say import complain
from sekisho.cli.signers import signer_named
from sekisho.errors import RefusedError
from sekisho.rules.gates import complaints
from sekisho.rules.mutation import survivors
from sekisho.rules.pack import Pack
from sekisho.rules.published import sign_pack
from sekisho.rules.read import MAX_PACK, read_pack
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now
from sekisho.store.own_log import own_log

__all__ = ["publish"]

SALT_BYTES = 32


def _check(pack: Pack, *, draft: bool) -> None:
    wrong = (*complaints(pack), *survivors(pack))
    beside_shipped((pack,))
    if wrong and not draft:
        for line in wrong:
            complain(line)
        raise RefusedError(
            f"{len(wrong)} things keep the pack {pack.id} from being published",
            hint="mend them (sekisho rules test), or publish it as a draft: --draft",
        )


def publish(
    pack: Path,
    /,
    *,
    by: str,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    draft: Flag = False,
    force: Flag = False,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Sign a pack and put it on your log: whoever uses it sees whose it is, and since when.

    What is written here can be given to every --pack, and sekisho verify checks it. A pack whose examples
    do not show every rule is refused.

    Example: sekisho rules publish br.toml --by lawyers -o br.logged.json

    Args:
        pack: The pack, a .toml.
        by: The key that stands for it.
        output: The file to write: pack, signature and receipt.
        draft: Publish it though its examples are not complete; everybody who uses it is told.
        force: Replace the file if it is there.
        lang: Language of what is printed.
    """
    refuse_existing(output, force=force)
    data = given_bytes(pack, most=MAX_PACK)
    read = read_pack(data, pack.name)
    _check(read, draft=draft)
    envelope, log = sign_pack(data, read, signer_named(by), draft=draft), own_log()
    logged = record(envelope, log, salt=secrets.token_bytes(SALT_BYTES), at=log.not_before(now()))
    write_atomic(output, (logged,), force=force)
    say_published(logged, output.name, lang, policy=None)
