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
    guessed,
    heads,
    labels,
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

MODELS = by("model", "cnn", "mlp", "chance").reading({"chance": "guessing"})
HALVES = by("line", "cnn", "mlp", "ceiling").reading({"ceiling": "at best"})
LAYERS = by("layer", "convolution", "dense")
PARTS = by("part", "convolution", "dense").reading({"convolution": "conv, pooling"})


def learning(condition: str, title: str) -> Chart:
    return chart(title, axis("step", "step"), axis("value", "accuracy", domain=(0.4, 1.02)),
                 band(rows("learning", condition=condition), "low", "high", MODELS),
                 line(rows("learning", condition=condition), MODELS, MODELS),
                 guessed(*(f"{net}_{condition}".replace(" ", "_") for net in ("CNN", "MLP")), percent=True))


def by_size(split: str, title: str) -> Chart:
    return chart(title, log("n_samples", "training images n (log scale)"),
                 axis("value", "accuracy", domain=(0, 1.03)),
                 band(rows("spread", split=split), "low", "high", MODELS),
                 line(rows("spread", split=split), MODELS, MODELS, points=True),
                 heads(rows("unfinished", split=split), MODELS), labels(rows("unfinished", split=split, model="cnn")),
                 guessed(f"CNN_{split}", f"MLP_{split}", percent=True))


def by_layer(quantity: str, title: str) -> Chart:
    return chart(title, axis("share", "% of the whole net", include=(0, 120), ticks=(0, 25, 50, 75, 100)),
                 names("block"), bars(rows("blocks", quantity=quantity), PARTS, text="words"))


TOPIC = Topic(
    words_beside(__file__),
    card=Card("A convolution, written as a matrix: most entries are zero, and the same few weights repeat.",
              layer.Params(),
              chart("The convolution as a matrix", axis("column", "input pixel"), axis("row", "output pixel"),
                    pixels("matrix", "value", diverging()))),
    claims=CLAIMS,
    views=(
        View("Shuffle", (shuffle,),
             ([learning("in place", "New images"), learning("shifted", "The same images, shifted"),
               learning("shuffled", "Shuffled pixels, both retrained")],
              [chart("One test image of each class", bare("column", "12 × 12 pixels each, with noise"), bare("row"),
                     tiles("examples",
                           ("plus", "plus, shifted", "plus, shuffled", "cross", "cross, shifted", "cross, shuffled"),
                           3, sequential(0, 1.5))),
               chart("Size and work of each net", log("value", "number (log scale)", include=(1,)),
                     names("quantity", "", "parameters", "multiply_adds"),
                     bars("cost", by("model", "cnn", "mlp"), grouped=True))]),
             presets={"Shuffle, 512 images": shuffle.Params(n_samples=512),
                      "Pattern always in one place": shuffle.Params(jitter=0, test_shift=6),
                      "Kernel of one pixel": shuffle.Params(kernel_size=1)}),
        View("As a matrix", (layer,),
             ([chart("The convolution as a matrix", axis("column", "input pixel (the first 64)"),
                     axis("row", "output pixel"), pixels("matrix", "value", diverging(), None)),
               chart("Its kernel", bare("column", "k × k weights"), bare("row"),
                     tiles("kernel", ("kernel",), 1, diverging(), "weight")),
               chart("A dense layer as a matrix", axis("column", "input pixel (the first 64)"),
                     axis("row", "output pixel"), pixels("dense", "value", diverging(), None))],
              [chart("x, shifted Tx, and the outputs", bare("column", "each pair ÷ its largest value"),
                     bare("row"), tiles("images", ("x", "Tx", "f(x)", "f(Tx)"), 2, diverging())),
               chart("Weights and work of each layer", log("value", "number (log scale)", include=(1,)),
                     names("layer", "", "dense", "locally connected", "convolution"),
                     bars(rows("counts", "datum.quantity == 'parameters' || datum.quantity == 'multiply_adds'"),
                          by("quantity", "parameters", "multiply_adds").after(LAYERS), grouped=True),
                     guessed("weights", "dense_weights", along="x")),
               chart("Gap after each shift", axis("shift", "shift of the image in pixels", whole=True),
                     axis("gap", "gap", include=(0, 1)),
                     line("equivariance", LAYERS, None, points=True), guessed("equivariance_gap"))]),
             presets={"28 × 28 pixels, no padding": layer.Params(size=28, kernel_size=5, padding="valid"),
                      "Zero padding": layer.Params(padding="zeros", shift=6),
                      "Stride 2": layer.Params(stride=2, shift=6)}),
        View("Position", (position,),
             ([chart("Which half is it in?", axis("step", "step"), axis("value", "accuracy", domain=(0.4, 1.02)),
                     line("accuracy", HALVES, HALVES), guessed("CNN_accuracy", "MLP_accuracy", percent=True)),
               chart("A pair of test images", bare("column", "12 × 12 pixels each"), bare("row"),
                     tiles("pair", ("left", "right"), 2, sequential())),
               chart("Response to an empty image", bare("column", "of the CNN, at every place"), bare("row"),
                     tiles("response", ("empty image",), 1, sequential(0, 1), "response"))],),
             presets={"Circular padding: no edge": position.Params(padding="circular"),
                      "Surprise: two 5 × 5 layers": position.Params(depth=2, kernel_size=5),
                      "Background of zeros": position.Params(background=0.0)}),
        View("Digits", (digits,),
             ([by_size("train", "On its training images"), by_size("test", "On new images"),
               chart("Training images", bare("column", "as the nets see them"), bare("row"),
                     tiles("examples", digits.SHOWN, 2, sequential(0, 1)))],),
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
