"""How the report puts things: sentences, labels, names, moments, numbers, and references to events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Final

from markupsafe import Markup, escape

from party_workflow.canonical import fraction_text
from party_workflow.packs.campaign_2005 import CALENDAR
from party_workflow.packs.labels import LABELS, Language
from party_workflow.personal import Sealed, Withheld
from party_workflow.policies.figure import Absent, Evidence, Figure, Rounding, percent_text
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow.values import PERSON_PATTERN, UNIT_PATTERN
from party_workflow_adapters.report.charts import in_zone
from party_workflow_adapters.report.texts import CHECKS, CODES, MEASURES, TEXTS, UNITS

ZONE: Final = timezone(timedelta(minutes=CALENDAR.offset_minutes))
ZONE_NAME: Final = f"UTC{CALENDAR.offset_minutes // 60:+d}"
_ID: Final = re.compile(f"{PERSON_PATTERN}|{UNIT_PATTERN}", re.ASCII)
_PERSON: Final = re.compile(r"\bp-(?:[0-9a-f]{32}|[0-9]{1,6})\b", re.ASCII)
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_ENGLISH: Final = Markup('<span lang="en">{}</span>')
_TWO: Final = Rounding(2, "half_up")
_SIGNS: Final = {"eq": "", "ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "approx": "≈ "}


@dataclass
class Words:
    """The wording of one report.  It notes which codes and events were put down, for the last tables."""

    workflow: Workflow
    language: Language
    names: Mapping[str, Sealed]
    used: set[str] = field(default_factory=set)
    cited: dict[int, Evidence] = field(default_factory=dict)

    # --- sentences and labels

    def say(self, key: str, /, **values: object) -> Markup:
        """A sentence by key.  Values are escaped unless they are markup."""
        return Markup(TEXTS[key][self._index]).format(**values)

    def plain(self, key: str, /, **values: object) -> str:
        """A sentence by key as text, for places that take no markup and escape by themselves."""
        return re.sub("</?b>", "", TEXTS[key][self._index]).format(**values)

    def listed(self, items: Iterable[str | Markup], joint: str = "and") -> Markup:
        """Things in a row; with ``joint="then"`` set off more strongly."""
        return Markup(TEXTS[f"joint.{joint}"][self._index]).join(items)

    def with_role(self, person: str, role: str) -> Markup:
        """Somebody in a role."""
        return self.say("by_role", person=self.name(person), role=self.label(role))

    def measure(self, code: str) -> str:
        """The label of a figure that somebody asserted."""
        found = MEASURES.get(code)
        return self.label(code) if found is None else found[self._index]

    def check(self, code: str, holds: str) -> str:
        """What holds if a check passes."""
        return CHECKS[code][1] if self.language == "zh" and code in CHECKS else holds

    def english(self, sentence: str) -> Markup:
        """A sentence that the library says in English only, marked as such on a page in another language."""
        return escape(sentence) if self.language == "en" else _ENGLISH.format(sentence)

    def label(self, code: str) -> str:
        """The label of a code; the code itself, readable, where nothing has one."""
        self.used.add(code)
        found = LABELS.get(code) or CODES.get(code)
        return code.replace("_", " ") if found is None else found[self._index]

    def glossary(self) -> list[tuple[str, str, str]]:
        """Every code put down so far that has labels, with both."""
        found = {code: LABELS.get(code) or CODES.get(code) for code in sorted(self.used)}
        return [(code, labels[0], labels[1]) for code, labels in found.items() if labels is not None]

    @property
    def _index(self) -> int:
        return 0 if self.language == "en" else 1

    # --- people

    def reveal(self, sealed: Sealed) -> Markup:
        """A personal value as text, or in brackets why it is not to be had."""
        found = self.workflow.reveal(sealed)
        if isinstance(found, Withheld):
            return Markup('<span class="gone">{}</span>').format(str(found))
        # Isolated, so that marks of writing direction in it turn nothing around it.
        return Markup("<bdi>{}</bdi>").format(_UNPRINTABLE.sub("\ufffd", found))

    def name(self, subject: str) -> Markup:
        """An id with the name that belongs to it: ``p-7 王丽``, ``p-7 [erased]``, or ``p-7``."""
        sealed = self.names.get(subject)
        shown = "" if sealed is None else Markup(" {}").format(self.reveal(sealed))
        return Markup('<span class="who"><code>{}</code>{}</span>').format(subject, shown)

    def names_of(self, subjects: tuple[str, ...]) -> Markup:
        """Several of them, in a row."""
        return self.listed(self.name(subject) for subject in subjects)

    def subject(self, text: str) -> Markup:
        """What a finding is about: a person or a unit by name, anything else as it is."""
        return self.name(text) if _ID.fullmatch(text) else Markup("<code>{}</code>").format(text)

    def without_persons(self, sentence: str) -> str:
        """A sentence about a confidential matter, without the persons in it."""
        return _PERSON.sub("[not-permitted]", sentence)

    # --- moments and numbers

    def moment(self, at: datetime) -> str:
        """A moment on the pack's clock, to the minute."""
        local = in_zone(at, ZONE)
        return f"{local.year:04d}-{local:%m-%d %H:%M}"

    def day(self, at: datetime | date) -> str:
        """The day of a moment on the pack's clock."""
        if isinstance(at, datetime):
            return self.moment(at)[:10]
        return at.isoformat()

    def date(self, day: date) -> Markup:
        """A day inside a sentence, which is not broken."""
        return Markup("<time>{}</time>").format(day.isoformat())

    def number(self, value: Fraction | int | None) -> str:
        """An exact number; one that is not whole with about how much it is."""
        if value is None:
            return "–"
        exact = Fraction(value)
        if exact.denominator == 1:
            return fraction_text(exact)
        return f"{fraction_text(exact)} ≈ {self.rounded(exact)}"

    def exact(self, value: Fraction) -> str:
        """An exact number as people write it: decimal where it has an end, a fraction otherwise."""
        return _decimal(value)

    def rounded(self, value: Fraction) -> str:
        """A number to two places, half up."""
        return f"{_TWO.apply(value):f}"

    def signed(self, value: Fraction) -> str:
        """How far off, with its sign."""
        return f"+{fraction_text(value)}" if value > 0 else fraction_text(value).replace("-", "−")

    def percent(self, value: Fraction) -> str:
        """A ratio as a percentage: 28/29 as ``96.55 %``."""
        return f"{percent_text(value)} %"

    def ratio(self, part: int, whole: int) -> str:
        """A share with both of its counts: ``28/29 = 96.55 %``."""
        if not whole:
            return f"{part}/{whole}"
        return f"{part}/{whole} = {self.percent(Fraction(part, whole))}"

    def value(self, figure: Figure) -> str:
        """A figure as displayed, or how it is absent."""
        if isinstance(figure.value, Absent):
            return self.label(figure.value.kind)
        return figure.displayed

    def rounding(self, rounding: Rounding) -> str:
        """How something is rounded."""
        return self.plain("explain.rounding", places=rounding.places, mode=self.label(rounding.mode))

    def exactly(self, figure: Figure) -> str:
        """The exact value of a figure that is displayed rounded, and how; nothing for any other."""
        if figure.rounding is None or isinstance(figure.value, Absent):
            return ""
        how = self.rounding(figure.rounding)
        return self.plain("explain.exactly", value=fraction_text(figure.value), rounding=how)

    def quantity(self, quantity: Quantity) -> str:
        """A figure as asserted, with its unit."""
        unit = self._unit(quantity)
        if quantity.comparator == "range":
            return f"{quantity.bounds} {unit}"
        assert quantity.value is not None
        off = "" if quantity.tolerance is None else f" ± {_decimal(quantity.tolerance)}"
        return f"{_SIGNS[quantity.comparator]}{_decimal(quantity.value)}{off} {unit}"

    def _unit(self, quantity: Quantity) -> str:
        """The unit after a number; one of it in English is said so."""
        found = UNITS.get(quantity.unit)
        if found is None:
            return self.label(quantity.unit)
        single = quantity.comparator == "eq" and quantity.value == 1 and self.language == "en"
        return found[self._index].removesuffix("s") if single else found[self._index]

    def figure_name(self, name: str, within: str = "") -> str:
        """The name of a figure, its parts labelled, without what it shares with the one above it."""
        parts = name.split(".")
        if len(parts) > 1 and parts[0] == within.partition(".")[0]:
            parts = parts[1:]
        return " · ".join(self.label(part) for part in parts)

    def formula(self, total: Figure) -> str:
        """A weighted total on one line: ``1/10 × 100 + 2/5 × 97 + …``; nothing for any other figure."""
        terms = []
        for term in total.inputs:
            parts = term.inputs if isinstance(term, Figure) and term.step == "product" else ()
            if len(parts) != 2 or not all(isinstance(part, Figure) for part in parts):
                return ""
            weight, part = (part for part in parts if isinstance(part, Figure))
            terms.append(f"{weight.displayed} × {self.value(part)}")
        return " + ".join(terms)

    # --- events

    def ref(self, *events: Evidence) -> Markup:
        """References to events by position, which lead to the table of those cited."""
        shown = []
        for item in events:
            self.cited[item.position] = item
            shown.append(Markup('<a class="ev" href="#e{0}">#{0}</a>').format(item.position))
        return Markup(" ").join(shown)

    def citations(self) -> list[Evidence]:
        """Every event referred to so far, by position."""
        return [self.cited[position] for position in sorted(self.cited)]


def _decimal(value: Fraction) -> str:
    """A number as people write it: decimal where it has an end, a fraction otherwise."""
    for places in range(13):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = tuple(int(digit) for digit in str(abs(scaled.numerator)))
            return f"{Decimal((int(value < 0), digits, -places)):f}"
    return fraction_text(value)
