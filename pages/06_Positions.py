"""Positions: views, charts and presets. The words stand in `06_Positions.md`."""
from dlcore.charts import bars, curve, matrix, path
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
    card=Card("Shuffled tokens change what an RNN answers. The answers of attention are only shuffled, too.",
              shuffle.Params(model="rnn"),
              matrix("gap", "token", "feature", title="How much the shuffle changes the output", row_title="position",
                     column_title="feature", value_title="|f(Px) − P f(x)|", domain=(0, 0.5))),
    claims=CLAIMS,
    views=(
        View("Shuffle", (shuffle,),
             ([matrix("tokens", "row", "position", "token", title="Tokens: given above, shuffled below",
                      row_title="shuffled, given", column_title="position", words="letters", legend=False, cell=1.0),
               matrix("gap", "token", "feature", title="How much the shuffle changes the output",
                      row_title="position after the shuffle", column_title="feature",
                      value_title="|f(Px) − P f(x)|, 0.5 or more", domain=(0, 0.5))],),
             presets={"An RNN": shuffle.Params(model="rnn"),
                      "An RNN with positions": shuffle.Params(model="rnn", position="add"),
                      "One causal layer": shuffle.Params(mask="causal", depth=1),
                      "Two causal layers": shuffle.Params(mask="causal")}),
        View("Encodings", (encodings,),
             ([matrix("encoding", "position", "feature", title="The encoding p(t)", row_title="position t",
                      column_title="feature", diverging=True, domain=(-1, 1)),
               path("clock", "x", "y", title="Clock: three pairs turn from t = L/2 to t + k", x_title="cosine",
                    y_title="sine", split="pair", order=("pair 0", "pair 1", "pair 2"), contours="face", room="face",
                    round=True)],
              [matrix("similarity", title="Products p(s)·p(t)", row_title="position s", column_title="position t",
                      diverging=True),
               curve("overlap", "distance", title="They depend on the distance alone", x_title="distance k",
                     y_title="p(t)·p(t + k)", split="start", order=("t = 0", "t = L/4", "t = L/2", "any t"),
                     under="t = 0"),
               curve("shifted", "feature", title="Shifted p(t + k), rotated R p(t)", x_title="feature",
                     y_title="value", under="shifted", order=("shifted", "rotated"), dash="",
                     y_domain=(-1.05, 1.05))]),
             presets={"Next neighbor": encodings.Params(shift=1),
                      "Sixty-four features": encodings.Params(dimension=64),
                      "Four features only": encodings.Params(dimension=4, length=128)}),
        View("Tasks", (tasks,),
             ([learned("without", "Without positions", "ceiling"), learned("with", "With positions")],
              [longer("without", "Longer sequences, without"), longer("with", "Longer sequences, with")]),
             presets={"Is A before B?": tasks.Params(task="order"),
                      "Where is the marker?": tasks.Params(task="locate"),
                      "The middle of 16 tokens": tasks.Params(length=16, steps=250),
                      "Far longer sequences": tasks.Params(task="order", length=10, steps=50)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
