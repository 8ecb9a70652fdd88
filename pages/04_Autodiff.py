"""Autodiff: views, charts and presets. The words stand in `04_Autodiff.md`."""
from dlcore.charts import (
    Chart,
    axis,
    bare,
    bars,
    broad,
    by,
    chart,
    diverging,
    graph,
    guessed,
    heads,
    image_words,
    line,
    log,
    names,
    pixels,
    rows,
    text_table,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.autodiff import differences, kinks, sweeps, tape, vector_jacobian
from dlcore.topics.autodiff._claims import CLAIMS

TIMES = sweeps.TIMES
KINDS = by("kind", "measured", TIMES, "theory")
SLOPES = by("quantity", "function", "slope", "autograd").reading({"slope": "true slope (broad, pale)"})
METHODS = by("method", "forward", "central", "autograd")
PREDICTED = by("kind", "measured", differences.THEORY).reading({differences.THEORY: "predicted"})
STEP, ERROR = log("h", "step h"), log("value", "|estimate − f′(x)|", include=(1e-18,))


def cost(quantity: str, title: str, unit: str, *kinds: str) -> Chart:
    """Bars of the work or the memory of each way to a derivative."""
    told = "|".join(kinds)
    split = by("kind", *kinds).reading({TIMES: "one sweep measured, times their number"})
    return chart(title, log("value", unit), names("way", "", *tuple(sweeps.WAYS.values())),
                 bars(rows("cost", f"test(/^({told})$/, datum.kind)", quantity=quantity), split,
                      grouped=by("side", "counted", "theory"), text="text", room=0.15))


TOPIC = Topic(
    words_beside(__file__),
    card=Card("A finite difference loses its digits if the step is too small. Autograd takes no step.",
              differences.Params(),
              chart("Error of the derivative", log("h", "step h"), log("value", "|error|"),
                    line("error", by("method", "forward", "central", "complex_step", "autograd")))),
    claims=CLAIMS,
    views=(
        View("Tape", (tape,),
             ([chart("The tape of the function",
                     bare("depth"), bare("position"),
                     graph("nodes", "edges", "steps", ("value", "adjoint", "local derivative"), stops=13),
                     tall=True)],),
             presets={"Product of three": tape.Params(expression="product"),
                      "A matrix": tape.Params(expression="matrix"),
                      "One box, two paths": tape.Params(expression="shared")}),
        View("Vector-Jacobian", (vector_jacobian,),
             ([chart("Jacobian J, with v and x.grad", bare("column", "inputs"),
                     bare("row", "outputs"), pixels("picture", "value", diverging()), image_words("labels"))],
              [text_table("What PyTorch answers to each call", "calls", ("call", "outcome"), code=("call",))]),
             presets={"Weights for all rows": vector_jacobian.Params(seed_vector="weights"),
                      "Row 3 of J": vector_jacobian.Params(index=3),
                      "One output, as a loss": vector_jacobian.Params(outputs=1),
                      "The sum of the outputs": vector_jacobian.Params(seed_vector="ones", reduction="sum")}),
        View("Sweeps", (sweeps,),
             ([cost("flops", "Work of each way to the derivatives", "FLOPs, on a log axis", "measured", TIMES)],
              [cost("bytes", "Memory", "bytes", "measured", TIMES, "theory"),
               chart("In the n inputs: forward wins if m > 2n",
                     log("outputs", "outputs m"), log("value", "FLOPs"),
                     line("crossover", by("way", "m backward sweeps", "n forward sweeps").after(KINDS),
                          by("kind", TIMES, "theory")))]),
             presets={"One loss": sweeps.Params(inputs=256, outputs=1, hidden_size=256),
                      "256 outputs": sweeps.Params(inputs=256, outputs=256, hidden_size=256),
                      "One input": sweeps.Params(inputs=1, outputs=256)}),
        View("Differences", (differences,),
             ([chart("Error of the derivative", STEP, ERROR,
                     line(rows("error", "datum.method != 'complex_step'"), METHODS, PREDICTED),
                     guessed("autograd_error", "best_forward_error", "best_central_error"),
                     guessed("best_forward_step", "best_central_step", along="x"))],
              [chart("A third way: the complex step, Im f(x + ih)/h with i² = −1", STEP, ERROR,
                     line(rows("error", method="complex_step"), by("method", "complex_step").after(METHODS),
                          PREDICTED))]),
             presets={"Another function": differences.Params(function="norm", x=-1.5),
                      "float32: half the digits": differences.Params(dtype="float32"),
                      "At x = 0 there is no V": differences.Params(function="product", x=0.0)}),
        View("Kinks", (kinks,),
             ([chart("The function f(x)", axis("x", "x"), axis("value", "f(x)"),
                     line(rows("curve", quantity="function"), SLOPES, None),
                     heads(rows("here", quantity="function"), SLOPES), guessed("function")),
               chart("Its slope, and what autograd answers", axis("x", "x"),
                     axis("value", "slope", include=kinks.VIEW),
                     broad(rows("curve", quantity="slope"), SLOPES),
                     line(rows("curve", quantity="autograd"), SLOPES, None),
                     *(heads(rows("here", quantity=whose), SLOPES) for whose in ("slope", "autograd")),
                     image_words("labels"), guessed("slope", "autograd"))],
              [text_table("Slope of seven programs at x", "conventions", ("expression", "autograd", "slope"),
                     code=("expression",))],),
             presets={"Beside the kink": kinks.Params(x=0.01),
                      "Same function, other program": kinks.Params(expression="maximum"),
                      "A branch not taken": kinks.Params(expression="where_sqrt", x=-0.5)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
