"""A topic as one HTML file that needs no network: words, formulas, numbers, charts that answer the pointer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from dlcore.charts import Chart, Table
from dlcore.charts.parts import LEGENDS
from dlcore.export.cells import Look
from dlcore.export.charts import data_sets, dressed
from dlcore.export.drawing import rows_where
from dlcore.export.markdown import html
from dlcore.params import Ranged, values
from dlcore.prose import TopicWords, ViewWords
from dlcore.question import said_of
from dlcore.spelling import label, option, plain, typeset
from dlcore.topic import Row

DIGITS = 6  # of a number in a chart
_FOLDER = Path(__file__).parent
# Nothing in the file may ask the network, whatever is in it.
_ALONE = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class Part:
    """A view as it stands: what was set, what came out, and the link that leads back to it."""

    name: str
    question: str
    words: ViewWords
    rows: Sequence[Row]
    settings: Sequence[Ranged]
    results: Sequence[Any]
    link: str
    remark: str = ""  # how far a training has come
    lines: Sequence[str] = ()  # of code, one of which is wrong

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of its results."""
        return {name: table for result in reversed(self.results) for name, table in vars(result).items()
                if isinstance(table, pd.DataFrame)}


def handout(words: TopicWords, link: str, parts: Sequence[Part], look: Look, vega: str) -> str:
    """The file; `vega` is the JavaScript of Vega, Vega-Lite and Vega-Embed, which defines `vegaEmbed`."""
    charts: list[dict[str, Any]] = []
    body = [f"<h1>{escape(words.title)}</h1>", html(words.prose), _back(link, "The page that this was made of")]
    for part in parts:
        body += _part(part, look, charts)
    data = json.dumps(charts, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    alone = vega.replace("</script", "<\\/script")
    draw = (_FOLDER / "handout.js").read_text(encoding="utf-8")
    return (f"<!doctype html><html lang='en'><head><meta charset='utf-8'>"
            f"<meta http-equiv='Content-Security-Policy' content=\"{_ALONE}\">"
            f"<meta name='viewport' content='width=device-width'><title>{escape(words.title)}</title>"
            f"<style>{(_FOLDER / 'handout.css').read_text(encoding='utf-8')}</style></head><body><main>"
            + "\n".join(body) + f"</main><script>{alone}</script>"
            f"<script type='application/json' id='charts'>{data}</script><script>{draw}</script></body></html>")


def _part(part: Part, look: Look, charts: list[dict[str, Any]]) -> list[str]:
    said = "\n".join(result.sentence for result in part.results)
    found = [f"<section><h2>{escape(part.name)}</h2>", html(f"**{part.question}** {part.words.scene}".strip()),
             _settings(part.settings), _numbers(part)]
    for drawing in (drawing for row in part.rows for drawing in row):
        if isinstance(drawing, Table):
            found.append(_words(drawing, part.tables[drawing.table]))
        else:
            found.append(f"<figure id='chart-{len(charts)}' role='img' aria-label='{escape(drawing.title, True)}: "
                         f"{escape(typeset(said), True)}'></figure>")
            charts.append(_chart(drawing, part.tables, look))
    found.append(f"<p class='said'>{escape(typeset(said))}</p>")
    found += [f"<p class='remark'>{escape(part.remark)}</p>"] if part.remark else []
    found += [f"<ol class='code'>{''.join(f'<li><code>{escape(line)}</code></li>' for line in part.lines)}</ol>"] \
        if part.lines else []
    for title, text in (("Why", part.words.why), ("Common mistakes", part.words.mistakes)):
        if text and not part.lines:  # a question is not answered below it
            found += [f"<h3>{title}</h3>", html(text)]
    return [*found, _back(part.link, "Move its sliders"), "</section>"]


def _chart(chart: Chart, tables: Mapping[str, pd.DataFrame], look: Look) -> dict[str, Any]:
    """What the browser draws: columns, which it makes rows of."""
    sets: dict[str, dict[str, Any]] = {}
    for rows, name in data_sets(chart).items():
        columns = chart.sent[rows] | {column for column, _ in rows.equal}
        table = rows_where(tables[rows.table], **dict(rows.equal))
        sets[name] = {column: _column(table[column]) for column in table.columns if column in columns}
    spec = dressed(chart, look.ink, look.config)
    spec["config"]["legend"] = {**spec["config"].get("legend", {}), **LEGENDS}
    return {"spec": spec, "sets": sets}


def _column(column: pd.Series) -> Any:
    """Its values to six digits; one value that all rows share is written once."""
    found = [float(f"{x:.{DIGITS}g}") if isinstance(x, float) else x for x in column.tolist()]
    short = [int(x) if isinstance(x, float) and x.is_integer() and abs(x) < 1e9 else x for x in found]
    return {"all": short[0], "rows": len(short)} if short and len(set(short)) == 1 else short


def _settings(settings: Sequence[Ranged]) -> str:
    chosen = {name: value for params in reversed(settings) for name, value in values(params).items()}
    told = (f"{escape(label(name))} {escape(option(value))}" for name, value in chosen.items())
    return f"<p class='set'>Set: {', '.join(told)}.</p>" if chosen else ""


def _numbers(part: Part) -> str:
    shown = []
    for result in part.results:
        for quantity, value, unit in result.summary.itertuples(index=False):
            about = part.words.about(quantity)
            meaning = f"<dd class='means'>{html(about.meaning)}</dd>" if about else ""
            shown.append(f"<div><dt>{escape(said_of(quantity, part.words))}</dt>"
                         f"<dd>{escape(f'{plain(value)} {unit}'.strip())}</dd>{meaning}</div>")
    return f"<dl>{''.join(shown)}</dl>"


def _words(drawing: Table, table: pd.DataFrame) -> str:
    shown = table[list(drawing.columns)].iloc[slice(*drawing.lines)].rename(columns=label)
    return f"<h3>{escape(drawing.title)}</h3>{shown.to_html(index=False, border=0)}"


def _back(link: str, text: str) -> str:
    return f"<p class='back'><a href='{escape(link, True)}'>{escape(text)}</a></p>" if link else ""
