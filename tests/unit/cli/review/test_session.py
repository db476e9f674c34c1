import pytest

from sekisho.cli.edition import UNKNOWN
from sekisho.cli.review.desk import Desk
from sekisho.cli.review.listing import Status
from sekisho.cli.review.screen import Screen, Wish
from sekisho.cli.review.session import Session
from sekisho.model import Outcome
from tests.review_run import make_review_run


@pytest.fixture
def sitting(tmp_path):
    made = make_review_run(tmp_path)
    with Desk(made.run) as desk:
        session = Session(desk, made.world.operator, lambda _: UNKNOWN, lang="en")
        yield desk, session, Screen(views=session.views())


def decide(screen, **changes):
    return Wish("decide", group=screen.view.id, outcome=Outcome.ALLOW, reason="ours")._replace(**changes)


def test_a_decision_changes_what_is_shown_and_can_be_taken_back(sitting):
    desk, session, screen = sitting
    after = session.grant(screen, decide(screen))
    assert (after.view.status, desk.unsealed) == (Status.ALLOWED, 1)
    assert after.message.startswith("Kept")
    after = session.grant(after, Wish("undo"))
    assert after.view.status is Status.HELD
    assert "taken back" in after.message
    assert "nothing that could" in session.grant(after, Wish("undo")).message


def test_one_item_of_a_group_is_decided_alone(sitting):
    _, session, screen = sitting
    after = session.grant(screen, decide(screen, item="near-1.jpg", outcome=Outcome.BLOCK))
    assert after.view.each == (Status.HELD, Status.BLOCKED, Status.HELD)


def test_a_false_match_is_signed(sitting):
    desk, session, screen = sitting
    session.grant(screen, decide(screen, false_match=screen.view.entries))
    assert len(desk.book.envelopes[0]) == 2


def test_what_a_rule_forbids_is_said_on_the_screen(sitting):
    desk, session, screen = sitting
    lost = next(v for v in screen.views if v.items == ("gone.png",))
    after = session.grant(screen, decide(screen, group=lost.id))
    assert "last byte" in after.message
    assert desk.book.reviews == ()
