"""Momentum: views, charts and presets. The words stand in `03_Momentum.md`."""
from dlcore.charts import (
    KIND,
    axis,
    band,
    broad,
    by,
    cells,
    chart,
    diverging,
    dots,
    even,
    guessed,
    heads,
    labels,
    levels,
    line,
    log,
    map_lines,
    notes,
    places,
    room,
    rows,
    unit_circle,
    walk,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.momentum import counterexample, noise, rate_map, ravine
from dlcore.topics.momentum._claims import CLAIMS

RUNS = by("kind", "measured", "theory", "plain descent").reading(
    {"measured": "this run", "plain descent": "plain descent at its best step"})
VARIANCES = KIND.after(by("momentum", "one walk", "the other"))  # one color means one thing within a view
GENTLE = by("piece", "curvature 1", "curvature 0").after(by("kind", "f"))

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Where a heavy ball converges (blue), where it explodes (red), and where it is best.",
              rate_map.Params(),
              chart("Error factor per step (below 1 converges)", axis("learning_rate", "learning rate α"),
                    axis("momentum", "momentum β"), cells("map", "rate", diverging(0.6, 1.4, middle=1), ""),
                    places("points"))),
    claims=CLAIMS,
    views=(
        View("Ravine", (ravine, rate_map),
             ([chart("Path of the weights", axis("w1", "w₁ (flat)", whole=True),
                     axis("w2", "w₂ (steep)", whole=True), levels("contours"), room("contours", round=True),
                     walk(rows("path", in_view=True), corner=True), narrow=True),
               chart("Loss at every step (dots: arrived)", axis("step", "step t"),
                     log("value", "f(w)", include=(1, 0.0001)),
                     line("descent", RUNS, None), line(rows("loss", kind="measured"), RUNS, None),
                     heads("arrivals", RUNS), labels("arrivals"), notes("marks"),
                     guessed("settled_steps", along="x"))],
              [chart("Error factor (below 1 converges; tap to go)", axis("learning_rate", "learning rate α"),
                     axis("momentum", "momentum β"),
                     cells("map", "rate", diverging(0.8, 1.2, middle=1), "factor", taps=True), map_lines("lines"),
                     places("points")),
               chart("Roots z: inside the circle it converges", even("real", "Re z", -1.2, 1.2),
                     axis("imaginary", "Im z", domain=(-1.2, 1.2)), unit_circle(),
                     dots("modes", by("direction", "w1", "w2").after(RUNS), size=140)),
               chart("Loss of this run, and the law of its roots", axis("step", "step t"), log("value", "f(w)"),
                     line("loss", RUNS, RUNS), heads("last", RUNS))]),
             presets={"Plain descent, best: 709 steps": ravine.Params(method="gradient_descent", learning_rate=2 / 1.01,
                                                                     steps=750),
                      "Heavy ball, best: 95 steps": ravine.Params(learning_rate=400 / 121, momentum=81 / 121),
                      "β = 0.99: 2,825 steps": ravine.Params(momentum=0.99, steps=3000),
                      "Nesterov diverges": ravine.Params(method="nesterov", learning_rate=1.5)}),
        View("Noise", (noise,),
             ([chart("Variance of the weight (dot: chosen β)", axis("momentum", "momentum β"),
                     log("value", "variance of w (log scale)"),
                     band("variance", "low", "high", VARIANCES), line("variance", VARIANCES, VARIANCES),
                     heads("chosen", VARIANCES), guessed("variance", "plain_variance", "equal_step_variance")),
               chart("Two walks under the same noise, by β", axis("step", "step t"), axis("value", "weight w"),
                     line("path", by("momentum").called("β = "), None))],),
             presets={"A tenth of the step": noise.Params(learning_rate=0.005),
                      "β = 0.99": noise.Params(momentum=0.99)}),
        View("Counterexample", (counterexample,),
             ([chart("The function f (dots: the end of the walk)", axis("w", "w"), axis("value", "f(w)"),
                     *(broad(rows("gentle", piece=piece), GENTLE) for piece in GENTLE.order),
                     line("function", None, None), heads("visited"), guessed("last_w", along="x")),
               chart("The weight over the first 60 steps", axis("step", "step t"), axis("w", "w"),
                     room(rows("path", "datum.in_view && datum.step <= 60")),
                     walk(rows("path", "datum.in_view && datum.step <= 60")), guessed("last_w"))],),
             presets={"Plain descent, best step": counterexample.Params(method="gradient_descent",
                                                                        learning_rate=25 / 13),
                      "Another start, the same cycle": counterexample.Params(start=3.1),
                      "Flat bottom": counterexample.Params(function="flat", learning_rate=1.0),
                      "No minimum at all": counterexample.Params(function="separable", method="gradient_descent",
                                                                 learning_rate=1.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
