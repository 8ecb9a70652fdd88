r"""Does momentum help on a convex loss?

Keep a share $\beta$ of the last step: $v \leftarrow \beta v + \nabla f(w)$, then $w \leftarrow w - \alpha v$.
**Tap the map** to go there; then take the path back, step by step, with the slider below it.
"""
from dlcore.charts import curve, field, path, scatter
from dlcore.topic import Card, Topic, View
from dlcore.topics.momentum import counterexample, noise, rate_map, ravine
from dlcore.topics.momentum._claims import CLAIMS

TOPIC = Topic(
    __doc__,
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
             look="Below its critical line a direction creeps or zigzags, above it swings; past “diverges” the path "
                  "explodes.",
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
             look="Drag momentum: the walk gets smoother, and the variance larger. Then take a tenth of the step.",
             presets={"A tenth of the step": noise.Params(learning_rate=0.005),
                      "Nearly all kept": noise.Params(momentum=0.99)}),
        View("Counterexample", (counterexample,),
             ([curve("function", "w", "value", title="The function", x_title="w", y_title="f(w)", split="", dash=""),
               path("path", "step", "w", title="Where the walk goes", x_title="step t", y_title="w",
                    where="datum.in_view")],),
             look="Does the walk come to rest, circle for ever, or leave the picture? Compare tuned with tuned.",
             presets={"Plain descent, its own step": counterexample.Params(method="gradient_descent",
                                                                           learning_rate=25 / 13),
                      "Surprise: another start, the same three places": counterexample.Params(start=3.1),
                      "No minimum at all": counterexample.Params(function="separable", method="gradient_descent",
                                                                 learning_rate=1.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
