"""Universal approximation: views, charts and presets. The words stand in `01_Universal_approximation.md`."""
from dlcore.charts import axis, bars, broad, by, chart, heads, line, log, names, notes, rows
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.approximation import activations, memorization, polynomial, sawtooth, training
from dlcore.topics.approximation._claims import CLAIMS

TOPIC = Topic(
    words_beside(__file__),
    card=Card("512 squares against |x|: a polynomial, and no width brings it closer.",
              activations.Params(activation="square", width=512),
              chart("The target, and what the network answers", axis("x", "x"), axis("value", "f(x)"),
                    broad(rows("fit", kind="target"), by("kind", "network", "target")),
                    line("fit", by("kind", "network", "target"), None))),
    claims=CLAIMS,
    views=(
        View("Activations", (activations,),
             ([chart("The target, and what the network answers", axis("x", "x"),
                     axis("value", "f(x)", include=(0, 1)),
                     broad(rows("fit", kind="target"), by("kind", "network", "target")),
                     line("fit", by("kind", "network", "target"), None)),
               chart("The error at every width (sup: largest)", log("width", "hidden units n"),
                     log("value", "error", include=(0.001, 1)),
                     line("error", by("metric", "rmse", "sup"), by("kind", "measured", "floor")),
                     heads("chosen", by("metric", "rmse", "sup")))],),
             presets={"Squares, 512 of them": activations.Params(activation="square", width=512),
                      "ReLU, 512 of them": activations.Params(width=512),
                      "Surprise: no bias, no |x|": activations.Params(activation="tanh", width=512, bias=False),
                      "Outside the interval": activations.Params("sine", width=512, outside=True)}),
        View("Depth", (sawtooth,),
             ([chart("The folded interval", axis("x", "x"), axis("value", "f(x)", include=(-0.2, 1.2)),
                     broad(rows("function", network="target"), by("network", "deep", "shallow", "target")),
                     line("function", by("network", "deep", "shallow", "target"), None))],
              [chart("What each takes", log("value", "how many", include=(1,)),
                     names("quantity", "", "neurons", "parameters", "pieces"),
                     bars("size", by("network", "deep", "shallow", "shallow_exact"), grouped=True)),
               chart("Largest error of one layer", log("width", "hidden units n"),
                     axis("value", "largest error", include=(0, 0.75)),
                     line("error", by("kind", "measured", "floor"), by("kind", "measured", "floor")),
                     heads("chosen", by("kind", "measured", "floor")))]),
             presets={"Eight folds, 254 neurons": sawtooth.Params(folds=8, width=254),
                      "Two more neurons": sawtooth.Params(folds=8, width=256)}),
        View("Polynomials", (polynomial,),
             ([chart("The Chebyshev polynomial of degree 2ᴸ", axis("x", "x"),
                     axis("value", "f(x)", include=(-1.2, 1.2)),
                     broad(rows("function", network="target"), by("network", "deep", "shallow", "target")),
                     line("function", by("network", "deep", "shallow", "target"), None)),
               chart("How far off they are", axis("value", "largest error", include=(0, 1.2)), names("network"),
                     bars(rows("error", metric="sup"), by("kind", "measured", "floor"), grouped=True))],),
             presets={"Surprise: five units against 512": polynomial.Params(depth=5, width=512),
                      "Degree 2: no difference": polynomial.Params(depth=1)}),
        View("Memorization", (memorization,),
             ([chart("Share answered right", log("width", "hidden units"),
                     axis("value", "accuracy", include=(0.4, 1.05)),
                     line("accuracy", by("split", "train", "test"), by("kind", "measured", "ceiling")),
                     heads("chosen", by("split", "train", "test")), notes("inputs"))],),
             presets={"Coin tosses for labels": memorization.Params(label_noise=0.5),
                      "Two labels for one input": memorization.Params(conflicts=0.25),
                      "Surprise: wider than needed is better": memorization.Params(width=512)}),
        View("Training", (training,),
             ([chart("The same net: set by hand, and trained", axis("x", "x"),
                     axis("value", "f(x)", domain=(-0.4, 1.4)),
                     broad(rows("fit", kind="target"), by("kind", "trained", "constructed", "target")),
                     line("fit", by("kind", "trained", "constructed", "target"), None)),
               chart("Loss", axis("step", "step"), log("value", "mean squared error", include=(0.2, 0.01)),
                     line("loss", by("kind", "measured", "constant ½"), by("kind", "measured", "constant ½")))],),
             presets={"One fold: it mostly learns": training.Params(folds=1, seed=1),
                      "Two neurons a layer": training.Params(width=2, depth=4),
                      "Wide and patient": training.Params(width=64, steps=3000)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
