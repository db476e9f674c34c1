"""Who may speak for whom: what counts of all that was signed, over all segments of an edition.

A statement counts if its own party signed it, or an agent to whom that party gave a mandate for the
act, on a day within the mandate and before it was revoked. A vouch counts if a voucher of the root
signed it, for another than itself, and has not revoked it by the day the edition was made. A
dispute is settled by a voucher who is no party to it, or taken back by whoever raised it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sekisho.model import (
    Act,
    Claims,
    Dispute,
    Entry,
    EntryId,
    Grant,
    KeyId,
    Mandate,
    Resolution,
    Revocation,
    Root,
    Settled,
    Trust,
    Vouch,
    Withdrawal,
)
from sekisho.snapshot.documents import Documents, Signed

__all__ = ["Authority"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The documents of all segments, the newest root, and the day on which the edition was made.

    What has underscores is remembered: a cache, not a fact.
    """

    documents: tuple[Documents, ...]
    root: Root
    day: date
    _ends: dict[KeyId, dict[str, date]] = field(default_factory=dict)
    _vouched: list[dict[KeyId, list[Vouch]]] = field(default_factory=list)

    def _by(self, name: str, signer: KeyId) -> list[Signed]:
        return [s for part in self.documents for s in part.signed_by(name, signer)]

    def _about(self, name: str, subject: str) -> list[Signed]:
        """Return what was signed about a subject, each once, by id, wherever it lies."""
        found = {(s.noun.id, s.signer): s for part in self.documents for s in part.about(name, subject)}
        return [found[key] for key in sorted(found)]

    def revocations(self, registrant: KeyId) -> tuple[Revocation, ...]:
        """Return the revocations that a key signed of what it gave, and those of its grants by an agent."""
        agents = dict.fromkeys(m.agent for m in self.mandates(registrant))
        return self._own_revocations(registrant) + tuple(
            s.noun
            for agent in agents
            for s in self._by("revocations", agent)
            if s.noun.registrant == registrant
            and s.noun.grant.startswith("g-")
            and self.speaks(agent, registrant, Act.GRANT, s.noun.on)
        )

    def _own_revocations(self, signer: KeyId) -> tuple[Revocation, ...]:
        """Nobody but whoever gave it ends a mandate or a vouch."""
        return tuple(s.noun for s in self._by("revocations", signer) if s.noun.registrant == signer)

    def _ended(self, signer: KeyId, given: str, on: date) -> bool:
        """Tell whether a key has revoked what it gave, on that day or before."""
        ends = self._ends.get(signer)
        if ends is None:
            ends = self._ends[signer] = {}
            for r in self._own_revocations(signer):
                ends[r.grant] = min(r.on, ends.get(r.grant, r.on))
        return given in ends and ends[given] <= on

    def mandates(self, principal: KeyId) -> tuple[Mandate, ...]:
        """Return the mandates that a key gave."""
        return tuple(s.noun for s in self._by("mandates", principal) if s.noun.principal == principal)

    def speaks(self, signer: KeyId, principal: KeyId, act: Act, on: date) -> bool:
        """Tell whether a key may act in a principal's name on a day: it is its own, or a mandate holds."""
        return signer == principal or any(
            m.agent == signer
            and act in m.acts
            and m.from_ <= on <= m.until
            and not self._ended(principal, m.id, on)
            for m in self.mandates(principal)
        )

    def was_agent(self, signer: KeyId, principal: KeyId) -> bool:
        """Tell whether a principal ever let a key register, whatever became of it."""
        return any(m.agent == signer and Act.REGISTER in m.acts for m in self.mandates(principal))

    def grants(self, registrant: KeyId) -> tuple[Grant, ...]:
        """Return the grants that a registrant, or its agent, really signed; for everybody only itself."""
        signers = dict.fromkeys((registrant, *(m.agent for m in self.mandates(registrant))))
        return tuple(
            s.noun
            for signer in signers
            for s in self._by("grants", signer)
            if s.noun.registrant == registrant
            and (signer == registrant or not s.noun.is_general)
            and self.speaks(signer, registrant, Act.GRANT, s.noun.from_)
        )

    def vouches(self) -> tuple[Vouch, ...]:
        """Return the vouches that count, by whoever of the root's vouchers signed them."""
        return tuple(
            s.noun
            for voucher in sorted(self.root.vouchers)
            for s in self._by("vouches", voucher)
            if s.noun.voucher == voucher != s.noun.registrant
            and not self._ended(voucher, s.noun.id, self.day)
        )

    def is_vouched(self, registrant: KeyId, entry: EntryId | None) -> bool:
        """Tell whether a voucher stands behind all entries of a registrant, or behind the one given."""
        if not self._vouched:
            by_registrant: dict[KeyId, list[Vouch]] = {}
            for vouch in self.vouches():
                by_registrant.setdefault(vouch.registrant, []).append(vouch)
            self._vouched.append(by_registrant)
        known = self._vouched[0].get(registrant, ())
        return any(not vouch.entries or entry in vouch.entries for vouch in known)

    def withdrawals(self, entry: EntryId, registrant: KeyId) -> tuple[Withdrawal, ...]:
        """Return the withdrawals of an entry by its registrant or an agent."""
        return tuple(
            s.noun
            for s in self._about("withdrawals", entry)
            if s.noun.registrant == registrant and self.speaks(s.signer, registrant, Act.WITHDRAW, s.noun.on)
        )

    def claims(self, entry: Entry, owns: Callable[[KeyId, EntryId], bool]) -> Claims:
        """Return what was stated about an entry besides its registration and grants.

        Args:
            entry: with its registrant, verified.
            owns: tells whether a key has an entry of its own in this edition, so that a vouch for
                that one entry lends weight to a dispute.
        """
        holder = entry.registrant.key
        disputes = self._disputes(entry.id, holder)
        return Claims(
            withdrawals=self.withdrawals(entry.id, holder),
            disputes=tuple((d, self._standing_of(d, owns)) for d in disputes),
            resolutions=tuple(r for d in disputes for r in self._resolutions(d, holder)),
        )

    def _disputes(self, entry: EntryId, holder: KeyId) -> list[Dispute]:
        return [
            s.noun
            for s in self._about("disputes", entry)
            if s.noun.disputant != holder and self.speaks(s.signer, s.noun.disputant, Act.DISPUTE, s.noun.on)
        ]

    def _standing_of(self, dispute: Dispute, owns: Callable[[KeyId, EntryId], bool]) -> Trust:
        key = dispute.disputant
        own = dispute.own if dispute.own is not None and owns(key, dispute.own) else None
        return Trust.VERIFIED if self.is_vouched(key, own) else Trust.DECLARED

    def _resolutions(self, dispute: Dispute, holder: KeyId) -> list[Resolution]:
        parties = {dispute.disputant, holder}
        judges = self.root.vouchers - parties
        found: list[Resolution] = [
            s.noun for s in self._about("resolutions", dispute.id) if s.signer == s.noun.by
        ]
        return [
            r
            for r in found
            if (r.by == dispute.disputant if r.settled is Settled.WITHDRAWN else r.by in judges)
        ]
