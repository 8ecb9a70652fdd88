"""Universal approximation: views, charts and presets. The words stand in `01_Universal_approximation.md`."""
from dlcore.charts import bars, curve
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.approximation import activations, memorization, polynomial, sawtooth, training
from dlcore.topics.approximation._claims import CLAIMS

TOPIC = Topic(
    words_beside(__file__),
    card=Card("512 squares against |x|: a polynomial, and no width brings it closer.",
              activations.Params(activation="square", width=512),
              curve("fit", "x", title="The target, and what the network answers", x_title="x", y_title="f(x)", dash="",
                    order=("network", "target"), under="target")),
    claims=CLAIMS,
    views=(
        View("Activations", (activations,),
             ([curve("fit", "x", title="The target, and what the network answers", x_title="x", y_title="f(x)", dash="",
                     order=("network", "target"), under="target", include=(0, 1)),
               curve("error", "width", title="The error at every width (sup: largest)", x_title="hidden units n",
                     y_title="error", log_x=True, log_y=True, split="metric", order=("rmse", "sup"), heads="chosen",
                     kinds=("measured", "floor"), include=(0.001, 1))],),
             presets={"Squares, 512 of them": activations.Params(activation="square", width=512),
                      "ReLU, 512 of them": activations.Params(width=512),
                      "Surprise: no bias, no |x|": activations.Params(activation="tanh", width=512, bias=False),
                      "Outside the interval": activations.Params("sine", width=512, outside=True)}),
        View("Depth", (sawtooth,),
             ([curve("function", "x", title="The folded interval", x_title="x", y_title="f(x)", split="network",
                     dash="", order=("deep", "shallow", "target"), under="target", include=(-0.2, 1.2), wide=True)],
              [bars("size", "quantity", title="What each takes", value_title="how many", split="network", stacked=False,
                    log=True, include=(1,), categories=("neurons", "parameters", "pieces"),
                    order=("deep", "shallow", "shallow_exact")),
               curve("error", "width", title="Largest error of one layer", x_title="hidden units n",
                     y_title="largest error", log_x=True, include=(0, 0.75), heads="chosen",
                     kinds=("measured", "floor"))]),
             presets={"Eight folds, 254 neurons": sawtooth.Params(folds=8, width=254),
                      "Two more neurons": sawtooth.Params(folds=8, width=256)}),
        View("Polynomials", (polynomial,),
             ([curve("function", "x", title="The Chebyshev polynomial of degree 2ᴸ", x_title="x", y_title="f(x)",
                     split="network", dash="", order=("deep", "shallow", "target"), under="target",
                     include=(-1.2, 1.2)),
               bars("error", "network", title="How far off they are", value_title="largest error", split="kind",
                    where="datum.metric == 'sup'", order=("measured", "floor"), stacked=False, include=(0, 1.2))],),
             presets={"Surprise: five units against 512": polynomial.Params(depth=5, width=512),
                      "Degree 2: no difference": polynomial.Params(depth=1)}),
        View("Memorization", (memorization,),
             ([curve("accuracy", "width", title="Share answered right", x_title="hidden units", y_title="accuracy",
                     log_x=True, split="split", order=("train", "test"), include=(0.4, 1.05), heads="chosen",
                     marks="inputs", kinds=("measured", "ceiling"), wide=True)],),
             presets={"Coin tosses for labels": memorization.Params(label_noise=0.5),
                      "Two labels for one input": memorization.Params(conflicts=0.25),
                      "Surprise: wider than needed is better": memorization.Params(width=512)}),
        View("Training", (training,),
             ([curve("fit", "x", title="The same net: set by hand, and trained", x_title="x", y_title="f(x)", dash="",
                     order=("trained", "constructed", "target"), under="target", y_domain=(-0.4, 1.4)),
               curve("loss", "step", title="Loss", x_title="step", kinds=("measured", "constant ½"),
                     y_title="mean squared error", log_y=True, include=(0.2, 0.01))],),
             presets={"One fold: it mostly learns": training.Params(folds=1, seed=1),
                      "Two neurons a layer": training.Params(width=2, depth=4),
                      "Wide and patient": training.Params(width=64, steps=3000)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
