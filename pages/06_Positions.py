"""Positions: views, charts and presets. The words stand in `06_Positions.md`."""
from dlcore.charts import (
    KIND,
    Chart,
    axis,
    bare,
    bars,
    broad,
    by,
    chart,
    clocks,
    diverging,
    guessed,
    heads,
    image_words,
    line,
    names,
    pixels,
    rows,
    sequential,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.positions import encodings, shuffle, tasks
from dlcore.topics.positions._claims import CLAIMS
from dlcore.topics.positions._clocks import HIGH, TURN, WIDE

PRODUCTS = KIND.reading(
    {"measured": "measured from three starts t (broad)", "theory": "for every start: Σ cos ωk"})
PARTS = by("part", "p(t)", "p(t + k)", TURN).reading({"p(t)": "at t", "p(t + k)": "at t + k"}).after(KIND)
LAWS = by("kind", "chance", "ceiling").reading({"ceiling": "best from counts"})
MODELS = by("model", "attention", "rnn", "gru")


def outputs(way: str, title: str) -> Chart:
    return chart(title, axis("feature", "feature"), axis("token", "place after the shuffle"),
                 pixels(rows("outputs", way=way), "value", diverging(-1, 1), "output"))


def learned(position: str, title: str) -> Chart:
    return chart(title, axis("step", "training step"),
                 axis("value", "fraction correct", domain=(0, 1.05), ticks=(0, 0.5, 1)),
                 line(rows("accuracy", "datum.kind != 'measured'", position="without"), None, LAWS, ink=True),
                 line(rows("accuracy", position=position, kind="measured"), MODELS, None),
                 guessed(*(f"{model}_{position}" for model in ("attention", "rnn", "gru"))))


def longer(position: str, title: str) -> Chart:
    return chart(title, axis("value", "fraction correct", include=(0, 1), ticks=(0, 0.25, 0.5, 0.75, 1)),
                 names("length", "tokens per sequence"),
                 bars(rows("extrapolation", position=position), MODELS, grouped=True, room=0.15), tall=True)


TOPIC = Topic(
    words_beside(__file__),
    card=Card("How far an RNN's outputs move when its tokens are shuffled. Attention's do not move at all.",
              shuffle.Params(model="rnn"),
              chart("How far shuffling moves the output", axis("feature", "feature"), axis("token", "position"),
                    pixels("gap", "value", sequential(0, 0.5), "|f(Px) − P f(x)|"))),
    claims=CLAIMS,
    views=(
        View("Shuffle", (shuffle,),
             ([outputs("P f(x)", "Outputs shuffled: P f(x)"), outputs("f(Px)", "Tokens shuffled: f(Px)"),
               chart("Their absolute difference", axis("feature", "feature"),
                     axis("token", "place after the shuffle"), pixels("gap", "value", sequential(0, 0.5)))],
              [chart("The tokens x above, shuffled to Px below", bare("position", "position"),
                     bare("row", "Px, x"), pixels("tokens", "token", sequential(), None),
                     image_words("letters"))]),
             presets={"Add positions": shuffle.Params(position="add"),
                      "An RNN notices": shuffle.Params(model="rnn"),
                      "An RNN with positions added": shuffle.Params(model="rnn", position="add"),
                      "Surprise: two causal layers": shuffle.Params(mask="causal")}),
        View("Encodings", (encodings,),
             ([chart("From any start, k places turn a hand by ωk", bare("x"), bare("y"),
                     clocks("clocks", PARTS, WIDE, HIGH)),
               chart("The product p(t)·p(t + k) depends on k alone", axis("distance", "distance k"),
                     axis("value", "p(t)·p(t + k)", include=(0,)),
                     broad(rows("overlap", kind="measured"), PRODUCTS),
                     line(rows("overlap", kind="theory"), PRODUCTS, PRODUCTS), heads("here"),
                     guessed("product"))],
              [chart("The encoding p(t), row by row", axis("feature", "feature"), axis("position", "position t"),
                     pixels("encoding", "value", diverging(-1, 1))),
               chart("Scalar products p(s)·p(t)", axis("column", "position t"), axis("row", "position s"),
                     pixels("similarity", "value", diverging()))]),
             presets={"One place on": encodings.Params(shift=1),
                      "Twelve places on": encodings.Params(shift=12),
                      "8 speeds": encodings.Params(dimension=16, length=64),
                      "2 speeds": encodings.Params(dimension=4, length=64)}),
        View("Tasks", (tasks,),
             ([learned("without", "Without positions"), learned("with", "With positions")],
              [longer("without", "Longer sequences, without"), longer("with", "Longer sequences, with")]),
             presets={"Order of two tokens": tasks.Params(task="order"),
                      "Twice as long": tasks.Params(length=16, steps=250),
                      "Where is the marker?": tasks.Params(task="locate"),
                      "Surprise: positions hurt at length": tasks.Params(task="order", length=10, steps=50)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
