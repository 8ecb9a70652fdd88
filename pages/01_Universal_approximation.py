"""Universal approximation: views, charts and presets. The words stand in `01_Universal_approximation.md`."""
from dlcore.charts import axis, bars, broad, by, chart, dots, guessed, heads, line, log, names, notes, rows
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.approximation import activations, memorization, polynomial, sawtooth, training
from dlcore.topics.approximation._claims import CLAIMS

# One color means one thing within a view.
FIT = by("kind", "network", "target", "square units").reading({"square units": "squares, at best"})
METRICS = by("metric", "rmse", "sup").after(FIT).reading({"rmse": "RMS error", "sup": "largest error"})
LIMITS = by("kind", "floor", "square units").reading({"floor": "lowest", "square units": "squares, at best"})
FUNCTIONS = by("network", "deep", "shallow", "target")
NETWORKS = by("network", "deep", "shallow", "target", "shallow_exact").reading({"shallow_exact": "needed in one layer"})
ERRORS = by("kind", "deep", "measured", "target", "shallow_exact", "floor").reading(
    {"measured": "shallow", "floor": "lowest possible"})
BARS = by("bar", "deep", "shallow", "target", "least of any width")
TRAINED = by("kind", "trained", "constructed", "target").reading({"constructed": "set by hand"})
LOSSES = by("kind", "measured", "constructed", "target", "constant ½").reading({"measured": "trained"})
SPLITS = by("split", "train", "test").reading({"train": "training points", "test": "new points"})
LABELS = by("label", "+1", "−1", "both").called("label ").after(SPLITS)

TOPIC = Topic(
    words_beside(__file__),
    card=Card("512 square units only make a parabola: no width brings it closer to |x|.",
              activations.Params(activation="square", width=512),
              chart("The network and its target (pale)", axis("x", "x"), axis("value", "f(x)"),
                    broad(rows("fit", kind="target"), FIT), line(rows("fit", "datum.kind != 'target'"), FIT, None))),
    claims=CLAIMS,
    views=(
        View("Activations", (activations,),
             ([chart("The network and its target (pale)", axis("x", "x"), axis("value", "f(x)", include=(0, 1)),
                     broad(rows("fit", kind="target"), FIT),
                     line(rows("fit", "datum.kind != 'target'"), FIT, FIT)),
               chart("Error at every width", log("width", "hidden units n"),
                     log("value", "error", include=(0.001, 1)),
                     line(rows("error", kind="measured"), METRICS, None),
                     line(rows("error", "datum.kind != 'measured'"), METRICS, LIMITS), heads("chosen", METRICS),
                     guessed("rms_error", "largest_error"))],),
             presets={"512 square units": activations.Params(activation="square", width=512),
                      "512 ReLU units": activations.Params(width=512),
                      "Tanh without biases": activations.Params(activation="tanh", width=512, bias=False),
                      "Outside the interval": activations.Params("sine", width=512, outside=True)}),
        View("Depth", (sawtooth,),
             ([chart("The sawtooth (pale) and the two networks", axis("x", "x"),
                     axis("value", "f(x)", include=(-0.2, 1.2), ticks=(0, 0.5, 1)),
                     broad(rows("function", network="target"), FUNCTIONS),
                     line(rows("function", "datum.network != 'target'"), FUNCTIONS, None))],
              [chart("Size of each network", log("value", "count", include=(1,)),
                     names("quantity", "", "neurons", "parameters", "pieces"),
                     bars("size", NETWORKS, grouped=True),
                     guessed("deep_neurons", "shallow_neurons", "shallow_neurons_needed", along="x")),
               chart("Largest error with one hidden layer", log("width", "hidden units n"),
                     axis("value", "largest error", include=(0, 0.75)),
                     line("error", ERRORS, ERRORS), heads("chosen", ERRORS), guessed("shallow_largest_error"))]),
             presets={"16 neurons in one layer": sawtooth.Params(width=16),
                      "Six folds": sawtooth.Params(folds=6, width=32),
                      "Eight folds, 254 neurons": sawtooth.Params(folds=8, width=254),
                      "Two more neurons": sawtooth.Params(folds=8, width=256)}),
        View("Polynomials", (polynomial,),
             ([chart("Chebyshev polynomial (pale)", axis("x", "x"), axis("value", "f(x)", include=(-1.2, 1.2)),
                     broad(rows("function", network="target"), FUNCTIONS),
                     line(rows("function", "datum.network != 'target'"), FUNCTIONS, None)),
               chart("Largest error of each network", axis("value", "largest error", include=(0, 1.2)),
                     names("bar", "", "deep", "shallow", "least of any width"),
                     bars(rows("error", metric="sup"), BARS),
                     guessed("deep_largest_error", "shallow_largest_error", along="x"))],),
             presets={"Five units against 512": polynomial.Params(depth=5, width=512),
                      "Degree 2: no difference": polynomial.Params(depth=1)}),
        View("Memorization", (memorization,),
             ([chart("Accuracy at every width (pale: the best possible)", log("width", "hidden units"),
                     axis("value", "accuracy", include=(0.4, 1.05), ticks=(0.5, 0.7, 1)),
                     broad(rows("accuracy", kind="ceiling"), SPLITS),
                     line(rows("accuracy", kind="measured"), SPLITS, None), heads("chosen", SPLITS),
                     notes("inputs"),
                     guessed("train_accuracy", "train_ceiling", "test_accuracy", "test_ceiling", percent=True)),
               chart("The training points: 2 of their 10 numbers", axis("x1", "x₁, whose sign is the label"),
                     axis("x2", "x₂, which says nothing"), dots("points", LABELS))],),
             presets={"Random labels": memorization.Params(label_noise=0.5),
                      "Two labels for one input": memorization.Params(conflicts=0.25),
                      "512 hidden units": memorization.Params(width=512)}),
        View("Training", (training,),
             ([chart("Trained, set by hand, and target (pale)", axis("x", "x"),
                     axis("value", "f(x)", domain=(-0.4, 1.4)),
                     broad(rows("fit", kind="target"), TRAINED),
                     line(rows("fit", "datum.kind != 'target'"), TRAINED, None)),
               chart("Loss of the training", axis("step", "step"),
                     log("value", "mean squared error", include=(0.2, 0.01)),
                     line("loss", LOSSES, LOSSES))],),
             presets={"One fold": training.Params(folds=1, seed=1),
                      "64 neurons, 3,000 steps": training.Params(width=64, steps=3000),
                      "Two neurons per layer": training.Params(width=2, depth=4),
                      "Another start": {"seed": "next"}}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
