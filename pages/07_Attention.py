"""Attention: views, charts and presets. The words stand in `07_Attention.md`."""
from dlcore.charts import (
    KIND,
    around,
    axis,
    bare,
    bars,
    broad,
    by,
    chart,
    dots,
    frame,
    greys,
    guessed,
    heads,
    line,
    log,
    margin,
    names,
    reach,
)
from dlcore.charts import (
    rows as rows_of,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.attention import identifiability, rows, scaling, training, translator
from dlcore.topics.attention._claims import CLAIMS

SCORES = by("scores", "q·k", "q·k / √d")
SCALED = by("scaled", "no", "yes").reading({"no": "q·k", "yes": "q·k / √d"})
RUNS = by("run", "as trained", "intervened").reading({"intervened": "with the changed row"})
SHARES = by("metric", "sentences", "articles", "alignment").reading(
    {"sentences": "sentences right", "articles": "articles right", "alignment": "brightest pixel fits"})

TOPIC = Topic(
    words_beside(__file__),
    card=Card("A trained translator's map: adjectives change places, and “la” looks at two words.",
              translator.Params(),
              chart("Where each French word looks", bare("source_position", "English"),
                    bare("target_position", "French"), greys("map", "weight", ("target", "source")))),
    claims=CLAIMS,
    views=(
        View("Translator", (translator,),
             ([chart("Attention weights: 0 black, 1 white", bare("source_position", "English word"),
                     bare("target_position", "French word"),
                     greys("map", "weight", ("target", "source"), taps=True), margin(3.6, 2.2), frame("picked"),
                     around("edges"), tall=True),
               chart("Its translation, and how sure it is",
                     axis("probability", "probability", include=(0, 1), ticks=(0, 0.5, 1)),
                     names("position", "place of the word"),
                     bars("translation", RUNS, grouped=True, text="words", room=0.7),
                     guessed("word_probability", along="x"), tall=True)],
              [chart("How many words a row spreads over",
                     axis("effective_words", "e^H (H: entropy of the row)", include=(0, 3)),
                     names("target_position", "row"), bars("rows", text="words", room=0.45),
                     guessed("effective_words", along="x")),
               chart("Total weight on each English word", axis("column_sum", "sum of the column", include=(0, 2)),
                     names("source_position", "column"), bars("columns", text="words", room=0.45))]),
             presets={"“zone” looks at one word": translator.Params(target_position=2),
                      "“la” forced onto “the”": translator.Params(intervention="one_hot"),
                      "The same, but “the” knows the sentence": translator.Params(
                          encoder="bigru", intervention="one_hot"),
                      "Another network, another word": translator.Params(encoder="bigru", checkpoint_seed=2)}),
        View("Training", (training,),
             ([chart("Attention weights: 0 black, 1 white", bare("source_position", "English word"),
                     bare("target_position", "French word"), greys("map", "weight", plays=True, step="step"),
                     margin(3.6, 2.2), around("edges"), tall=True),
               chart("Shares in 200 new sentences", axis("step", "training step", whole=True),
                     axis("value", "share", domain=(0, 1)), line("accuracy", SHARES, None), reach("until"),
                     guessed("sentences", "articles", "alignment", percent=True))],
              [chart("Loss", axis("step", "training step", whole=True),
                     axis("value", "−ln p of the word", include=(0, 3.5)), line("loss", None, None), reach("until"),
                     guessed("loss"))]),
             presets={"Stop after 100 steps": training.Params(steps=100),
                      "An encoder that reads the whole sentence": training.Params(encoder="bigru"),
                      "500 steps": training.Params(steps=500)}),
        View("Rows", (rows,),
             ([chart("One row, on two gray scales", bare("key", "English word"), bare("strip"),
                     greys("shades", "value"), around("edges")),
               chart("Words that share the row (dot: as shown)", axis("lead", "lead d"),
                     axis("words", "number of words", include=(0, 1)), broad(rows_of("entropy", kind="theory"), KIND),
                     line(rows_of("entropy", kind="measured")), heads("now", KIND), guessed("effective_words"))],),
             presets={"One white pixel, as in (b)": rows.Params(lead=12.0),
                      "Three gray pixels, as in (c)": rows.Params(lead=12.0, ties=3),
                      "Exact zeros": rows.Params(normalization="sparsemax"),
                      "All equal, yet painted white": rows.Params(ties=10)}),
        View("Scaling", (scaling,),
             ([chart("The weights of one row", axis("key", "key", whole=True, include=(0,)),
                     axis("value", "weight", domain=(-0.04, 1.04), ticks=(0, 0.5, 1)),
                     dots("weights", SCALED, size=90)),
               chart("Keys that share a row", log("dimension", "dimension d"),
                     axis("value", "number of keys", include=(0,)), line("effective", SCORES, None),
                     heads("now", SCORES), guessed("effective_words_unscaled", "effective_words_scaled")),
               chart("Variance of the scores (pale: law)", log("dimension", "dimension d"), log("value", "variance"),
                     broad(rows_of("variance", kind="theory"), SCORES),
                     line(rows_of("variance", kind="measured"), SCORES, None), heads("now_variance", SCORES),
                     guessed("score_variance", "scaled_variance"))],),
             presets={"Long vectors: d = 1024": scaling.Params(dimension=1024),
                      "Short vectors: d = 4": scaling.Params(dimension=4)}),
        View("Identifiability", (identifiability,),
             ([chart("Two rows of weights", bare("key", "English word"), bare("strip"), greys("rows", "value"),
                     around("edges")),
               chart("The outputs of both rows", axis("value", "output Σ αⱼ vⱼ"), names("unit", "entry of the output"),
                     bars("output", by("which", "attention", "alternative"), grouped=True, text="words", room=0.15))],),
             presets={"Halfway": identifiability.Params(strength=0.5),
                      "Long vectors: no other row": identifiability.Params(value_size=8)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
