"""Adversarial training: views, charts and presets. The words stand in `08_Adversarial_training.md`."""
from dlcore.charts import (
    Chart,
    axis,
    band,
    bare,
    bins,
    by,
    cells,
    chart,
    diverging,
    guessed,
    heads,
    law,
    line,
    log,
    map_lines,
    map_room,
    notes,
    places,
    room,
    rows,
    specks,
    walk,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.adversarial import dirac, distances, penalty, ring
from dlcore.topics.adversarial._claims import CLAIMS

PENALIZED = by("kind", "measured", "theory", "wrong-way theory", "goal").reading(
    {"measured": "trained", "theory": "least loss", "wrong-way theory": "least if falling", "goal": "slope 1"})
LOSSES = by("loss", *ring.LOSSES)
WALKED = by("kind", "measured", "theory", "linearized theory")
EASY = {"against": "wgan_gp", "spread": 0.05}
NARROW = {"loss": "saturating", "radius": 1.1, "batch": 64, "steps": 200, **EASY}


def points(side: str, title: str) -> Chart:
    return chart(title, bare("x1"), bare("x2"),
                 cells(rows("field", side=side), "value", diverging(), plays=True),
                 map_room(rows("field", side=side)), specks(rows("samples", side=side)), map_lines(side, "covered"))


def progress(metric: str, title: str, y_title: str, top: float) -> Chart:
    return chart(title, axis("step", "update of the generator"), axis("value", y_title, include=(0, top)),
                 band(rows("progress", metric=metric), "low", "high", LOSSES),
                 line(rows("progress", metric=metric), LOSSES, None),
                 law(rows("goal", metric=metric), LOSSES, ("value", "low", "high")), guessed(metric))


def counts(table: str, title: str, x_title: str) -> Chart:
    return chart(title, axis("low", x_title), axis("count", "count"), bins(table, "high", LOSSES))


# One color means one thing within a view. A loss has the color of its distance: the non-saturating one has KL − 2 JS.
DISTANCES = by("distance", "js", "kl", "wasserstein").reading({"wasserstein": "W₁"})
GRADIENTS = by("loss", "saturating", "non_saturating", "wasserstein").reading(
    {"saturating": "of JS", "non_saturating": "of KL", "wasserstein": "of W₁"})
PULLS = ("saturating_gradient", "non_saturating_gradient", "wasserstein_gradient")
DENSITIES = by("curve", "data", "generated").after(GRADIENTS)
CRITICS = by("curve", "discriminator", "kl", "critic")

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Apart, JS is flat; the Wasserstein distance still says which way.", distances.Params(),
              chart("Distance to the data", axis("shift", "shift θ"), axis("value", "distance", domain=(0, 4)),
                    line("distances", DISTANCES, None))),
    claims=CLAIMS,
    views=(
        View("Ring", (ring,),
             ([points("left", "Generated points (black)"), points("right", "For comparison"),
               progress("modes_covered", "Modes covered (dashed: data)", "modes covered", 8)],
              [progress("high_quality", "Sharp samples (dashed: the data)", "share of the samples", 1),
               progress("sliced_wasserstein", "Distance to the data (dashed: other data)", "sliced W₁", 1)],
              [counts("weights", "The critic's weights", "weight"), counts("slopes", "The critic's slopes", "slope")]),
             presets={"Compare with WGAN-GP": ring.Params(against="wgan_gp"),
                      "A large step": ring.Params(learning_rate=0.005, **NARROW),
                      "A fifth of that step": ring.Params(learning_rate=0.001, **NARROW),
                      "One critic step": ring.Params(critic_steps=1, hidden_layers=2, radius=1.0,
                                                     learning_rate=0.001, **EASY)}),
        View("Distances", (distances,),
             ([chart("Distance to the data, for every θ", axis("shift", "shift θ"),
                     axis("value", "distance", domain=(0, 4)), line("distances", DISTANCES, None),
                     heads("here", DISTANCES), guessed("js", "wasserstein")),
               chart("Gradient that the generator gets", axis("shift", "shift θ"),
                     log("value", "size of the gradient", include=(1e-06, 1000)), line("gradients", GRADIENTS, None),
                     heads("here_gradients", GRADIENTS), notes("marks"), guessed(*PULLS))],
              [chart("Data and generated points", axis("x", "x"), axis("value", "density"),
                     line("densities", DENSITIES, None)),
               chart("The best discriminator", axis("x", "x"), axis("value", "D = p/(p + q)", include=(0, 1)),
                     line(rows("curves", curve="discriminator"), CRITICS, None)),
               chart("The best critic of slope 1", axis("x", "x"), axis("value", "score", include=(-6, 6)),
                     line(rows("curves", curve="critic"), CRITICS, None))]),
             presets={"Overlapping": distances.Params(0.5, 1.0), "A gradient of 100": distances.Params(1.0, 0.1)}),
        View("Penalty", (penalty,),
             ([chart("Slope of the critic", axis("step", "training step"),
                     axis("value", "mean slope, 0 to W", include=(0, 2.3)),
                     line("slope", PENALIZED, PENALIZED), guessed("slope")),
               chart("The critic (dots: generated at 0, real at W)", axis("x", "x"), axis("value", "score"),
                     line("critic", PENALIZED, PENALIZED), heads("points"))],),
             presets={"A weak penalty: λ = 0.1": penalty.Params(penalty=0.1),
                      "A strong penalty: λ = 10": penalty.Params(penalty=10.0),
                      "λ = 10 with another seed": penalty.Params(penalty=10.0, seed=1)}),
        View("Orbits", (dirac,),
             ([chart("The walk of both players", axis("generator", "generated point θ (data: 0)"),
                     axis("critic", "critic's slope ψ"), room("room", round=True), walk("orbit"),
                     places("goal"), places("start", beside=True)),
               chart("Distance from the goal (0, 0)", axis("step", "step"),
                     axis("value", "radius √(θ² + ψ²)", include=(0.7, 1.3)),
                     line("radius", WALKED, WALKED), guessed("last_radius"))],),
             presets={"WGAN: leaves faster": dirac.Params(method="wgan"),
                      "R1 (slope to 0): settles": dirac.Params(method="r1", penalty=1.0),
                      "WGAN-GP (slope to 1): rests beside the data": dirac.Params(method="wgan_gp", penalty=1.0)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
