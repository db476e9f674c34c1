"""What the commands about removals share: the registry's marker, and what a restored database has."""

from collections.abc import Callable

from sekisho.cli.say import note
from sekisho.model import KeyId
from sekisho.registry.removal import removed_marker
from sekisho.signing import REMOVED, sign_statement
from sekisho.store.clock import today
from sekisho.store.database import RegistryDatabase
from sekisho.store.home import keys_dir
from sekisho.store.keys import load_signer
from sekisho.store.removed import Removed
from sekisho.store.removing import replay

__all__ = ["marker_of", "take_out_again"]


def marker_of(registry: KeyId) -> Callable[[bytes], bytes]:
    """Return what signs the marker that stands in a database instead of an entry."""

    def made(place: bytes) -> bytes:
        return sign_statement(REMOVED, removed_marker(registry, place, today()), load_signer(registry))

    return made


def take_out_again(database: RegistryDatabase) -> None:
    """Take out again what was taken out before and a restored backup has brought back.

    Raises:
        NotFoundError: the registry's key is not here, and something has to be taken out.
    """
    if not any(keys_dir().glob("removed-*.list")):
        return
    registry = database.root()[0].registry
    removed = Removed.find(registry)
    if removed is None:
        return
    back = replay(database, removed, marker_of(registry), registry)
    if back:
        note(f"{back} entries that were taken out were here again, from a backup: they are taken out again")
