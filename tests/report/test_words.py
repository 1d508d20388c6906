"""What the report says: complete in both languages, and legible in every colour it has."""

from __future__ import annotations

import itertools
import re
import string
from pathlib import Path

import pytest

from party_workflow.packs.labels import LABELS
from party_workflow_adapters import report
from party_workflow_adapters.report.texts import CHECKS, CODES, MEASURES, TEXTS, UNITS

FOLDER = Path(report.__file__).parent
SOURCES = "".join(path.read_text("utf-8") for path in FOLDER.glob("*") if path.suffix in (".py", ".j2"))
TABLES = {"texts": TEXTS, "codes": CODES, "measures": MEASURES, "units": UNITS, "checks": CHECKS}
CHINESE = re.compile("[\u4e00-\u9fff]")


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("name", TABLES)
def test_every_text_is_there_in_both_languages_with_the_same_values(name: str) -> None:
    for key, entry in TABLES[name].items():
        assert len(entry) == 2, key
        english, chinese = entry
        assert english.strip() or key.startswith("joint"), key
        assert places(english) == places(chinese), key
        assert not CHINESE.search(english), key
        # What is left without its values may be signs only, or a name that is the same everywhere.
        signs = not re.search(r"\w", re.sub(r"\{\w+\}|SHA-256", "", chinese))
        assert CHINESE.search(chinese) or signs, key
        assert set(re.findall("<[^>]*>", english + chinese)) <= {"<b>", "</b>"}, key


def test_every_sentence_is_used_and_every_one_asked_for_is_there() -> None:
    asked = set(re.findall(r"""\b(?:say|plain)\(\s*["']([a-z_.]+)["']""", SOURCES))
    built = ("audit.record", "audit.conduct", "joint.")
    assert {key for key in asked if key not in TEXTS and not key.endswith(".")} == set()
    unused = [
        key
        for key in TEXTS
        if f'"{key}"' not in SOURCES and f"'{key}'" not in SOURCES and not key.startswith(built)
    ]
    assert unused == []


def test_no_label_of_the_pack_is_shadowed() -> None:
    assert CODES.keys() & LABELS.keys() == set()


def test_every_check_of_the_audit_is_translated() -> None:
    from party_workflow.packs import party
    from party_workflow.packs.results import full_audit
    from party_workflow.service import Workflow
    from party_workflow.store import MemoryStore

    found = full_audit(Workflow(MemoryStore(), party.MODEL).history)
    assert {check.code for check in found.checks} <= CHECKS.keys()


def test_every_figure_that_can_be_counted_has_a_name_and_its_unit_a_word() -> None:
    from party_workflow.packs.measures import campaign_measures

    measures = campaign_measures("c", "p")
    assert {measure.code for measure in measures} <= MEASURES.keys()
    assert {measure.unit for measure in measures} <= UNITS.keys()


# --- contrast, by WCAG 2.2 -------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    """The colours of the page by day, by night and on paper."""
    blocks = re.findall(r":root \{(.*?)\n *\}", (FOLDER / "style.css").read_text("utf-8"), re.DOTALL)
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    assert len(found) == 3
    assert found[0].keys() == found[1].keys() == found[2].keys()
    return dict(zip(("light", "dark", "print"), found, strict=True))


TEXT_ON = [
    *itertools.product(("ink", "muted", "accent", "link", "bad", "fail"), ("paper", "panel")),
    *((name, f"{name}-bg") for name in ("pass", "open", "fail", "none")),
    ("ink", "open-bg"),
    ("ink", "pass-bg"),
    ("muted", "open-bg"),
    ("on-first", "first"),
    ("on-second", "second"),
]
SHAPES_ON_PAPER = ("first", "bad", "ink", "third", "fourth")


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_and_charts_have_the_contrast_of_level_AA(scheme: str) -> None:
    colours = palettes()[scheme]
    weak = [
        f"{text} on {ground}: {contrast(colours[text], colours[ground]):.2f}"
        for text, ground in TEXT_ON
        if contrast(colours[text], colours[ground]) < 4.5
    ]
    weak += [
        f"{name}: {contrast(colours[name], colours['paper']):.2f}"
        for name in SHAPES_ON_PAPER
        if contrast(colours[name], colours["paper"]) < 3
    ]
    # Of neighbouring bars only the difference matters; both have an edge in the colour of the paper.
    if contrast(colours["first"], colours["second"]) < 1.3:
        weak.append("first and second")
    assert weak == []
