"""Momentum: views, charts and presets. The words stand in `03_Momentum.md`."""
from dlcore.charts import curve, field, path, scatter
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.momentum import counterexample, noise, rate_map, ravine
from dlcore.topics.momentum._claims import CLAIMS

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Where a heavy ball converges (blue), where it explodes (red), and where it is best.",
              rate_map.Params(),
              field("map", "learning_rate", "momentum", "rate", title="Error factor per step (below 1 converges)",
                    x_title="learning rate αL", y_title="momentum β", points="points", diverging=True, middle=1,
                    domain=(0.6, 1.4))),
    claims=CLAIMS,
    views=(
        View("Ravine", (ravine, rate_map),
             ([path("path", "w1", "w2", title="Path of the weights (lines: equal loss)",
                    x_title="w₁ (flat: curvature 1/κ)", y_title="w₂ (steep: curvature 1)", contours="contours",
                    where="datum.in_view", round=True, room="contours"),
               field("map", "learning_rate", "momentum", "rate", title="Error factor per step (below 1 converges)",
                     x_title="learning rate αL", y_title="momentum β", value_title="factor", lines="lines",
                     points="points", diverging=True, middle=1, domain=(0.8, 1.2), tap=True)],
              [curve("loss", "step", title="Loss at every step", x_title="step t", y_title="f(w)", log_y=True,
                     include=(1, 1e-4), heads="last", marks="marks"),
               scatter("modes", "real", "imaginary", title="Roots z: inside the circle it converges", x_title="Re z",
                       y_title="Im z", split="direction", order=("w1", "w2"), y_domain=(-1.2, 1.2), circle=True,
                       size=140)]),
             presets={"Plain descent, best step: 709": ravine.Params(method="gradient_descent", learning_rate=2 / 1.01,
                                                                     steps=750),
                      "Heavy ball, best: 95": ravine.Params(learning_rate=400 / 121, momentum=81 / 121),
                      "β = 0.99: 2,825 steps": ravine.Params(momentum=0.99, steps=3000),
                      "Nesterov diverges": ravine.Params(method="nesterov", learning_rate=1.5)}),
        View("Noise", (noise,),
             ([curve("variance", "momentum", title="Variance of the weight (dot: chosen β)", x_title="momentum β",
                     y_title="variance of w", log_y=True, band=("low", "high"), heads="chosen"),
               curve("path", "step", title="Two walks under the same noise, by β", x_title="step t", y_title="weight w",
                     split="momentum", dash="")],),
             presets={"A tenth of the step": noise.Params(learning_rate=0.005),
                      "β = 0.99": noise.Params(momentum=0.99)}),
        View("Counterexample", (counterexample,),
             ([curve("function", "w", "value", title="The function f (dots: last 12 steps)", x_title="w",
                     y_title="f(w)", split="", dash="", heads="visited"),
               path("path", "step", "w", title="The weight over the first 60 steps", x_title="step t", y_title="w",
                    where="datum.in_view && datum.step <= 60")],),
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
