"""A sheet as one HTML page: no script, nothing from elsewhere, the same bytes for the same sheet."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from markupsafe import Markup

from party_workflow_adapters.report.charts import settled
from party_workflow_adapters.sheets.charts import MOST, drawn
from party_workflow_adapters.sheets.sheet import Outline, Part, Sheet, Table


def page(sheet: Sheet, *, language: str = "en") -> str:
    """The sheet as a document with its style and its charts in it."""
    style = files("party_workflow_adapters.report").joinpath("style.css").read_text("utf-8")
    with settled():
        parts = "\n".join(
            text for index, part in enumerate(sheet.parts, start=1) for text in _part(part, index)
        )
    warnings = "".join(f'<p class="warn" role="note">{escape(item)}</p>\n' for item in sheet.warnings)
    notes = "".join(f"<p>{escape(item)}</p>\n" for item in sheet.notes)
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(sheet.title)}</title>
<style>
{style}
body {{ display: block; max-width: 62rem; }}
</style>
</head>
<body>
<header class="top"><h1>{escape(sheet.title)}</h1>
{warnings}</header>
<main id="main">
{parts}
</main>
<footer>
{notes}</footer>
</body>
</html>
"""


def _part(part: Part, index: int) -> Iterator[str]:
    match part:
        case Table():
            yield _table(part)
        case Outline():
            yield _outline(part)
        case _:
            chart = drawn(part, f"chart-{index}")
            if chart is not None:
                yield _figure(chart, part.caption, len(part.items))


def _figure(chart: Markup, caption: str, number: int) -> str:
    more = f" The first {MOST} of {number} are drawn." if number > MOST else ""
    return (
        f'<figure class="chart"><div class="scroll wide" role="region" tabindex="0" '
        f'aria-label="{escape(caption)}">{chart}</div>'
        f"<figcaption>{escape(caption)}.{more}</figcaption></figure>"
    )


def _table(part: Table) -> str:
    def cell(tag: str, index: int, text: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        side = ' class="n"' if index in part.right else ""
        return f"<{tag}{scope}{side}>{escape(text)}</{tag}>"

    head = "".join(cell("th", index, column) for index, column in enumerate(part.columns))
    rows = "\n".join(
        "<tr>" + "".join(cell("td", index, text) for index, text in enumerate(row)) + "</tr>"
        for row in part.rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(part.caption)}">\n<table>\n'
        f"<caption>{escape(part.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n"
        "</tbody>\n</table>\n</div>"
    )


def _outline(part: Outline) -> str:
    found = [f"<h2>{escape(part.caption)}</h2>"]
    depth = -1
    for level, line in part.lines:
        if level > depth:
            found.extend("<ul>" for _ in range(level - depth))
        else:
            found.append("</li>")
            found.extend("</ul></li>" for _ in range(depth - level))
        found.append(f"<li>{escape(line)}")
        depth = level
    found.extend("</li></ul>" for _ in range(depth + 1))
    return "\n".join(found)
