r"""What does an attention map say, and what does it not say?

A pixel is a weight: a row shares out $\sum_j \alpha_{ij} = 1$ over the annotations of the source, 0 black, 1 white.
**Tap a pixel, then choose one hot** under *Intervention*: is the word lost without the rest of its row?
"""
from dlcore.charts import bars, curve, wordmap
from dlcore.topic import Card, Topic, View
from dlcore.topics.attention import identifiability, rows, scaling, training, translator
from dlcore.topics.attention._claims import CLAIMS

TOPIC = Topic(
    __doc__,
    card=Card("A trained translator's map: adjectives change places, and “la” looks at two words.",
              translator.Params(),
              wordmap("map", "target_position", "source_position", "weight", title="Where each French word looks",
                      row_title="French", column_title="English", names=("target", "source"))),
    claims=CLAIMS,
    views=(
        View("Translator", (translator,),
             ([wordmap("map", "target_position", "source_position", "weight", title="The map: black 0, white 1",
                       row_title="French, said", column_title="English, read", words="edges", outline="picked",
                       left=3.6, top=2.2, names=("target", "source"), tap=True, height=410),
               bars("translation", "position", "probability", title="What it says, and how sure it is",
                    category_title="place", value_title="probability", split="run", order=("as trained", "intervened"),
                    stacked=False, text="words", room=0.7, ticks=(0, 0.5, 1), include=(0, 1), height=410)],
              [bars("rows", "target_position", "effective_words", title="Over how many words a row spreads",
                    value_title="exp of its entropy", category_title="row", text="words", room=0.45, include=(0, 3)),
               bars("columns", "source_position", "column_sum", title="What a column adds up to",
                    value_title="sum of its weights", category_title="column", text="words", room=0.45,
                    include=(0, 2))]),
             look="**(a)** A pixel is the weight of an annotation, not a word: force *la* onto *the*, then change "
                  "*encoder*.",
             presets={"“zone” draws on one word": translator.Params(target_position=2),
                      "“la” forced onto “the”": translator.Params(intervention="one_hot"),
                      "The same, but “the” has read on": translator.Params(encoder="bigru", intervention="one_hot"),
                      "Two rows, one column": translator.Params(encoder="forward_gru"),
                      "Surprise: “ne” looks at “does” (5 of 8 trainings)": translator.Params(target_position=5),
                      "Surprise: “la” looks at “european” (3 of 8)": translator.Params(encoder="bigru",
                                                                                      checkpoint_seed=2)}),
        View("Training", (training,),
             ([wordmap("map", "target_position", "source_position", "weight", title="The map of one sentence",
                       row_title="French, fed", column_title="English, read", words="edges", left=3.6, top=2.2,
                       step="step", plays=True, height=320),
               curve("accuracy", "step", title="200 unseen sentences", x_title="step t", y_title="share right",
                     split="metric", order=("sentences", "articles", "alignment"), dash="", y_domain=(0, 1),
                     until="until", whole_x=True)],
              [curve("loss", "step", title="Loss", x_title="step t", y_title="nats a word", split="", dash="",
                     include=(0, 3.5), until="until", whole_x=True, wide=True)]),
             look="Nobody shows an alignment, yet bright pixels move where the grammar has them. *Steps shown* goes "
                  "back.",
             presets={"Too few steps": training.Params(steps=100),
                      "Context both ways": training.Params(encoder="bigru"),
                      "Surprise: no mistake, yet a tenth or more looks elsewhere": training.Params(steps=500)}),
        View("Rows", (rows,),
             ([wordmap("shades", "strip", "key", "value", title="One row, on two scales of grey",
                       column_title="source word", words="edges"),
               curve("entropy", "lead", title="Entropy of the row", x_title="lead d of the best scores", y_title="nats",
                     heads="now", include=(0, 1))],),
             look="A row shares out 1. **(d)** White: one word has it all; grey: m words have 1/m each, on a scale "
                  "that stays.",
             presets={"(b) One white pixel": rows.Params(lead=12.0),
                      "(c) Three grey ones": rows.Params(lead=12.0, ties=3),
                      "True zeros": rows.Params(normalization="sparsemax"),
                      "Surprise: all equal, painted white": rows.Params(ties=10)}),
        View("Scaling", (scaling,),
             ([wordmap("weights", "strip", "key", "value", title="One row of weights", column_title="key",
                       words="edges"),
               curve("effective", "dimension", title="Keys in a row", x_title="length d", y_title="exp of the entropy",
                     split="scores", order=("q·k", "q·k / √d"), dash="", log_x=True, heads="now"),
               curve("variance", "dimension", title="Variance of the scores", x_title="length d", y_title="variance",
                     split="scores", order=("q·k", "q·k / √d"), log_x=True, log_y=True)],),
             look="Lengthen the keys: without the root one pixel takes all and the slope goes to 0; with it the row "
                  "stays.",
             presets={"Long keys": scaling.Params(dimension=1024), "Short keys": scaling.Params(dimension=4)}),
        View("Identifiability", (identifiability,),
             ([wordmap("rows", "strip", "key", "value", title="Two rows", column_title="source word", words="edges"),
               bars("output", "unit", "value", title="One output", value_title="Σ αⱼ vⱼ", category_title="unit",
                    split="which", order=("attention", "alternative"), stacked=False, text="words",
                    room=0.15)],),
             look="Two rows of one sum and one output: the map does not say which. Longer values leave less room "
                  "for another.",
             presets={"As far as it goes": identifiability.Params(strength=1.0),
                      "The output says it all": identifiability.Params(value_size=8)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
