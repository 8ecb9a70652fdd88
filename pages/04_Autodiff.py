"""Autodiff: views, charts and presets. The words stand in `04_Autodiff.md`."""
from dlcore.charts import bars, curve, graph, matrix, words
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.autodiff import differences, kinks, sweeps, tape, vector_jacobian
from dlcore.topics.autodiff._claims import CLAIMS

TIMES = sweeps.TIMES


def cost(quantity: str, title: str, unit: str) -> str:
    return bars("cost", "way", title=title, value_title=unit, where=f"datum.quantity == '{quantity}'", log=True,
                text="text", split="kind", order=("measured", TIMES, "theory"), stacked=False,
                categories=tuple(sweeps.WAYS.values()))


TOPIC = Topic(
    words_beside(__file__),
    card=Card("A finite difference loses its digits if the step is too small. Autograd takes no step.",
              differences.Params(),
              curve("error", "h", title="Error of the derivative", x_title="step h", y_title="|error|", split="method",
                    order=("forward", "central", "complex_step", "autograd"), log_x=True, log_y=True)),
    claims=CLAIMS,
    views=(
        View("Tape", (tape,),
             ([graph("nodes", "edges", "steps", title="The tape of the function",
                     x_title="above an arrow: the shape of its tensor; () is a scalar",
                     kinds=("value", "adjoint", "local derivative"), stops=13)],),
             presets={"Speelpenning's product": tape.Params(expression="product"),
                      "A matrix": tape.Params(expression="matrix"),
                      "One box, two paths": tape.Params(expression="shared")}),
        View("Vector-Jacobian", (vector_jacobian,),
             ([matrix("picture", title="Jacobian J, with v on its left and x.grad below", row_title="outputs",
                      column_title="inputs", diverging=True, words="labels", cell=1)],
              [words("calls", ("call", "outcome"), title="What PyTorch answers to each call", code=("call",))]),
             presets={"Row 3 of J": vector_jacobian.Params(index=3),
                      "One output, as a loss": vector_jacobian.Params(outputs=1),
                      "The sum of the outputs": vector_jacobian.Params(seed_vector="ones", reduction="sum")}),
        View("Sweeps", (sweeps,),
             ([cost("flops", "Work", "FLOPs"), cost("bytes", "Memory", "bytes")],
              [curve("crossover", "outputs", title="Another Jacobian: derivatives in the n inputs", x_title="outputs m",
                     y_title="FLOPs", split="way", kinds=(TIMES, "theory"),
                     order=("m backward sweeps", "n forward sweeps"), log_x=True, log_y=True, wide=True)]),
             presets={"One loss": sweeps.Params(inputs=256, outputs=1, hidden_size=256),
                      "256 outputs": sweeps.Params(inputs=256, outputs=256, hidden_size=256),
                      "One input": sweeps.Params(inputs=1, outputs=256)}),
        View("Differences", (differences,),
             ([curve("error", "h", title="Error of the derivative", x_title="step h", y_title="|estimate − f′(x)|",
                     split="method", kinds=("measured", "theory of its size"),
                     order=("forward", "central", "complex_step", "autograd"), log_x=True, log_y=True, wide=True)],),
             presets={"The norm of a vector": differences.Params(function="norm", x=-1.5),
                      "float32: half the digits": differences.Params(dtype="float32"),
                      "At x = 0 there is no V": differences.Params(function="product", x=0.0)}),
        View("Kinks", (kinks,),
             ([curve("curve", "x", title="The function and its slope", x_title="x", y_title="value",
                     split="quantity", order=("function", "slope", "autograd"), dash="", under="slope", heads="here"),
               words("conventions", ("expression", "autograd", "slope"), title="Slope of seven programs at x",
                     code=("expression",))],),
             presets={"Beside the kink": kinks.Params(x=0.01),
                      "Same function, other program": kinks.Params(expression="maximum"),
                      "A branch not taken": kinks.Params(expression="where_sqrt", x=-0.5)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
