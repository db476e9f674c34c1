"""`sekisho log`: keep a log, serve it, and cosign the logs of others."""

from cyclopts import App

from sekisho.cli.log.batch import batch
from sekisho.cli.log.checking import export, fsck, verify
from sekisho.cli.log.entries import append, proof
from sekisho.cli.log.follow import follow
from sekisho.cli.log.keeping import init, publish, restore, show
from sekisho.cli.log.page import verify_page
from sekisho.cli.log.serve import serve
from sekisho.cli.log.witness import witness

__all__ = ["log"]

log = App(
    name="log",
    help="""Keep a transparency log, serve it, and cosign the logs of others.

    A log only grows. Its entries are salted commitments, so that it tells nothing by
    itself; who holds a statement with its receipt proves offline that it is there, and
    since when. The files are those of C2SP tlog-tiles.

    Example: sekisho log append model-card.pdf --by lumen -o model-card.logged.json
    """,
)
for command in (
    init,
    append,
    batch,
    proof,
    publish,
    show,
    verify,
    fsck,
    export,
    restore,
    serve,
    follow,
    witness,
):
    log.command(command)
log.command(verify_page)
