"""Vanishing gradients: views, charts and presets. The words stand in `10_Vanishing_gradients.md`."""
from dlcore.charts import (
    KIND,
    By,
    Chart,
    axis,
    bars,
    broad,
    by,
    cells,
    chart,
    diverging,
    guessed,
    heads,
    law,
    line,
    log,
    map_lines,
    names,
    notes,
    places,
    reach,
    rows,
    sequential,
    specks,
    trail,
)
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.gradients import chain, deep_net, phase_map, recurrent, remedies
from dlcore.topics.gradients._claims import CLAIMS

PATHS, CHANCE, LOSS = by("kind", "raw", "clipped"), by("kind", "measured", "chance"), sequential(0, 0.49)
DEEP = {"depth": 50, "initialization": "he", "normalization": "batch", "width": 128}
SHEET = by("kind", "measured", "theory", "sheet").reading(
    {"measured": "PyTorch", "theory": "chain rule", "sheet": "answer sheet"})


def by_layer(quantity: str, title: str, y_title: str) -> Chart:
    return chart(title, axis("layer", "layer l", whole=True), log("value", y_title, include=(0.1, 10)),
                 line(rows("layers", quantity=quantity)), notes(rows("marks", quantity=quantity)))


def chained(name: str, title: str, y_title: str, kinds: By = KIND) -> Chart:
    return chart(title, axis("layer", "layer l", whole=True), log("magnitude", y_title),
                 broad(rows("layers", quantity=name, kind="theory"), kinds), notes(rows("marks", quantity=name)),
                 line(rows("layers", "datum.kind !== 'theory'", quantity=name), kinds, kinds, points=True))


TOPIC = Topic(
    words_beside(__file__),
    card=Card("Thirty ReLU layers with PyTorch's initialization: next to no gradient reaches the first ones.",
              deep_net.Params(activation="relu", initialization="torch_default"),
              chart("Gradient going back", axis("layer", "layer l"), log("value", "‖∂L/∂zₗ‖"),
                    line(rows("layers", quantity="delta_norm")))),
    claims=CLAIMS,
    views=(
        View("Deep net", (deep_net,),
             ([by_layer("activation_std", "Activations h, going forward →", "standard deviation"),
               by_layer("delta_norm", "← Gradient ∂L/∂z, going back", "norm"),
               by_layer("weight_gradient_norm", "Gradient ∂L/∂W: the product", "norm")],),
             presets={"PyTorch's default": deep_net.Params(initialization="torch_default"),
                      "He initialization: scale √2": deep_net.Params(initialization="he"),
                      "Batch norm, 50 layers": deep_net.Params(**DEEP),
                      "Batch norm with skip connections": deep_net.Params(**DEEP, residual="on")}),
        View("Chain", (chain,),
             ([chained("delta", "Gradient ∂L/∂z at each layer", "size", SHEET),
               chart("Powers of ten that each brings into ∂L/∂x", axis("value", "log₁₀ of the product", include=(0,)),
                     names("source", "", "weights", "slopes", "loss"), bars("decades"))],
              [chained("weight_gradient", "Gradient ∂L/∂w of each weight", "size"),
               chained("activation", "Activation h of each layer", "size", SHEET)]),
             presets={"Weights of 1: only the sigmoid": chain.Params(weight=1.0),
                      "Twenty layers": chain.Params(depth=20),
                      "ReLU with w = 5": chain.Params(depth=20, weight=5.0, activation="relu"),
                      "tanh with w = 5": chain.Params(depth=20, weight=5.0, activation="tanh")}),
        View("Remedies", (remedies,),
             ([chart("Accuracy on the training points", axis("step", "update"),
                     axis("value", "fraction correct", include=(0.4, 1)),
                     broad(rows("accuracy", kind="chance"), CHANCE),
                     line(rows("accuracy", kind="measured"), CHANCE, None), guessed("accuracy")),
               chart("Gradient ∂L/∂W of each layer now", axis("layer", "layer l", whole=True),
                     log("value", "norm", include=(0.0001, 1)), line("gradients", None, None, points=True),
                     notes("marks"), guessed("first_layer_gradient", "last_layer_gradient"))],
              [chart("Loss", axis("step", "update"), axis("value", "cross entropy L (nats)", include=(0, 0.8)),
                     line("loss", None, None), heads("now"), reach("until"), guessed("loss")),
               chart("Prediction (dots: points, by class)", axis("x1", "x₁"), axis("x2", "x₂"),
                     cells("boundary", "value", diverging(0, 1, middle=0.5), "P(class 1)", plays=True),
                     specks("points", "label", diverging(0, 1, middle=0.5)))]),
             presets={"He weights, clipped: learns": remedies.Params(initialization="he", clip_norm=0.3),
                      "tanh, Xavier weights, clipped: learns": remedies.Params(
                          activation="tanh", initialization="xavier", clip_norm=0.3),
                      "Skip connections (residual): learn": remedies.Params(residual="scaled"),
                      "Adam enlarges tiny gradients": remedies.Params(initialization="xavier", optimizer="adam",
                                                                learning_rate=0.003, steps=60)}),
        View("Phase map", (phase_map,),
             ([chart("χ: factor on the squared gradient, per layer",
                     axis("weight_scale", "weight scale σ_w", include=(0,)), axis("bias_scale", "bias scale σ_b"),
                     cells("map", "chi", diverging(0, 2, middle=1), "χ", taps=True), map_lines("critical"),
                     map_lines("phases"), places("point"))],),
             presets={"On the line": phase_map.Params(bias_scale=0.0),
                      "Large weights: it explodes": phase_map.Params(weight_scale=2.5),
                      "ReLU on its line": phase_map.Params(activation="relu", weight_scale=2**0.5)}),
        View("Recurrent", (recurrent,),
             ([chart("Color: loss E (lines: two descents)",
                     axis("weight", "weight w", domain=(-0.0625, 8.0625)), axis("bias", "bias b", domain=(-4.05, 2.05)),
                     cells("map", "loss", LOSS, "E", taps=True), trail("path", PATHS), map_lines("frame")),
               chart("The framed square, magnified", axis("weight", "weight w"), axis("bias", "bias b"),
                     cells("near", "loss", LOSS), places("start", beside=True), trail("near_path", PATHS))],
              [chart("Norm of the gradient before clipping (dashed: c)", axis("step", "update"),
                     log("gradient_norm", "norm of ∇E"), law("limit", PATHS),
                     *(line(rows("path", "datum.gradient_norm !== 0", kind=kind), PATHS, None)
                       for kind in ("clipped", "raw")), notes("marks"))]),
             presets={"A small weight: no cliff": recurrent.Params(weight=2.0),
                      "Clipping off": recurrent.Params(clip_norm="off"),
                      "With momentum": recurrent.Params(momentum=0.9)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
