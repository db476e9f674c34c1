"""A kit for a place that has no pack yet: a file that is read at once and says what to fill in."""
# ruff: noqa: E501 - one element on a line

from datetime import date

__all__ = ["kit"]

_KIT = """# The law of {place} as data. How to read and write it: docs/how-to/read-and-write-a-rule-pack.md
# 1. Write where each rule stands under [source]. status: verified (you have read the text), secondary
#    (you have read about it), memory (you believe so: then it can not bind anybody here).
# 2. Cut each rule into numbered elements: one plain sentence, its article, its condition.
#    The facts that a condition may name: sekisho rules list --facts
# 3. Give each rule examples: one where it is met, one where it is not, one where a fact is missing,
#    and one on the day before it begins. Then: sekisho rules test FILE
format = "sekisho.rulepack/1"

[pack]
id = "{id}"
title = {{ en = "{place}", ja = "{place}" }}
jurisdiction = "{place}"{parent}
law_as_of = {today}
reviewed_by = []          # names of lawyers who have read it; empty: every answer says "unreviewed"
tz = "UTC"                # the zone in which days are counted, as Asia/Tokyo

[source.act]
cite = "Name of the act, article"
status = "memory"

[[rule]]
id = "{id}.takedown"
title = {{ en = "Removal of intimate pictures", ja = "性的画像の削除" }}
applies = "case"          # item, dataset, case or operator
effect = "information"    # prohibited, obligation, remedy, permitted; information while from memory
from = {today}
source = "act"
then = {{ en = "The service has to remove it.", ja = "事業者は削除しなければなりません。" }}
element = [
  {{ id = "service", cite = "art. ?", when = "operator.public", text = {{ en = "a service open to the public", ja = "公衆向けのサービス" }} }},
  {{ id = "depicted", cite = "art. ?", when = "item.intimate_claimed", text = {{ en = "an intimate picture, says the person shown", ja = "本人が性的画像だと申し出たもの" }} }},
]
duty = [{{ id = "remove", text = {{ en = "remove it", ja = "削除する" }}, clock = {{ start = "notice.received_at", hours = 48 }} }}]

  [[rule.test]]
  name = "met"
  on = {today}
  facts = {{ operator = {{ public = true }}, item = {{ intimate_claimed = true }}, notice = {{ received_at = 2026-01-01T00:00:00Z }} }}
  expect = {{ outcome = "yes", due = {{ remove = 2026-01-03T00:00:00Z }} }}

  [[rule.test]]
  name = "not a public service"
  on = {today}
  facts = {{ operator = {{ public = false }}, item = {{ intimate_claimed = true }} }}
  expect = {{ outcome = "no" }}

  [[rule.test]]
  name = "not an intimate picture"
  on = {today}
  facts = {{ operator = {{ public = true }}, item = {{ intimate_claimed = false }} }}
  expect = {{ outcome = "no" }}

  [[rule.test]]
  name = "nobody knows what it shows"
  on = {today}
  facts = {{ operator = {{ public = true }} }}
  expect = {{ outcome = "unknown", needs = ["item.intimate_claimed"] }}

  [[rule.test]]
  name = "the day before"
  on = {before}
  facts = {{ operator = {{ public = true }}, item = {{ intimate_claimed = true }} }}
  expect = {{ outcome = "not_in_force" }}
"""


def kit(place: str, today: date) -> str:
    """Return the text of a pack to fill in, whose one rule already passes its tests.

    Args:
        place: ISO 3166 code.
        today: from when the example is in force.
    """
    country, _, part = place.partition("-")
    return _KIT.format(
        place=place,
        id=place.lower(),
        parent=f'\nparent = "{country}"' if part else "",
        today=today.isoformat(),
        before=date.fromordinal(today.toordinal() - 1).isoformat(),
    )
