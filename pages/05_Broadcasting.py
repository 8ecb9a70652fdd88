"""Broadcasting: views, charts and presets. The words stand in `05_Broadcasting.md`."""
from dlcore.charts import Chart, axis, bars, by, chart, diverging, line, names, pixels, rows, sequential, signs, words
from dlcore.topic import Card, Quiz, Topic, View, words_beside
from dlcore.topics.broadcasting import batch_trap, full_kernel, shapes, terms
from dlcore.topics.broadcasting._claims import CLAIMS


def picture(name: str, title: str) -> Chart:
    return chart(title, axis("column", "column"), axis("row", "row"),
                 pixels(rows("images", name=name), "value", diverging(mirrored=True)))


def ledger(title: str, first: int = 0, last: int | None = None) -> Chart:
    return words(title, "ledger", ("tensor", "shape", "note"), code=("shape",), first=first, last=last)


TOPIC = Topic(
    words_beside(__file__),
    card=Card("With the exam sheet's gradient the loss comes to rest (dotted) above its floor (dashed).",
              full_kernel.Params(rule="sheet", learning_rate=0.1),
              chart("Loss", axis("step", "step"), axis("value"),
                    line("loss", by("kind", "measured", "floor", "sheet plateau"),
                         by("kind", "measured", "floor", "sheet plateau")))),
    claims=CLAIMS,
    views=(
        View("Full kernel", (full_kernel,),
             ([picture("gradient", "The true gradient, its own scale"),
               picture("sheet_gradient", "The sheet's, its own scale"),
               chart("Loss", axis("step", "step"), axis("value", "loss"),
                     line("loss", by("kind", "measured", "floor", "sheet plateau"),
                          by("kind", "measured", "floor", "sheet plateau")))],
              [picture("target", "Target y"), picture("kernel", "Kernel W, at the end"),
               chart("Length of the kernel", axis("step", "step"), axis("value", "‖W‖", include=(0,)),
                     line("kernel_norm"))]),
             presets={"The true rule": full_kernel.Params(rule="autograd"),
                      "The true rule, in one step": full_kernel.Params(rule="autograd", learning_rate=1.0),
                      "A constant target, a mean": full_kernel.Params(target="constant", reduction="mean"),
                      "1,024 targets": full_kernel.Params(size=32),
                      "Surprise: downhill leads up": full_kernel.Params(seed=7)}),
        View("Terms", (terms,),
             ([chart("Every target's pull at every weight", axis("column", "weight"), axis("row", "target"),
                     pixels("terms", "value", diverging(mirrored=True)),
                     signs("terms", by("mark", "kept by the sheet", "of the weight checked"))),
               chart("The gradient of the weight checked", axis("value", "∂L/∂W", include=(0,)),
                     names("method", "", "autograd", "nudged", "2N(ŷ − ȳ)X", "sheet"), bars("checks"))],),
             presets={"A constant target": terms.Params(target="constant"),
                      "One bright pixel": terms.Params(image="pixel", weight=6)}),
        View("Shapes", (shapes,),
             ([ledger("The shapes ledger")],
              [words("What eight losses say about it", "losses", ("function", "shape", "outcome"),
                     code=("function", "shape"))]),
             presets={"One row short": shapes.Params(kernel_size=31),
                      "One target for four images": shapes.Params(batch_size=4),
                      "Surprise: a batch, and silence": shapes.Params(batch_size=4, target="batch"),
                      "Equal shapes": shapes.Params(kernel_size=1, target="channel")}),
        Quiz("Find the bug",
             faulty=batch_trap.Params(),
             row=[ledger("The shapes ledger", last=6),
                  chart("Loss", axis("step", "step"), axis("value", "loss", include=(0,)),
                        line(rows("loss", kind="measured"), None, None))],
             lines=("prediction = F.conv2d(images, kernel)", "target = pictures",
                    "loss = (prediction - target).square().mean()", "kernel = kernel - learning_rate * gradient"),
             wrong=2,
             repaired=batch_trap.Params(target_shape="correct")),
        View("Batch axis", (batch_trap,),
             ([chart("Predictions, image by image", axis("step", "step"), axis("value", "ŷ"),
                     line("paths", by("sample"), by("kind", "measured", "theory", "goal"))),
               chart("Pairs that were compared", axis("column", "target"), axis("row", "prediction"),
                     pixels("terms", "value", sequential(), "mean (ŷ − y)²"))],
              [chart("Loss", axis("step", "step"), axis("value", "loss", include=(0,)),
                     line("loss", by("kind", "measured", "floor", "paired floor"),
                          by("kind", "measured", "floor", "paired floor")))],
              [ledger("The shapes ledger", last=6)],
              [words("What torch said", "ledger", ("tensor", "shape", "note"), code=("tensor", "shape"), first=6)]),
             presets={"Two images": batch_trap.Params(batch_size=2),
                      "The axis put back": batch_trap.Params(target_shape="correct"),
                      "Surprise: eight images, one answer": batch_trap.Params(batch_size=8)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
