r"""What does the Wasserstein distance fix?

It keeps a slope where JS has gone flat; it does not make the game stable, nor the samples sharp.
**Press play on two losses**, then lower the step size: what looked like the loss may have been the step.
"""
from dlcore.charts import curve, field, histogram, path
from dlcore.topics.adversarial import dirac, distances, penalty, ring
from dlcore.topics.adversarial._claims import CLAIMS
from ui import claims, open_page, panel

open_page(__doc__)
LOSSES = ("saturating", "non_saturating", "wgan_clip", "wgan_gp", "r1")
EASY = {"learning_rate": 0.001, "hidden_layers": 2, "radius": 1.0, "spread": 0.05}


def points(side: str, title: str) -> str:
    return field("field", "x1", "x2", "value", title=title, x_title="x₁", y_title="x₂", value_title="score", lines=side,
                 dots="samples", where=f"datum.side == '{side}'")


def progress(metric: str, title: str, y_title: str, top: float) -> str:
    return curve("progress", "step", title=title, x_title="step of the generator", y_title=y_title, split="loss",
                 order=LOSSES, dash="", band=("low", "high"), where=f"datum.metric == '{metric}'", include=(0, top))


panel(
    ring,
    [points("left", "Samples over the critic's score"), points("right", "The second loss, or the data")],
    [progress("modes_covered", "Modes covered (1/4 of fair share in a circle)", "modes", 4),
     progress("high_quality", "Sharp samples, within 4σ", "share of samples", 0.5),
     progress("sliced_wasserstein", "Distance to the data", "sliced W₁", 1)],
    [histogram("weights", "low", "high", title="The critic's weights", x_title="weight", y_title="count", split="loss",
               order=LOSSES),
     histogram("slopes", "low", "high", title="Its slopes between data and samples", x_title="slope ‖∇f‖",
               y_title="count", split="loss", order=LOSSES)],
    presets={"Only the loss": ring.Params(against="wgan_gp"),
             "Only the step size": ring.Params(**EASY),
             "Surprise: WGAN-GP collapses": ring.Params(loss="wgan_gp", against="non_saturating", critic_steps=1, **EASY),
             "Eight seeds": ring.Params(n_seeds=8)},
)
panel(
    distances,
    [curve("curves", "x", title="Two distributions, two critics", x_title="x", y_title="density, D, score", split="curve",
           order=("data", "generated", "discriminator", "critic"), dash=""),
     curve("distances", "shift", title="Distance", x_title="shift θ", y_title="distance", split="distance",
           order=("js", "kl", "wasserstein"), dash="", y_domain=(0, 4), heads="here"),
     curve("gradients", "shift", title="What the generator gets", x_title="shift θ", y_title="size of its gradient",
           split="loss", order=("saturating", "non_saturating", "wasserstein"), dash="", log_y=True, include=(1e-6, 100),
           heads="here_gradients")],
    presets={"Overlapping": distances.Params(shift=0.5, spread=1.0),
             "Surprise: 100 times too strong": distances.Params(shift=1.0, spread=0.1)},
)
panel(
    penalty,
    [curve("slope", "step", title="Slope of the critic", x_title="step", y_title="mean slope", include=(0, 2),
           kinds=("measured", "theory", "goal")),
     curve("critic", "x", title="The critic between the two points", x_title="x", y_title="score",
           kinds=("measured", "theory", "goal"))],
    presets={"The ring's own λ": penalty.Params(penalty=0.1), "Nearly a distance": penalty.Params(penalty=10.0)},
)
panel(
    dirac,
    [path("orbit", "generator", "critic", title="The walk around (0, 0)", x_title="generated point θ (data: 0)",
          y_title="critic's slope ψ"),
     curve("radius", "step", title="Distance from the equilibrium", x_title="step", y_title="radius", log_y=True,
           include=(0.1, 2))],
    presets={"WGAN leaves faster": dirac.Params(method="wgan"), "R1 settles": dirac.Params(method="r1", penalty=1.0),
             "Surprise: WGAN-GP rests beside it": dirac.Params(method="wgan_gp", penalty=1.0)},
)

claims(CLAIMS)
