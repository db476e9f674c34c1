"""Who may ask an operator what. A refusal is an answer too: signed, with its reason.

    public      anybody, about exact files only: whoever has no registered entry could otherwise use an
                operator to find out about people by their photos
    holder      a registry that the operator trusts, which says on whose entry the question stands
    authority   a key that the operator was told belongs to an authority

The answer to a question about a likeness goes to nobody but its asker.
"""

from collections.abc import Collection

from sekisho.model import KeyId
from sekisho.model.question import AskBasis, Question, Refusal

__all__ = ["refusal_of"]


def refusal_of(
    question: Question,
    *,
    operator: KeyId,
    trusted: Collection[KeyId],
    authorities: Collection[KeyId],
    mapped: bool,
) -> Refusal | None:
    """Return why a question is not answered; None: it is.

    Args:
        question: its signature verified.
        operator: of the run.
        trusted: the registries that the operator trusts.
        authorities: keys of authorities.
        mapped: whether the run has a map of its files.
    """
    if question.operator not in {None, operator}:
        return Refusal.OTHER_OPERATOR
    match question.basis:
        case AskBasis.PUBLIC if any(one.pdq for one in question.asked):
            return Refusal.ONLY_EXACT
        case AskBasis.HOLDER if question.asker not in trusted:
            return Refusal.NOT_TRUSTED
        case AskBasis.AUTHORITY if question.asker not in authorities:
            return Refusal.NO_AUTHORITY
        case AskBasis.PUBLIC | AskBasis.HOLDER | AskBasis.AUTHORITY:
            return None if mapped else Refusal.NO_MAP
