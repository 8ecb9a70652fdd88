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
    return curve("spread", "n_samples", title=title, x_title="training images n (log scale)", y_title="accuracy",
                 split="model", order=MODELS, dash="model", kinds=MODELS, band=("low", "high"), y_domain=(0, 1.03),
                 log_x=True, points=True, where=f"datum.split == '{split}'")


def by_layer(quantity: str, title: str) -> str:
    return bars("blocks", "block", "share", title=title, value_title="% of the whole net", split="part", text="words",
                order=("convolution", "dense"), include=(0, 120), ticks=(0, 25, 50, 75, 100),
                where=f"datum.quantity == '{quantity}'")


TOPIC = Topic(
    words_beside(__file__),
    card=Card("A convolution, written as a matrix: most entries are zero, and the same few weights repeat.",
              layer.Params(),
              matrix("matrix", title="The convolution as a matrix", row_title="output pixel",
                     column_title="input pixel", diverging=True)),
    claims=CLAIMS,
    views=(
        View("Shuffle", (shuffle,),
             ([learning("in place", "New images"), learning("shifted", "The same images, shifted"),
               learning("shuffled", "Shuffled pixels, both retrained")],
              [pictures("examples",
                        ("plus", "plus, shifted", "plus, shuffled", "cross", "cross, shifted", "cross, shuffled"),
                        title="One test image of each class", x_title="12 × 12 pixels each, with noise",
                        domain=(0, 1.5)),
               bars("cost", "quantity", title="Size and work of each net", value_title="number (log scale)",
                    split="model", order=("cnn", "mlp"), stacked=False, log=True, include=(1,),
                    categories=("parameters", "multiply_adds"))]),
             presets={"Shuffle, 512 images": shuffle.Params(n_samples=512),
                      "Pattern always in one place": shuffle.Params(jitter=0, test_shift=6),
                      "Kernel of one pixel": shuffle.Params(kernel_size=1)}),
        View("As a matrix", (layer,),
             ([matrix("matrix", title="The convolution as a matrix (first 64 × 64)", row_title="output pixel",
                      column_title="input pixel", diverging=True),
               matrix("dense", title="A dense layer as a matrix (first 64 × 64)", row_title="output pixel",
                      column_title="input pixel", diverging=True)],
              [bars("counts", "layer", title="Weights and work of each layer", value_title="number (log scale)",
                    split="quantity", stacked=False, log=True, include=(1,), order=("parameters", "multiply_adds"),
                    categories=("dense", "locally connected", "convolution"),
                    where="datum.quantity == 'parameters' || datum.quantity == 'multiply_adds'"),
               curve("equivariance", "shift", "gap", title="Does the output shift with the image?",
                     x_title="shift of the image in pixels", y_title="gap, max |f(Tx) − T f(x)|", split="layer",
                     order=("convolution", "dense"), dash="", points=True, whole_x=True, include=(0, 1))]),
             presets={"28 × 28 pixels, no padding": layer.Params(size=28, kernel_size=5, padding="valid"),
                      "Zero padding": layer.Params(padding="zeros", shift=6),
                      "Stride 2": layer.Params(stride=2, shift=6)}),
        View("Position", (position,),
             ([curve("accuracy", "step", title="Which half is it in?", x_title="step", y_title="accuracy",
                     split="line", order=HALVES, dash="line", kinds=HALVES, y_domain=(0.4, 1.02)),
               pictures("pair", ("left", "right"), title="A pair of test images", x_title="12 × 12 pixels each",
                        columns=2),
               pictures("response", ("empty image",), title="Response to an empty image",
                        x_title="mean feature map before pooling", columns=1, domain=(0, 1), value_title="÷ max")],),
             presets={"Circular padding: no edge": position.Params(padding="circular"),
                      "Surprise: two 5 × 5 layers": position.Params(depth=2, kernel_size=5),
                      "Dark background": position.Params(background=0.0)}),
        View("Digits", (digits,),
             ([by_size("train", "On its training images"), by_size("test", "On new images"),
               pictures("examples", digits.SHOWN, title="Training images", x_title="as the nets see them", columns=2,
                        domain=(0, 1))],),
             presets={"A thousand digits": digits.Params(n_samples=1000),
                      "Surprise: digits that are not shifted": digits.Params(n_samples=200, shift=0)}),
        View("Architectures", (architectures,),
             ([by_layer("parameters", "Parameters of each layer"),
              by_layer("multiply_adds", "Multiply-adds of each layer")],),
             presets={"AlexNet, 2012": architectures.Params("alexnet"), "VGG-16, 2015": architectures.Params("vgg16")}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
