"""Broadcasting: views, charts and presets. The words stand in `05_Broadcasting.md`."""
from dlcore.charts import (
    Chart,
    axis,
    bare,
    bars,
    by,
    chart,
    diverging,
    guessed,
    image_words,
    line,
    names,
    pixels,
    rows,
    sequential,
    signs,
    text_table,
)
from dlcore.topic import Card, Quiz, Topic, View, words_beside
from dlcore.topics.broadcasting import batch_trap, full_kernel, shapes, terms
from dlcore.topics.broadcasting._claims import CLAIMS


def picture(name: str, title: str) -> Chart:
    return chart(title, axis("column", "column"), axis("row", "row"),
                 pixels(rows("images", name=name), "value", diverging(mirrored=True)))


def ledger(title: str, last: int | None = None) -> Chart:
    return text_table(title, "ledger", ("tensor", "shape", "note"), code=("shape",), last=last)


# One color means one thing within a view.
LOSSES = by("kind", "measured", "floor", "sheet plateau").reading(
    {"measured": "loss in training", "floor": "lowest possible loss", "sheet plateau": "end of the sheet's rule"})
LENGTHS = by("kind", "measured", "floor", "sheet plateau", "theory")
PAIRED = by("kind", "measured", "floor", "paired floor").reading(
    {"floor": "lowest, all pairs", "paired floor": "lowest, own pairs"}).after(by("sample", "1", "2", "3", "4"))
MARKS = by("mark", "kept by the sheet", "ends of the column checked").reading(
    {"ends of the column checked": "column of the chosen weight"})
RIGHT = by("kind", "measured", "paired floor").reading(
    {"measured": "this program", "paired floor": "a correct program"})
GOALS = by("kind", "measured", "theory", "goal").reading({"goal": "own mean"})

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Along the answer sheet's gradient the loss (solid) comes to rest above its lowest value (dashed).",
              full_kernel.Params(rule="sheet", learning_rate=0.1),
              chart("Loss", axis("step", "step"), axis("value"),
                    line("loss", LOSSES, LOSSES))),
    claims=CLAIMS,
    views=(
        View("Full kernel", (full_kernel,),
             ([picture("image", "Image X"), picture("target", "Target y"),
               chart("Loss", axis("step", "step"), axis("value", "loss"),
                     line("loss", LOSSES, LOSSES), guessed("floor"))],
              [picture("gradient", "True gradient at the start"),
               picture("sheet_gradient", "The sheet's (read its scale)"),
               chart("Length of the kernel W", axis("step", "step"), axis("value", "‖W‖ = √(Σ W²)", include=(0,)),
                     line("kernel_norm", LENGTHS, LENGTHS))]),
             presets={"The true gradient": full_kernel.Params(rule="autograd"),
                      "Constant target, mean loss": full_kernel.Params(target="constant", reduction="mean"),
                      "1,024 targets": full_kernel.Params(size=32),
                      "Surprise: downhill leads up": full_kernel.Params(seed=7)}),
        View("Terms", (terms,),
             ([chart("The terms 2(ŷ − y)X, before they are added", axis("column", "weight W"),
                     axis("row", "target y"), pixels("terms", "value", diverging(mirrored=True)),
                     signs("terms", MARKS)),
               chart("Gradient of the chosen weight, four ways", axis("value", "∂L/∂W", include=(0,)),
                     names("method", "", "autograd", "finite difference", "2N(ŷ − ȳ)X", "sheet"), bars("checks"),
                     guessed("true_gradient", "sheet_gradient", along="x"))],),
             presets={"A constant target": terms.Params(target="constant"),
                      "One bright pixel": terms.Params(image="pixel", weight=6)}),
        View("Shapes", (shapes,),
             ([chart("Lengths of the axes (blue: repeated)", bare("column"), bare("row"),
                     pixels("stretch", "value", diverging(-3, 3), None), image_words("labels")),
               text_table("Which loss functions notice?", "heard", ("reaction", "loss_functions"),
                          code=("loss_functions",))],
              [ledger("The shapes, step by step")],
              [text_table("What PyTorch says, word for word", "losses", ("function", "outcome"), code=("function",))]),
             presets={"Kernel one pixel smaller": shapes.Params(kernel_size=31),
                      "One target for four images": shapes.Params(batch_size=4),
                      "Surprise: four targets, one axis missing": shapes.Params(batch_size=4, target="batch"),
                      "Equal shapes": shapes.Params(kernel_size=1, target="channel")}),
        Quiz("Find the bug",
             faulty=batch_trap.Params(),
             row=[ledger("Shapes, step by step", last=6),
                  chart("Loss", axis("step", "step"), axis("value", "loss", include=(0,)),
                        line(rows("loss", "datum.kind != 'floor'"), RIGHT, RIGHT))],
             lines=("prediction = F.conv2d(images, kernel)", "target = pictures",
                    "loss = (prediction - target).square().mean()", "kernel = kernel - learning_rate * gradient"),
             wrong=2,
             repaired=batch_trap.Params(target_shape="correct")),
        View("Batch axis", (batch_trap,),
             ([chart("Predictions, one color per image", axis("step", "step"),
                     axis("value", "prediction ŷ", include=(-0.2, 3.2), whole=True),
                     line("paths", by("sample").called("image "), GOALS),
                     guessed("target_mean")),
               chart("The pairs, after the last step", axis("column", "target y of image"),
                     axis("row", "prediction ŷ of image"), pixels("terms", "value", sequential(), "mean (ŷ − y)²"),
                     signs("terms", by("mark", batch_trap.OWN)))],
              [chart("Loss", axis("step", "step"), axis("value", "loss", include=(0,)),
                     line("loss", PAIRED, PAIRED), guessed("loss"))],
              [ledger("Shapes, step by step", last=6)],
              [text_table("What PyTorch said", "ledger", ("tensor", "shape", "note"), code=("tensor", "shape"),
                          first=6)]),
             presets={"Two images": batch_trap.Params(batch_size=2),
                      "Channel axis added": batch_trap.Params(target_shape="correct"),
                      "Surprise: eight images, one answer": batch_trap.Params(batch_size=8)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
