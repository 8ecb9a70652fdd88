"""Broadcasting: views, charts and presets. The words stand in `05_Broadcasting.md`."""
from dlcore.charts import bars, curve, matrix, words
from dlcore.topic import Card, Quiz, Topic, View, words_beside
from dlcore.topics.broadcasting import batch_trap, full_kernel, shapes, terms
from dlcore.topics.broadcasting._claims import CLAIMS


def picture(name: str, title: str) -> str:
    return matrix("images", title=title, where=f"datum.name == '{name}'", row_title="row", column_title="column",
                  diverging=True, own=True)


def ledger(title: str, first: int = 0, last: int | None = None) -> str:
    return words("ledger", ("tensor", "shape", "note"), title=title, code=("shape",), first=first, last=last)


TOPIC = Topic(
    words_beside(__file__),
    card=Card("Along the answer sheet's gradient the loss (solid) comes to rest above its lowest value (dashed).",
              full_kernel.Params(rule="sheet", learning_rate=0.1),
              curve("loss", "step", title="Loss", x_title="step", y_title="",
                    kinds=("measured", "floor", "sheet plateau"))),
    claims=CLAIMS,
    views=(
        View("Full kernel", (full_kernel,),
             ([curve("loss", "step", title="Loss", x_title="step", y_title="loss",
                     kinds=("measured", "floor", "sheet plateau")),
               picture("gradient", "True gradient, first kernel"),
               picture("sheet_gradient", "The sheet's, on its own scale")],
              [picture("image", "Image X"), picture("target", "Target y"),
               curve("kernel_norm", "step", title="Length of the kernel W", x_title="step",
                     y_title="‖W‖ = √(Σ W²)", include=(0,))]),
             presets={"The true gradient": full_kernel.Params(rule="autograd"),
                      "Constant target, mean loss": full_kernel.Params(target="constant", reduction="mean"),
                      "1,024 targets": full_kernel.Params(size=32),
                      "Surprise: downhill leads up": full_kernel.Params(seed=7)}),
        View("Terms", (terms,),
             ([matrix("terms", title="The terms 2(ŷ − y)X, before they are added", row_title="target y",
                      column_title="weight W", diverging=True, own=True, marks="mark",
                      mark_order=("kept by the sheet", "of the weight checked")),
               bars("checks", "method", title="Gradient of the weight checked", value_title="∂L/∂W", include=(0,),
                    categories=("autograd", "nudged", "2N(ŷ − ȳ)X", "sheet"))],),
             presets={"A constant target": terms.Params(target="constant"),
                      "One bright pixel": terms.Params(image="pixel", weight=6)}),
        View("Shapes", (shapes,),
             ([ledger("Shapes, step by step")],
              [words("losses", ("function", "shape", "outcome"), title="What eight loss functions say",
                     code=("function", "shape"))]),
             presets={"Kernel one pixel smaller": shapes.Params(kernel_size=31),
                      "One target for four images": shapes.Params(batch_size=4),
                      "Surprise: four targets, one axis missing": shapes.Params(batch_size=4, target="batch"),
                      "Equal shapes": shapes.Params(kernel_size=1, target="channel")}),
        Quiz("Find the bug",
             faulty=batch_trap.Params(),
             row=[ledger("Shapes, step by step", last=6),
                  curve("loss", "step", title="Loss", x_title="step", y_title="loss", where="datum.kind == 'measured'",
                        split="", dash="", include=(0,))],
             lines=("prediction = F.conv2d(images, kernel)", "target = pictures",
                    "loss = (prediction - target).square().mean()", "kernel = kernel - learning_rate * gradient"),
             wrong=2,
             repaired=batch_trap.Params(target_shape="correct")),
        View("Batch axis", (batch_trap,),
             ([curve("paths", "step", title="Predictions, one color per image", x_title="step",
                     y_title="prediction ŷ", split="sample", kinds=("measured", "theory", "goal")),
               matrix("terms", title="Pairs that are compared", row_title="prediction ŷ of image",
                      column_title="target y of image", value_title="mean (ŷ − y)²")],
              [curve("loss", "step", title="Loss", x_title="step", y_title="loss",
                     kinds=("measured", "floor", "paired floor"), include=(0,), wide=True)],
              [ledger("Shapes, step by step", last=6)],
              [words("ledger", ("tensor", "shape", "note"), title="What PyTorch said", code=("tensor", "shape"),
                     first=6)]),
             presets={"Two images": batch_trap.Params(batch_size=2),
                      "Channel axis added": batch_trap.Params(target_shape="correct"),
                      "Surprise: eight images, one answer": batch_trap.Params(batch_size=8)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
