"""Convolution: views, charts and presets. The words stand in `02_Convolution.md`."""
from dlcore.charts import bars, curve, matrix, pictures
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.convolution import architectures, digits, position, shuffle
from dlcore.topics.convolution import matrix as layer
from dlcore.topics.convolution._claims import CLAIMS

MODELS, HALVES = ("cnn", "mlp", "chance"), ("cnn", "mlp", "ceiling")


def learning(condition: str, title: str) -> str:
    return curve("learning", "step", title=title, x_title="step", y_title="accuracy", split="model",
                 order=MODELS, dash="model", kinds=MODELS, band=("low", "high"), y_domain=(0.4, 1.02),
                 where=f"datum.condition == '{condition}'")


def by_size(split: str, title: str) -> str:
    return curve("spread", "n_samples", title=title, x_title="training digits n", y_title="accuracy", split="model",
                 order=MODELS, dash="model", kinds=MODELS, band=("low", "high"), y_domain=(0, 1.03), log_x=True,
                 points=True, where=f"datum.split == '{split}'")


def by_layer(quantity: str, title: str) -> str:
    return bars("blocks", "block", "share", title=title, value_title="% of the net", split="part", text="words",
                order=("convolution", "dense"), include=(0, 120), ticks=(0, 25, 50, 75, 100),
                where=f"datum.quantity == '{quantity}'")


TOPIC = Topic(
    words_beside(__file__),
    card=Card("A convolution as a matrix: mostly zeros, and the same few weights again and again.",
              layer.Params(),
              matrix("matrix", title="The convolution, as a matrix", row_title="output pixel",
                     column_title="input pixel", diverging=True)),
    claims=CLAIMS,
    views=(
        View("Shuffle", (shuffle,),
             ([learning("in place", "New images"), learning("shifted", "The same, moved"),
               learning("shuffled", "Pixels shuffled, both retrained")],
              [pictures("examples",
                        ("plus", "plus, shifted", "plus, shuffled", "cross", "cross, shifted", "cross, shuffled"),
                        title="One test image of each class", x_title="12 × 12 pixels each", domain=(0, 1.5)),
               bars("cost", "quantity", title="What each net costs", value_title="how many", split="model",
                    order=("cnn", "mlp"), stacked=False, log=True, include=(1,),
                    categories=("parameters", "multiply_adds"))]),
             presets={"Shuffled world": shuffle.Params(n_samples=512),
                      "Memorized place": shuffle.Params(jitter=0, test_shift=6),
                      "A kernel of one pixel": shuffle.Params(kernel_size=1)}),
        View("As a matrix", (layer,),
             ([matrix("matrix", title="The convolution, as a matrix (its first 64 × 64)", row_title="output pixel",
                      column_title="input pixel", diverging=True),
               matrix("dense", title="A dense layer (its first 64 × 64)", row_title="output pixel",
                      column_title="input pixel", diverging=True)],
              [bars("counts", "layer", title="What each takes", value_title="how many", split="quantity", stacked=False,
                    log=True, include=(1,), order=("parameters", "multiply_adds"),
                    categories=("dense", "locally connected", "convolution"),
                    where="datum.quantity == 'parameters' || datum.quantity == 'multiply_adds'"),
               curve("equivariance", "shift", "gap", title="Does the answer move with the image?",
                     x_title="shift in pixels", y_title="max |f(Tx) − T f(x)|, f: layer, T: shift", split="layer",
                     order=("convolution", "dense"), dash="", points=True, whole_x=True, include=(0, 1))]),
             presets={"28 pixels, 5 × 5, valid": layer.Params(size=28, kernel_size=5, padding="valid"),
                      "Zeros at the edge": layer.Params(padding="zeros", shift=6),
                      "Stride 2": layer.Params(stride=2, shift=6)}),
        View("Position", (position,),
             ([curve("accuracy", "step", title="Which half is it in?", x_title="step", y_title="accuracy on pairs",
                     split="line", order=HALVES, dash="line", kinds=HALVES, y_domain=(0.4, 1.02)),
               pictures("pair", ("left", "right"), title="One pair of the test", x_title="12 × 12 pixels each",
                        columns=2),
               pictures("response", ("empty image",), title="Seen in an empty image, over its maximum",
                        x_title="mean of the CNN's maps", columns=1, domain=(0, 1), value_title="of max")],),
             presets={"Surprise: zeros leak the place": position.Params(padding="zeros", depth=2, kernel_size=5),
                      "One layer sees half of it": position.Params(padding="zeros"),
                      "Dark background": position.Params(padding="zeros", background=0.0)}),
        View("Digits", (digits,),
             ([by_size("train", "Digits it was trained on"), by_size("test", "New digits"),
               pictures("examples", digits.SHOWN, title="Training digits", x_title="as the nets see them", columns=2,
                        domain=(0, 1))],),
             presets={"A thousand digits": digits.Params(n_samples=1000),
                      "Surprise: digits that stay": digits.Params(n_samples=200, shift=0)}),
        View("Architectures", (architectures,),
             ([by_layer("parameters", "Parameters"), by_layer("multiply_adds", "Multiply-adds")],),
             presets={"AlexNet, 2012": architectures.Params("alexnet"), "VGG-16, 2015": architectures.Params("vgg16")}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
