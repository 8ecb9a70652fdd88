"""Autodiff: views, charts and presets. The words stand in `04_Autodiff.md`."""
from dlcore.charts import bars, curve, graph, matrix, words
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.autodiff import differences, kinks, sweeps, tape, vector_jacobian
from dlcore.topics.autodiff._claims import CLAIMS

TIMES = sweeps.TIMES


def cost(quantity: str, title: str, unit: str) -> str:
    return bars("cost", "way", title=title, value_title=unit, where=f"datum.quantity == '{quantity}'", log=True,
                text="text", split="kind", order=("measured", TIMES, "theory"), stacked=False,
                categories=("1 pass forward", "1 sweep back", "m sweeps back", "P sweeps forward"))


TOPIC = Topic(
    words_beside(__file__),
    card=Card("Differences lose their digits in a step that is too small; autograd has none to lose.",
              differences.Params(),
              curve("error", "h", title="Error of the derivative", x_title="step h", y_title="|error|", split="method",
                    order=("forward", "central", "complex_step", "autograd"), log_x=True, log_y=True)),
    claims=CLAIMS,
    views=(
        View("Tape", (tape,),
             ([graph("nodes", "edges", "steps", title="The tape",
                     x_title="above an arrow: the shape of what it carries",
                     kinds=("value", "adjoint", "local derivative"), stops=13)],),
             presets={"Speelpenning's product": tape.Params(expression="product"),
                      "A matrix": tape.Params(expression="matrix"),
                      "Surprise: one node, two paths": tape.Params(expression="shared")}),
        View("Vector-Jacobian", (vector_jacobian,),
             ([matrix("picture", title="J, with v on its left and x.grad below", row_title="outputs",
                      column_title="inputs", diverging=True, words="labels", cell=1)],
              [words("calls", ("call", "outcome"), title="What torch says", code=("call",))]),
             presets={"Row 3 alone": vector_jacobian.Params(index=3),
                      "A loss": vector_jacobian.Params(outputs=1),
                      "Surprise: a sum is a v of ones": vector_jacobian.Params(seed_vector="ones", reduction="sum")}),
        View("Sweeps", (sweeps,),
             ([cost("flops", "Work for all P derivatives", "FLOPs"), cost("bytes", "Memory", "bytes")],
              [curve("crossover", "outputs", title="Derivatives in the n inputs: back or forward?", x_title="outputs m",
                     y_title="FLOPs", split="way", kinds=(TIMES, "theory"), order=("m sweeps back", "n sweeps forward"),
                     log_x=True, log_y=True, wide=True)]),
             presets={"One loss": sweeps.Params(inputs=256, outputs=1, hidden_size=256),
                      "256 outputs": sweeps.Params(inputs=256, outputs=256, hidden_size=256),
                      "Surprise: one input": sweeps.Params(inputs=1, outputs=256)}),
        View("Differences", (differences,),
             ([curve("error", "h", title="Error of the derivative", x_title="step h", y_title="|error|", split="method",
                     kinds=("measured", "theory of its size"), order=("forward", "central", "complex_step", "autograd"),
                     log_x=True, log_y=True, wide=True)],),
             presets={"A vector's norm": differences.Params(function="norm", x=-1.5),
                      "Half the digits": differences.Params(dtype="float32"),
                      "Surprise: at a root there is no V": differences.Params(function="product", x=0.0)}),
        View("Kinks", (kinks,),
             ([curve("curve", "x", title="The function and its derivative", x_title="x", y_title="value",
                     split="quantity", order=("function", "slope", "autograd"), dash="", under="slope", heads="here"),
               words("conventions", ("expression", "autograd", "slope"), title="Seven programs at x",
                     code=("expression",))],),
             presets={"A step beside the kink": kinks.Params(x=0.01),
                      "The same, as a maximum": kinks.Params(expression="maximum"),
                      "Surprise: a branch not taken": kinks.Params(expression="where_sqrt", x=-0.5)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
