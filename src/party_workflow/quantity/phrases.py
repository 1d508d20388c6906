"""How reports put figures, in English and Chinese (simplified and traditional), read as what they assert.

What a word includes follows the Civil Code of the PRC, art. 1259: 以上, 以下 and 以内 include the number,
超过 and 不满 do not.  Numbers are written in digits, with 万 or 亿 where need be; numerals in words are
refused rather than guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from party_workflow.quantity.exact import exact, invalid

Sense = Literal["eq", "ge", "gt", "le", "lt", "approx", "nearly", "odd", "range"]

MAX_PHRASE: Final = 100

_BEFORE: Final[dict[Sense, str]] = {
    "eq": "= exactly 共 共计 共計",
    "ge": ">= ≥ ≧ at_least not_less_than no_less_than no_fewer_than "
    "不少于 不少於 不低于 不低於 不小于 不小於 至少",
    "gt": "> over above more_than exceeding 超过 超過 超 逾 多于 多於 大于 大於 高于 高於",
    "le": "<= ≤ ≦ at_most up_to not_more_than no_more_than "
    "不超过 不超過 不多于 不多於 不高于 不高於 至多 最多",
    "lt": "< under below less_than fewer_than 少于 少於 低于 低於 小于 小於 不足 不到 不满 不滿",
    "approx": "~ ≈ about around approximately roughly 约 約 大约 大約 大概",
    "nearly": "nearly almost close_to 近 接近 将近 將近",
}
_AFTER: Final[dict[Sense, str]] = {
    "ge": "+ or_more 以上",
    "le": "or_less or_fewer 以下 以内 以內",
    "approx": "左右 上下",
    "odd": "-odd odd 余 餘 多",
}
_SCALES: Final = {"百": 10**2, "千": 10**3, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def _words(table: dict[Sense, str]) -> dict[str, Sense]:
    return {word.replace("_", " "): sense for sense, words in table.items() for word in words.split()}


def _one_of(words: dict[str, Sense]) -> str:
    # Longest first, so that "more than" is not read as something shorter.
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_PREFIXES: Final = _words(_BEFORE)
_SUFFIXES: Final = _words(_AFTER)
_NUMBER: Final = r"(?:[0-9]{1,3}(?:[ ,][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_SCALE: Final = "|".join(_SCALES)
_PHRASE: Final = re.compile(
    rf"(?P<before>{_one_of(_PREFIXES)})? ?(?P<share>百分之)?(?P<number>{_NUMBER}) ?(?P<odd>[余餘多])?"
    rf"(?P<scale>{_SCALE})? ?(?P<percent>%|percent)? ?(?P<after>{_one_of(_SUFFIXES)})?"
)
_RANGE: Final = re.compile(
    rf"(?:from |between )?(?P<number>{_NUMBER})(?P<scale>{_SCALE})? ?(?P<percent1>%)?"
    rf" ?(?:-|–|—|~|to|and|至|到) ?(?P<number2>{_NUMBER}) ?(?P<scale2>{_SCALE})? ?(?P<percent>%|percent)?"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a phrase says.  `upper` differs from `value` for a range only."""

    sense: Sense
    value: Fraction
    upper: Fraction
    percent: bool


def read_phrase(text: str) -> Phrase:
    """What a phrase says.  Raises `InvalidInput` for one that is not understood in full."""
    if len(text) > MAX_PHRASE:
        raise invalid(f"The phrase has more than {MAX_PHRASE} characters.", "Quote only the figure.")
    # NFKC turns full-width digits and signs, and the narrow spaces between thousands, into plain ones.
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if (found := _RANGE.fullmatch(plain)) and (not found["percent1"] or found["percent"]):
        if bool(found["scale"]) == bool(found["scale2"]):  # "1至2万" says ten thousand, or one
            lower, upper = _value(found["number"], found["scale"]), _value(found["number2"], found["scale2"])
            return Phrase("range", lower, upper, bool(found["percent"]))
    if found := _PHRASE.fullmatch(plain):
        senses: set[Sense] = {
            *((_PREFIXES[found["before"]],) if found["before"] else ()),
            *((_SUFFIXES[found["after"]],) if found["after"] else ()),
            *(("odd",) if found["odd"] else ()),
        }
        if len(senses) > 1:
            raise invalid("The phrase qualifies its figure in two ways.", "Say which of the two is asserted.")
        value, percent = _value(found["number"], found["scale"]), bool(found["percent"] or found["share"])
        return Phrase(senses.pop() if senses else "eq", value, value, percent)
    raise invalid(
        "The phrase is not understood as a figure.",
        'Write the number in digits, such as "over 30", "10-odd", "10余" or ">= 98 %", or use Quantity.of.',
    )


def _value(number: str, scale: str | None) -> Fraction:
    return exact(exact(Decimal(number.replace(" ", "").replace(",", ""))) * _SCALES.get(scale or "", 1))
