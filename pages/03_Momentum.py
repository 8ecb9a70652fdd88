"""Momentum: views, charts and presets. The words stand in `03_Momentum.md`."""
from dlcore.charts import curve, field, path, scatter
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.momentum import counterexample, noise, rate_map, ravine
from dlcore.topics.momentum._claims import CLAIMS

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Where a heavy ball converges (blue), where it explodes (red), and where it is best.",
              rate_map.Params(),
              field("map", "learning_rate", "momentum", "rate", title="Factor on the error, a step",
                    x_title="learning rate αL", y_title="momentum β", points="points", diverging=True, middle=1,
                    domain=(0.6, 1.4))),
    claims=CLAIMS,
    views=(
        View("Ravine", (ravine, rate_map),
             ([path("path", "w1", "w2", title="The path through the ravine", x_title="w₁ (curvature 1/κ)",
                    y_title="w₂ (curvature 1)", contours="contours", where="datum.in_view", round=True,
                    room="contours"),
               field("map", "learning_rate", "momentum", "rate", title="Factor on the error, a step",
                     x_title="learning rate αL", y_title="momentum β", value_title="factor", lines="lines",
                     points="points", diverging=True, middle=1, domain=(0.8, 1.2), tap=True)],
              [curve("loss", "step", title="Loss", x_title="step t", y_title="f(w) − f*", log_y=True, include=(1, 1e-4),
                     heads="last", marks="marks"),
               scatter("modes", "real", "imaginary", title="Roots: inside the circle it converges", x_title="Re z",
                       y_title="Im z", split="direction", order=("w1", "w2"), y_domain=(-1.2, 1.2), circle=True,
                       size=140)]),
             presets={"Tuned descent: 709": ravine.Params(method="gradient_descent", learning_rate=2 / 1.01, steps=750),
                      "Tuned ball: 95": ravine.Params(learning_rate=400 / 121, momentum=81 / 121),
                      "Nesterov: 157": ravine.Params(method="nesterov", momentum=9 / 11),
                      "Too much of it: 2,825": ravine.Params(momentum=0.99, steps=3000),
                      "Surprise: no ravine": ravine.Params(condition_number=1),
                      "Surprise: Nesterov": ravine.Params(method="nesterov", learning_rate=1.5)}),
        View("Noise", (noise,),
             ([curve("variance", "momentum", title="How far the noise throws the weight", x_title="momentum β",
                     y_title="stationary variance of w", log_y=True, band=("low", "high")),
               curve("path", "step", title="Two walks under the same noise, by β", x_title="step t", y_title="weight w",
                     split="momentum", dash="")],),
             presets={"A tenth of the step": noise.Params(learning_rate=0.005),
                      "Nearly all kept": noise.Params(momentum=0.99)}),
        View("Counterexample", (counterexample,),
             ([curve("function", "w", "value", title="The function", x_title="w", y_title="f(w)", split="", dash=""),
               path("path", "step", "w", title="Where the walk goes", x_title="step t", y_title="w",
                    where="datum.in_view")],),
             presets={"Plain descent, its own step": counterexample.Params(method="gradient_descent",
                                                                           learning_rate=25 / 13),
                      "Surprise: another start, the same three places": counterexample.Params(start=3.1),
                      "No minimum at all": counterexample.Params(function="separable", method="gradient_descent",
                                                                 learning_rate=1.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
