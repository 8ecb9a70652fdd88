"""Positions: views, charts and presets. The words stand in `06_Positions.md`."""
from dlcore.charts import bars, curve, matrix
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.positions import encodings, shuffle, tasks
from dlcore.topics.positions._claims import CLAIMS


def learned(position: str, title: str, *laws: str) -> str:
    return curve("accuracy", "step", title=title, x_title="step t", y_title="fraction correct", split="model",
                 order=("attention", "rnn", "gru"), kinds=("measured", "chance", *laws), y_domain=(0, 1.05),
                 where=f"datum.position == '{position}'")


def longer(position: str, title: str) -> str:
    return bars("extrapolation", "length", title=title, value_title="fraction correct", category_title="tokens",
                split="model", order=("attention", "rnn", "gru"), stacked=False, include=(0, 1), room=0.15,
                ticks=(0, 0.25, 0.5, 0.75, 1), height=420, where=f"datum.position == '{position}'")


TOPIC = Topic(
    words_beside(__file__),
    card=Card("How far an RNN's outputs move when its tokens are shuffled. Attention's do not move at all.",
              shuffle.Params(model="rnn"),
              matrix("gap", "token", "feature", title="How far shuffling moves the output", row_title="position",
                     column_title="feature", value_title="|f(Px) − P f(x)|", domain=(0, 0.5))),
    claims=CLAIMS,
    views=(
        View("Shuffle", (shuffle,),
             ([matrix("tokens", "row", "position", "token", title="The tokens: given above, shuffled below",
                      row_title="shuffled, given", column_title="position", words="letters", legend=False, cell=1.0),
               matrix("gap", "token", "feature", title="How far shuffling moves the output",
                      row_title="position after the shuffle", column_title="feature",
                      value_title="|f(Px) − P f(x)|, 0.5 and more alike", domain=(0, 0.5))],),
             presets={"Shuffle": {"seed": "next"},
                      "Add positions": shuffle.Params(position="add"),
                      "An RNN notices": shuffle.Params(model="rnn"),
                      "The sheet says: not possible": shuffle.Params(model="rnn", position="add"),
                      "Causal, one layer": shuffle.Params(mask="causal", depth=1),
                      "Surprise: two causal layers": shuffle.Params(mask="causal")}),
        View("Encodings", (encodings,),
             ([matrix("encoding", "position", "feature", title="The encoding p(t)", row_title="position t",
                      column_title="feature", diverging=True, domain=(-1, 1)),
               matrix("similarity", title="Products p(s)·p(t)", row_title="position s", column_title="position t",
                      diverging=True)],
              [curve("overlap", "distance", title="They depend on the distance alone", x_title="distance k",
                     y_title="p(t)·p(t + k)", split="start", order=("0", "L/4", "L/2", "any"), under="0"),
               curve("shifted", "feature", title="A shift is a rotation", x_title="feature", y_title="value",
                     under="shifted", order=("shifted", "rotated"), dash="", y_domain=(-1.05, 1.05))]),
             presets={"Next neighbor": encodings.Params(shift=1),
                      "A ladder of wavelengths": encodings.Params(dimension=64),
                      "Two pairs only": encodings.Params(dimension=4, length=128)}),
        View("Tasks", (tasks,),
             ([learned("without", "Without positions", "ceiling"), learned("with", "With positions")],
              [longer("without", "Longer sequences, without"), longer("with", "Longer sequences, with")]),
             presets={"A bag of words": tasks.Params(task="order"),
                      "A GRU needs positions here": tasks.Params(length=16, steps=250),
                      "Where is the marker?": tasks.Params(task="locate"),
                      "Surprise: positions hurt at length": tasks.Params(task="order", length=10, steps=50)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
