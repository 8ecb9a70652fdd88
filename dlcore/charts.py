"""Column names in, a constant Vega-Lite specification out.

A specification names tables and columns; it never holds data, a number of the run or a title that changes.
So it is built and validated once a process, and the browser keeps its marks while the data move. Charts are
named by what is seen. Knows no data, no torch, no Streamlit; the colors come from the theme.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from dlcore import _chart_graph as drawn
from dlcore import _chart_maps as maps
from dlcore import _chart_parts as parts
from dlcore._chart_drawing import Drawing as Drawing
from dlcore._chart_drawing import drawing
from dlcore._chart_images import matrix as matrix
from dlcore._chart_images import pictures as pictures
from dlcore._chart_parts import KINDS, always, color, done, rows, tooltip, x_axis, y_axis
from dlcore._chart_wordmap import wordmap as wordmap


@drawing
def curve(table: str, x: str, y: str = "value", *, title: str, x_title: str, y_title: str, split: str = "kind",
          order: Sequence[str] = (), dash: str = "kind", kinds: Sequence[str] = KINDS, where: str = "",
          log_x: bool = False, log_y: bool = False, include: Sequence[float] = (), band: Sequence[str] = (),
          marks: str = "", points: bool = False, y_domain: Sequence[float] = (), under: str = "", heads: str = "",
          law: str = "", until: str = "", whole_x: bool = False, wide: bool = False) -> str:
    """Lines of `y` over `x`: solid what was measured, dashed the law.

    `split` colors the lines (`order`: its values, in legend order), `dash` tells the `kinds` apart ("" for none).
    `where` keeps some rows; `include` are values of y that are always in view; `band` = (low, high) columns of a
    spread; `marks` a table (x, text) of words at the foot of the plot, for what a log axis cannot show. `y_domain`
    fixes the axis, that of x reaches to the table `until`; the value `under` of `split` lies broad and pale below the
    others; `heads` is a table of points, `law` one of dashed lines, with their band; `whole_x` counts. A `wide` chart
    has a row to itself, and its legend one line.
    """
    order = order or (kinds if split == "kind" else ())
    place = {"x": x_axis(x, x_title, log_x, whole=whole_x), "y": y_axis(y, y_title, log_y, domain=y_domain)}
    hue = color(split, order, wide=wide)
    dots = {"size": 45, "filled": True} if points else False
    lines = rows(table, where).mark_line(strokeWidth=2.5, clip=True, point=dots)
    layers = [lines.encode(**place, **hue, **parts.dashes(dash, kinds, len(kinds) > 1, wide),
                           tooltip=tooltip([x, y], [split, dash]))]
    if under:
        below = rows(table, where).transform_filter(f"datum['{split}'] === '{under}'")
        layers.insert(0, below.mark_line(strokeWidth=11, opacity=0.35, clip=True, tooltip=False).encode(**place, **hue))
    if law:
        dashed = rows(law, where).mark_line(strokeWidth=2, strokeDash=parts.DASHES["theory"], clip=True, tooltip=False)
        layers += [dashed.encode(x=place["x"], y=alt.Y(f"{column}:Q"), **hue) for column in (y, *band)]
    if heads:
        dots = rows(heads, where).mark_point(filled=True, size=160, opacity=1, clip=True)
        layers.append(dots.encode(**place, **hue, tooltip=tooltip([x, y], [split, dash])))
    if band:
        area = rows(table, where).mark_area(opacity=0.22, clip=True, tooltip=False)
        low = y_axis(band[0], y_title, log_y, domain=y_domain)
        layers.insert(0, area.encode(x=place["x"], y=low, y2=alt.Y2(f"{band[1]}:Q"), **hue))
    layers += [always(y, include, "y")] if include else []
    layers += [parts.reach(until, x)] if until else []
    if marks:
        words = rows(marks, where).mark_text(fontSize=14, baseline="bottom", align="left", dx=3)
        layers.append(words.encode(alt.X(f"{x}:Q"), alt.Text("text:N"), y=alt.value("height")))
    return done(layers, title)


@drawing
def scatter(table: str, x: str, y: str, *, title: str, x_title: str, y_title: str, split: str = "",
            order: Sequence[str] = (), where: str = "", log_x: bool = False, log_y: bool = False, size: int = 60,
            x_domain: Sequence[float] = (), y_domain: Sequence[float] = (), circle: bool = False) -> str:
    """Points of `y` over `x`, colored by `split`; the domains fix the axes, `circle` draws |z| = 1, round."""
    scale = parts.round_scale(y_domain) if circle else alt.Undefined
    dots = rows(table, where).mark_point(filled=True, size=size, opacity=0.85, clip=True).encode(
        x=x_axis(x, x_title, log_x, domain=x_domain, scale=scale), y=y_axis(y, y_title, log_y, domain=y_domain),
        tooltip=tooltip([x, y], [split]), **color(split, order, filled=True))
    return done([parts.unit_circle(), dots] if circle else [dots], title)


@drawing
def path(table: str, x: str, y: str, step: str = "step", *, title: str, x_title: str, y_title: str, split: str = "",
         order: Sequence[str] = (), contours: str = "", where: str = "", round: bool = False, points: str = "",
         room: str = "") -> str:
    """A walk in the plane, taken back step by step by a slider in the browser, without a rerun.

    `contours` is a table (line, point, x, y) of level lines, `points` one (name, x, y) of named places, `room` one
    (x, y) of all that has to be in view, if that is more than the walk; `round` makes a unit as long on both axes.
    """
    walked = parts.walked(rows(table, where), step)
    edge = alt.Scale(zero=False, nice=False, padding=14)  # pixels: a point at the edge is seen whole
    place, hue = {"x": x_axis(x, x_title, scale=edge), "y": y_axis(y, y_title, scale=edge)}, color(split, order)
    line = walked.mark_line(strokeWidth=1.5, opacity=0.75, clip=True).encode(
        **place, order=alt.Order(f"{step}:Q"), **hue)
    shown_at = tooltip([step, x, y], [split])
    dots = walked.mark_point(filled=True, size=28, clip=True).encode(**place, tooltip=shown_at, **hue)
    head = walked.transform_filter(f"datum['{step}'] === datum.reached")
    ball = head.mark_point(filled=True, size=200, opacity=1, clip=True).encode(**place, **hue)
    count = head.transform_calculate(words=f"'step ' + format(datum.{step}, ',')")
    levels = [rows(contours).mark_line(strokeWidth=1, opacity=0.25, color="currentColor", clip=True, tooltip=False)
              .encode(**place, detail=alt.Detail("line:N"), order=alt.Order("point:Q"))] if contours else []
    all_of_it = rows(room) if room else rows(table, where)
    whole = parts.whole(all_of_it, (x, x), (y, y), (x_title, y_title), round=round, padding=14)
    marked = maps.map_points(points, {"x": alt.X(f"{x}:Q"), "y": alt.Y(f"{y}:Q")})
    return done([*levels, whole, line, dots, ball, *marked, *maps.halo(count, place, "words", dy=-18)], title,
                [parts.scrubber("Steps shown", -parts.STOPS, 0, 0)])


@drawing
def field(table: str, x: str, y: str, value: str, *, title: str, x_title: str, y_title: str, value_title: str = "",
          lines: str = "", points: str = "", trail: str = "", split: str = "", order: Sequence[str] = (),
          diverging: bool = False, middle: float = 0.0, domain: Sequence[float] = (), log: bool = False,
          where: str = "", tap: bool = False, dots: str = "", plays: bool = False, round: bool = False,
          window: Sequence[Sequence[float]] = ((), ())) -> str:
    """A map of `value` over a regular grid (x, y); with `tap`, a click or a finger moves the sliders there.

    One that `plays` has no tooltips: the browser would write one for every cell of every frame.

    On it lie `lines` (line, label, x, y), `points` (name, x, y) and a `trail` (step, x, y), colored by `split`; `dots`
    (x, y) are many, filled by `split`, and `where` holds for them too. `round` makes a unit as long on both axes; a
    trail that leaves the `window` ((low, high) of x and of y) is cut there.
    """
    scale = maps.map_scale(diverging, middle, domain, log)
    key = alt.Legend(orient="right", title=value_title or None, titleFontSize=14, labelFontSize=14, tickCount=4,
                     gradientLength=170, **({"labelExpr": parts.NUMBER_LABEL} if log else {}))
    grid = maps.cells(rows(table, where), x, y).mark_rect(**maps.SEAMLESS, **({"cursor": "crosshair"} if tap else {}))
    across, up = window
    tall = alt.Scale(zero=False, nice=False, **({"domain": list(up)} if up else {}))
    grid = grid.encode(x_axis("x_low", x_title, grid=False, domain=across), alt.X2("x_high:Q"),
                       y_axis("y_low", y_title, grid=False, scale=tall), alt.Y2("y_high:Q"),
                       tooltip=maps.tips([x, y, value], plays=plays),
                       color=alt.Color(f"{value}:Q", scale=scale, legend=key))
    if tap:
        grid = grid.add_params(alt.selection_point(name="tap", fields=[x, y], on="pointerup", toggle=False,
                                                   clear=False))
    place = {"x": alt.X(f"{x}:Q"), "y": alt.Y(f"{y}:Q")}
    room = [parts.whole(maps.cells(rows(table, where), x, y), ("x_low", "x_high"), ("y_low", "y_high"),
                        (x_title, y_title), round=True)] if round else []
    over = [*room, *maps.map_dots(dots, where, place, split, scale), *maps.map_lines(lines, place),
            *maps.map_trail(trail, place, split, order), *maps.map_points(points, place)]
    return done([grid, *over], title, own_colors=bool(over))


@drawing
def bars(table: str, category: str, value: str = "value", *, title: str, value_title: str, category_title: str = "",
         categories: Sequence[str] = (), split: str = "", order: Sequence[str] = (), stacked: bool = True,
         where: str = "", include: Sequence[float] = (), log: bool = False, text: str = "",
         room: float = 0, ticks: Sequence[float] = (), height: int = parts.HEIGHT) -> str:
    """Horizontal bars with their numbers; `split` stacks or groups them by color. `categories` is their order.

    The column `text` stands in the place of the numbers, `room` is what it needs (in bars), `ticks` are on the axis.
    """
    base, sort = rows(table, where), list(categories) or None
    names = alt.Axis(labelLimit=260, labelExpr=parts.SPACED, **parts.SIZES)
    place: dict[str, Any] = {
        "y": alt.Y(f"{category}:N", title=category_title or None, sort=sort, axis=names),
        "x": x_axis(value, value_title, log, scale=alt.Scale(type="log" if log else "linear"))}
    place["x"]["axis"]["values"] = list(ticks) or alt.Undefined
    if split and not stacked:
        place["x"].stack, place["yOffset"] = None, alt.YOffset(f"{split}:N", sort=list(order) or None)
    shown = tooltip([value], [category, split])
    layers = [base.mark_bar(clip=True).encode(**place, tooltip=shown, **color(split, order, filled=True))]
    if text or not (split and stacked):
        # A number stands right of zero where its bar goes left.
        place["x"] = place["x"] if log else alt.X("number_at:Q", title=value_title or None)
        number = base.transform_calculate(number_at=f"max(datum['{value}'], 0)", number=parts.number_words(value))
        number = number.mark_text(align="left", dx=5, fontSize=14)
        layers.append(number.encode(**place, text=alt.Text(f"{text or 'number'}:N")))
    if room:  # an unseen mark to the right of all bars
        ends = base.transform_joinaggregate(most=f"max({value})", least=f"min({value})").transform_calculate(
            end=f"max(datum.most, 0) + {room} * (max(datum.most, 0) - min(datum.least, 0))")
        layers.append(ends.mark_point(size=0, opacity=0, tooltip=False).encode(alt.X("end:Q")))
    if include:
        layers.append(always(value, include, "x"))
    return done(layers, title, height=height)


@drawing
def histogram(table: str, low: str, high: str, count: str = "count", *, title: str, x_title: str, y_title: str,
              split: str = "", order: Sequence[str] = (), where: str = "") -> str:
    """Bins [low, high) that the experiment has counted, overlaid by `split`."""
    box = rows(table, where).mark_rect(opacity=0.6 if split else 1)
    tall = alt.Y(f"{count}:Q", title=y_title, axis=parts.axis(False))
    return done([box.encode(x=x_axis(low, x_title), x2=alt.X2(f"{high}:Q"), y=tall, y2=alt.Y2Datum(0),
                            tooltip=tooltip([low, high, count]), **color(split, order, filled=True))], title)


@drawing
def graph(nodes: str, edges: str, steps: str, *, title: str, x_title: str, kinds: Sequence[str], stops: int) -> str:
    """Boxes joined by arrows, and a formula below them, uncovered step by step by a slider in the browser.

    `nodes` has a block of rows for each step: step, depth, position (of the box), name, first, second (its words,
    lines apart), now (which of `kinds` this step has computed). `edges`: depth, position, depth_end, position_end,
    above, below (words), forward_step, backward_step (when its words are used). `steps`: step, title, formula.
    `kinds`: what `first`, `second` and `below` are, for the legend. `stops`: the most steps that a run takes.
    """
    shown = parts.scrubber("Step through", 0, stops, 0)
    return done(drawn.layers(nodes, edges, steps, x_title, kinds), title, [shown], height=405)


@drawing
def words(table: str, columns: Sequence[str], *, title: str, code: Sequence[str] = (), first: int = 0,
          last: int | None = None) -> str:
    """A table of words, drawn as text: no marks. `code`: columns of shapes, names or calls; rows `first` to `last`."""
    return json.dumps({"title": {"text": title}, "data": {"name": table}, "columns": list(columns), "code": list(code),
                       "rows": [first, last]})


def tables_of(spec: str) -> frozenset[str]:
    """The tables that a specification names."""
    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            if isinstance(node.get("data"), dict) and "name" in node["data"]:
                yield node["data"]["name"]
            for child in node.values():
                yield from walk(child)
        elif isinstance(node, list):
            for child in node:
                yield from walk(child)
    return frozenset(walk(json.loads(spec)))
