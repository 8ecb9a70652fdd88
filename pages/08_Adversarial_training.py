"""Adversarial training: views, charts and presets. The words stand in `08_Adversarial_training.md`."""
from dlcore.charts import curve, field, histogram, path
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.adversarial import dirac, distances, penalty, ring
from dlcore.topics.adversarial._claims import CLAIMS

PENALIZED = ("measured", "theory", "wrong-way theory", "goal")
EASY = {"against": "wgan_gp", "spread": 0.05}
NARROW = {"loss": "saturating", "radius": 1.1, "batch": 64, "steps": 200, **EASY}


def points(side: str, title: str) -> str:
    return field("field", "x1", "x2", "value", title=title, x_title="x₁", y_title="x₂", value_title="score − mean",
                 lines=side, plays=True, round=True, dots="samples", where=f"datum.side == '{side}'")


def progress(metric: str, title: str, y_title: str, top: float) -> str:
    return curve("progress", "step", title=title, x_title="update of the generator", y_title=y_title, split="loss",
                 dash="", band=("low", "high"), where=f"datum.metric == '{metric}'", law="goal",
                 include=(0, top))


def counts(table: str, title: str, x_title: str) -> str:
    return histogram(table, "low", "high", title=title, x_title=x_title, y_title="count", split="loss")


TOPIC = Topic(
    words_beside(__file__),
    card=Card("Apart, JS is flat; the Wasserstein distance still says which way.",
              distances.Params(),
              curve("distances", "shift", title="Distance to the data", x_title="shift θ", y_title="distance",
                    split="distance", order=("js", "kl", "wasserstein"), dash="", y_domain=(0, 4))),
    claims=CLAIMS,
    views=(
        View("Ring", (ring,),
             ([points("left", "Samples over the critic's score"),
               points("right", "Comparison (the data if none)")],
              [progress("modes_covered", "Modes covered (dashed: the data)", "modes covered", 8),
               progress("high_quality", "Sharp samples (dashed: the data)", "share of the samples", 1)],
              [progress("sliced_wasserstein", "Distance to the data", "sliced W₁", 1),
               counts("weights", "The critic's weights", "weight"),
               counts("slopes", "The critic's slopes", "slope ‖∇f‖")]),
             presets={"Compare with WGAN-GP": ring.Params(against="wgan_gp"),
                      "A large step": ring.Params(learning_rate=0.005, **NARROW),
                      "A fifth of that step": ring.Params(learning_rate=0.001, **NARROW),
                      "One critic step": ring.Params(critic_steps=1, hidden_layers=2, radius=1.0,
                                                     learning_rate=0.001, **EASY)}),
        View("Distances", (distances,),
             ([curve("distances", "shift", title="Distance to the data, for every θ", x_title="shift θ",
                     y_title="distance", split="distance", order=("js", "kl", "wasserstein"), dash="",
                     y_domain=(0, 4), heads="here"),
               curve("gradients", "shift", title="Gradient that the generator gets", x_title="shift θ",
                     y_title="size of the gradient", split="loss",
                     order=("saturating", "non_saturating", "wasserstein"), dash="", log_y=True, include=(1e-6, 100),
                     heads="here_gradients")],
              [curve("densities", "x", title="Data and generated points", x_title="x", y_title="density", split="curve",
                     order=("data", "generated"), dash=""),
               curve("curves", "x", title="The best discriminator", x_title="x", y_title="D = p/(p + q)", split="",
                     dash="", where="datum.curve == 'discriminator'", include=(0, 1)),
               curve("curves", "x", title="The best critic of slope 1", x_title="x", y_title="score", split="", dash="",
                     where="datum.curve == 'critic'", include=(-6, 6))]),
             presets={"Overlapping": distances.Params(shift=0.5, spread=1.0),
                      "A gradient of 100": distances.Params(shift=1.0, spread=0.1)}),
        View("Penalty", (penalty,),
             ([curve("slope", "step", title="Slope of the critic", x_title="training step", y_title="mean slope",
                     include=(0, 2.3), kinds=PENALIZED),
               curve("critic", "x", title="The critic between the two points", x_title="x", y_title="score",
                     kinds=PENALIZED)],),
             presets={"A weak penalty: λ = 0.1": penalty.Params(penalty=0.1),
                      "A strong penalty: λ = 10": penalty.Params(penalty=10.0),
                      "λ = 10 with another seed": penalty.Params(penalty=10.0, seed=1)}),
        View("Orbits", (dirac,),
             ([path("orbit", "generator", "critic", title="The walk of both players",
                    x_title="generated point θ (data: 0)", y_title="critic's slope ψ", round=True, points="goal",
                    room="room"),
               curve("radius", "step", title="Distance from (0, 0)", x_title="step", y_title="radius √(θ² + ψ²)",
                     log_y=True, include=(0.1, 2), kinds=("measured", "theory", "linearized theory"))],),
             presets={"WGAN leaves faster": dirac.Params(method="wgan"),
                      "R1 settles": dirac.Params(method="r1", penalty=1.0),
                      "WGAN-GP rests beside the data": dirac.Params(method="wgan_gp", penalty=1.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
