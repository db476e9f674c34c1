"""A small pack and vocabulary for tests of the law room."""
# ruff: noqa: E501 - a pack has one element on a line

from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from sekisho.rules.expression import parse_expression
from sekisho.rules.pack import Pack, Rule
from sekisho.rules.read import read_pack
from sekisho.rules.vocabulary import read_vocabulary

ON = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

VOCABULARY = read_vocabulary("""
[[fact]]
name = "subject.real"
type = "bool"
ask = { en = "Real?", ja = "実在?" }
by = ["human"]
weight = 3
[[fact]]
name = "subject.age"
type = "number"
ask = { en = "Age?", ja = "年齢?" }
by = ["human"]
[[fact]]
name = "act.kind"
type = "word"
ask = { en = "What?", ja = "行為?" }
by = ["case"]
values = ["create", "provide", "possess"]
[[fact]]
name = "notice.at"
type = "moment"
ask = { en = "When?", ja = "いつ?" }
by = ["case"]
[[fact]]
name = "operator.since"
type = "day"
ask = { en = "Since?", ja = "いつから?" }
by = ["operator"]
[[fact]]
name = "operator.turnover"
type = "number"
ask = { en = "Turnover?", ja = "売上高?" }
by = ["authority"]
[[contradiction]]
never = "subject.age > 200"
why = { en = "Nobody is older than 200.", ja = "200歳を超える人はいません。" }
""")

PACK = """format = "sekisho.rulepack/1"
[pack]
id = "xx"
title = { en = "Nowhere", ja = "無い国" }
jurisdiction = "XX"
law_as_of = 2026-05-01
reviewed_by = []
tz = "Asia/Tokyo"
[source.act]
cite = "Act 1 art. 2"
status = "verified"
[source.hearsay]
cite = "somebody said"
status = "memory"
[param.adult]
unit = "years"
values = [{ from = 2000-01-01, value = 20 }, { from = 2022-04-01, value = 18 }]
[[rule]]
id = "xx.minor"
title = { en = "Minors", ja = "未成年" }
applies = "case"
effect = "prohibited"
from = 2020-01-01
source = "act"
then = { en = "It is prohibited.", ja = "禁止されます。" }
element = [
  { id = "child", cite = "art. 2(1)", when = "subject.real and subject.age < adult", text = { en = "a child", ja = "子ども" } },
  { id = "act", cite = "art. 2(2)", when = "act.kind in ['create', 'provide']", text = { en = "made", ja = "作成" } },
]
duty = [{ id = "remove", text = { en = "remove", ja = "削除" }, clock = { start = "notice.at", hours = 48 }, unless = "operator.since > '2026-01-01'", otherwise = { en = "say why not", ja = "理由を示す" } }]
penalty = [{ id = "fine", from = 2024-01-01, text = { en = "fine", ja = "過料" }, amount = { max = "max(100, 2 * operator.turnover)", unit = "JPY" } }]
"""

TESTS = """
  [[rule.test]]
  name = "yes"
  on = 2026-06-01
  facts = { subject = { real = true, age = 17 }, act = { kind = "create" }, notice = { at = 2026-06-01T21:00:00+09:00 } }
  expect = { outcome = "yes", due = { remove = 2026-06-03T12:00:00Z }, penalty_min = 100 }
  [[rule.test]]
  name = "no"
  on = 2026-06-01
  facts = { subject = { real = true, age = 18 } }
  expect = { outcome = "no" }
  [[rule.test]]
  name = "unknown"
  on = 2026-06-01
  facts = { subject = { real = true }, act = { kind = "create" } }
  expect = { outcome = "unknown", needs = ["subject.age"] }
  [[rule.test]]
  name = "before"
  on = 2019-12-31
  facts = { subject = { real = true, age = 17 }, act = { kind = "create" } }
  expect = { outcome = "not_in_force" }
  [[rule.test]]
  name = "before the fine"
  on = 2023-12-31
  facts = { subject = { real = true, age = 17 }, act = { kind = "create" } }
  expect = { outcome = "yes", penalty_max = 0 }
"""


def pack(text: str = PACK + TESTS) -> Pack:
    """Read a pack with the small vocabulary."""
    return read_pack(text.encode(), "xx.toml", VOCABULARY)


def rule(text: str = PACK + TESTS) -> Rule:
    """Return its first rule."""
    return pack(text).rules[0]


def expression(text: str, *parameters: str):
    """Read a condition with the small vocabulary."""
    return parse_expression(text, VOCABULARY, parameters)


def flat(**nested: Mapping[str, Any]):
    """Return facts of nested tables."""
    return VOCABULARY.flat(nested)


def shipped_bytes(name: str) -> bytes:
    """Return the file of a pack of this version."""
    return resources.files("sekisho.rules").joinpath("packs", f"{name}.toml").read_bytes()
