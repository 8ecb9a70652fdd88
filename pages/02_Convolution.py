"""Convolution: views, charts and presets. The words stand in `02_Convolution.md`."""
from dlcore.charts import (
    Chart,
    axis,
    band,
    bare,
    bars,
    by,
    chart,
    diverging,
    line,
    log,
    names,
    pixels,
    rows,
    sequential,
    tiles,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.convolution import architectures, digits, position, shuffle
from dlcore.topics.convolution import matrix as layer
from dlcore.topics.convolution._claims import CLAIMS

MODELS, HALVES = ("cnn", "mlp", "chance"), ("cnn", "mlp", "ceiling")


def learning(condition: str, title: str) -> Chart:
    return chart(title, axis("step", "step"), axis("value", "accuracy", domain=(0.4, 1.02)),
                 band(rows("learning", condition=condition), "low", "high", by("model", *MODELS)),
                 line(rows("learning", condition=condition), by("model", *MODELS), by("model", *MODELS)))


def by_size(split: str, title: str) -> Chart:
    return chart(title, log("n_samples", "training digits n"), axis("value", "accuracy", domain=(0, 1.03)),
                 band(rows("spread", split=split), "low", "high", by("model", *MODELS)),
                 line(rows("spread", split=split), by("model", *MODELS), by("model", *MODELS), points=True))


def by_layer(quantity: str, title: str) -> Chart:
    return chart(title, axis("share", "% of the net", include=(0, 120), ticks=(0, 25, 50, 75, 100)), names("block"),
                 bars(rows("blocks", quantity=quantity), by("part", "convolution", "dense"), text="words"))


TOPIC = Topic(
    words_beside(__file__),
    card=Card("A convolution as a matrix: mostly zeros, and the same few weights again and again.",
              layer.Params(),
              chart("The convolution, as a matrix", axis("column", "input pixel"), axis("row", "output pixel"),
                    pixels("matrix", "value", diverging()))),
    claims=CLAIMS,
    views=(
        View("Shuffle", (shuffle,),
             ([learning("in place", "New images"), learning("shifted", "The same, moved"),
               learning("shuffled", "Pixels shuffled, both retrained")],
              [chart("One test image of each class", bare("column", "12 × 12 pixels each"), bare("row"),
                     tiles("examples",
                           ("plus", "plus, shifted", "plus, shuffled", "cross", "cross, shifted", "cross, shuffled"),
                           3, sequential(0, 1.5))),
               chart("What each net costs", log("value", "how many", include=(1,)),
                     names("quantity", "", "parameters", "multiply_adds"),
                     bars("cost", by("model", "cnn", "mlp"), grouped=True))]),
             presets={"Shuffled world": shuffle.Params(n_samples=512),
                      "Memorized place": shuffle.Params(jitter=0, test_shift=6),
                      "A kernel of one pixel": shuffle.Params(kernel_size=1)}),
        View("As a matrix", (layer,),
             ([chart("The convolution, as a matrix (its first 64 × 64)", axis("column", "input pixel"),
                     axis("row", "output pixel"), pixels("matrix", "value", diverging())),
               chart("A dense layer (its first 64 × 64)", axis("column", "input pixel"),
                     axis("row", "output pixel"), pixels("dense", "value", diverging()))],
              [chart("What each takes", log("value", "how many", include=(1,)),
                     names("layer", "", "dense", "locally connected", "convolution"),
                     bars(rows("counts", "datum.quantity == 'parameters' || datum.quantity == 'multiply_adds'"),
                          by("quantity", "parameters", "multiply_adds"), grouped=True)),
               chart("Does the answer move with the image?", axis("shift", "shift in pixels", whole=True),
                     axis("gap", "max |f(Tx) − T f(x)|, f: layer, T: shift", include=(0, 1)),
                     line("equivariance", by("layer", "convolution", "dense"), None, points=True))]),
             presets={"28 pixels, 5 × 5, valid": layer.Params(size=28, kernel_size=5, padding="valid"),
                      "Zeros at the edge": layer.Params(padding="zeros", shift=6),
                      "Stride 2": layer.Params(stride=2, shift=6)}),
        View("Position", (position,),
             ([chart("Which half is it in?", axis("step", "step"),
                     axis("value", "accuracy on pairs", domain=(0.4, 1.02)),
                     line("accuracy", by("line", *HALVES), by("line", *HALVES))),
               chart("One pair of the test", bare("column", "12 × 12 pixels each"), bare("row"),
                     tiles("pair", ("left", "right"), 2, sequential())),
               chart("Seen in an empty image, over its maximum", bare("column", "mean of the CNN's maps"),
                     bare("row"), tiles("response", ("empty image",), 1, sequential(0, 1), "of max"))],),
             presets={"Surprise: zeros leak the place": position.Params(padding="zeros", depth=2, kernel_size=5),
                      "One layer sees half of it": position.Params(padding="zeros"),
                      "Dark background": position.Params(padding="zeros", background=0.0)}),
        View("Digits", (digits,),
             ([by_size("train", "Digits it was trained on"), by_size("test", "New digits"),
               chart("Training digits", bare("column", "as the nets see them"), bare("row"),
                     tiles("examples", digits.SHOWN, 2, sequential(0, 1)))],),
             presets={"A thousand digits": digits.Params(n_samples=1000),
                      "Surprise: digits that stay": digits.Params(n_samples=200, shift=0)}),
        View("Architectures", (architectures,),
             ([by_layer("parameters", "Parameters"), by_layer("multiply_adds", "Multiply-adds")],),
             presets={"AlexNet, 2012": architectures.Params("alexnet"), "VGG-16, 2015": architectures.Params("vgg16")}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
