"""Momentum: views, charts and presets. The words stand in `03_Momentum.md`."""
from dlcore.charts import (
    axis,
    band,
    by,
    cells,
    chart,
    diverging,
    dots,
    even,
    heads,
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

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Where a heavy ball converges (blue), where it explodes (red), and where it is best.",
              rate_map.Params(),
              chart("Factor on the error, a step", axis("learning_rate", "learning rate αL"),
                    axis("momentum", "momentum β"), cells("map", "rate", diverging(0.6, 1.4, middle=1), ""),
                    places("points"))),
    claims=CLAIMS,
    views=(
        View("Ravine", (ravine, rate_map),
             ([chart("The path through the ravine", axis("w1", "w₁ (curvature 1/κ)"),
                     axis("w2", "w₂ (curvature 1)"), levels("contours"), room("contours", round=True),
                     walk(rows("path", in_view=True))),
               chart("Factor on the error, a step", axis("learning_rate", "learning rate αL"),
                     axis("momentum", "momentum β"),
                     cells("map", "rate", diverging(0.8, 1.2, middle=1), "factor", taps=True), map_lines("lines"),
                     places("points"))],
              [chart("Loss", axis("step", "step t"), log("value", "f(w) − f*", include=(1, 0.0001)), line("loss"),
                     heads("last", by("kind", "measured", "theory")), notes("marks")),
               chart("Roots: inside the circle it converges", even("real", "Re z", -1.2, 1.2),
                     axis("imaginary", "Im z", domain=(-1.2, 1.2)), unit_circle(),
                     dots("modes", by("direction", "w1", "w2"), size=140))]),
             presets={"Tuned descent: 709": ravine.Params(method="gradient_descent", learning_rate=2 / 1.01, steps=750),
                      "Tuned ball: 95": ravine.Params(learning_rate=400 / 121, momentum=81 / 121),
                      "Nesterov: 157": ravine.Params(method="nesterov", momentum=9 / 11),
                      "Too much of it: 2,825": ravine.Params(momentum=0.99, steps=3000),
                      "Surprise: no ravine": ravine.Params(condition_number=1),
                      "Surprise: Nesterov": ravine.Params(method="nesterov", learning_rate=1.5)}),
        View("Noise", (noise,),
             ([chart("How far the noise throws the weight", axis("momentum", "momentum β"),
                     log("value", "stationary variance of w"),
                     band("variance", "low", "high", by("kind", "measured", "theory")), line("variance")),
               chart("Two walks under the same noise, by β", axis("step", "step t"), axis("value", "weight w"),
                     line("path", by("momentum"), None))],),
             presets={"A tenth of the step": noise.Params(learning_rate=0.005),
                      "Nearly all kept": noise.Params(momentum=0.99)}),
        View("Counterexample", (counterexample,),
             ([chart("The function", axis("w", "w"), axis("value", "f(w)"), line("function", None, None)),
               chart("Where the walk goes", axis("step", "step t"), axis("w", "w"),
                     room(rows("path", in_view=True)), walk(rows("path", in_view=True)))],),
             presets={"Plain descent, its own step": counterexample.Params(method="gradient_descent",
                                                                           learning_rate=25 / 13),
                      "Surprise: another start, the same three places": counterexample.Params(start=3.1),
                      "No minimum at all": counterexample.Params(function="separable", method="gradient_descent",
                                                                 learning_rate=1.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
