"""Universal approximation: views, charts and presets. The words stand in `01_Universal_approximation.md`."""
from dlcore.charts import bars, curve, scatter
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.approximation import activations, memorization, polynomial, sawtooth, training
from dlcore.topics.approximation._claims import CLAIMS

TOPIC = Topic(
    words_beside(__file__),
    card=Card("512 square units only make a parabola: no width brings it closer to |x|.",
              activations.Params(activation="square", width=512),
              curve("fit", "x", title="The network and its target (pale)", x_title="x", y_title="f(x)", dash="",
                    order=("network", "target"), under="target")),
    claims=CLAIMS,
    views=(
        View("Activations", (activations,),
             ([curve("fit", "x", title="The network and its target (pale)", x_title="x", y_title="f(x)", dash="",
                     order=("network", "target"), under="target", include=(0, 1)),
               curve("error", "width", title="Error at every width (sup: largest)", x_title="hidden units n",
                     y_title="error", log_x=True, log_y=True, split="metric", order=("rmse", "sup"), heads="chosen",
                     kinds=("measured", "floor"), include=(0.001, 1))],),
             presets={"512 square units": activations.Params(activation="square", width=512),
                      "512 ReLU units": activations.Params(width=512),
                      "Tanh without biases": activations.Params(activation="tanh", width=512, bias=False),
                      "Outside the interval": activations.Params("sine", width=512, outside=True)}),
        View("Depth", (sawtooth,),
             ([curve("function", "x", title="The sawtooth (pale) and the two networks", x_title="x", y_title="f(x)",
                     split="network", dash="", order=("deep", "shallow", "target"), under="target",
                     include=(-0.2, 1.2), wide=True)],
              [bars("size", "quantity", title="Size of each network", value_title="count", split="network",
                    stacked=False, log=True, include=(1,), categories=("neurons", "parameters", "pieces"),
                    order=("deep", "shallow", "shallow_exact")),
               curve("error", "width", title="Largest error with one hidden layer", x_title="hidden units n",
                     y_title="largest error", log_x=True, include=(0, 0.75), heads="chosen",
                     kinds=("measured", "floor"))]),
             presets={"16 neurons in one layer": sawtooth.Params(width=16),
                      "Six folds": sawtooth.Params(folds=6, width=32),
                      "Eight folds, 254 neurons": sawtooth.Params(folds=8, width=254),
                      "Two more neurons": sawtooth.Params(folds=8, width=256)}),
        View("Polynomials", (polynomial,),
             ([curve("function", "x", title="Polynomial of degree 2ᴸ (pale)", x_title="x", y_title="f(x)",
                     split="network", dash="", order=("deep", "shallow", "target"), under="target",
                     include=(-1.2, 1.2)),
               bars("error", "network", title="Largest error of each network", value_title="largest error",
                    split="kind", where="datum.metric == 'sup'", order=("measured", "floor"), stacked=False,
                    include=(0, 1.2))],),
             presets={"Five units against 512": polynomial.Params(depth=5, width=512),
                      "Degree 2: no difference": polynomial.Params(depth=1)}),
        View("Memorization", (memorization,),
             ([curve("accuracy", "width", title="Share of correct answers (dashed: best)",
                     x_title="hidden units", y_title="accuracy", log_x=True, split="split", order=("train", "test"),
                     include=(0.4, 1.05), heads="chosen", marks="inputs", kinds=("measured", "ceiling")),
               scatter("points", "x1", "x2", title="Training points by label (both: repeated)",
                       x_title="x₁, whose sign is the rule", y_title="x₂, one of nine others", split="label",
                       order=("+1", "−1", "both"))],),
             presets={"Random labels": memorization.Params(label_noise=0.5),
                      "Two labels for one input": memorization.Params(conflicts=0.25),
                      "512 hidden units": memorization.Params(width=512)}),
        View("Training", (training,),
             ([curve("fit", "x", title="Trained, set by hand, and target (pale)", x_title="x", y_title="f(x)", dash="",
                     order=("trained", "constructed", "target"), under="target", y_domain=(-0.4, 1.4)),
               curve("loss", "step", title="Loss of the training", x_title="step", y_title="mean squared error",
                     kinds=("measured", "constant ½"), log_y=True, include=(0.2, 0.01))],),
             presets={"One fold": training.Params(folds=1, seed=1),
                      "64 neurons, 3,000 steps": training.Params(width=64, steps=3000),
                      "Two neurons per layer": training.Params(width=2, depth=4),
                      "Another start": {"seed": "next"}}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
