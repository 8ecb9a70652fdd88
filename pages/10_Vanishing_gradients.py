"""Vanishing gradients: views, charts and presets. The words stand in `10_Vanishing_gradients.md`."""
from dlcore.charts import bars, curve, field
from dlcore.topic import Card, Topic, View, words_beside
from dlcore.topics.gradients import chain, deep_net, phase_map, recurrent, remedies
from dlcore.topics.gradients._claims import CLAIMS


def by_layer(quantity: str, title: str, y_title: str, value: str = "value", **more) -> str:
    return curve("layers", "layer", value, title=title, x_title="layer l", y_title=y_title, log_y=True, marks="marks",
                 whole_x=True, where=f"datum.quantity == '{quantity}'", **more)


def chained(quantity: str, title: str, y_title: str, **more) -> str:
    return by_layer(quantity, title, y_title, "magnitude", points=True, **more)


TOPIC = Topic(
    words_beside(__file__),
    card=Card("Thirty ReLU layers with PyTorch's initialization: next to no gradient reaches the first ones.",
              deep_net.Params(activation="relu", initialization="torch_default"),
              curve("layers", "layer", title="Gradient going back", x_title="layer l", y_title="‖∂L/∂zₗ‖", log_y=True,
                    where="datum.quantity == 'delta_norm'")),
    claims=CLAIMS,
    views=(
        View("Deep net", (deep_net,),
             ([by_layer("activation_std", "Activations, going forward", "std of hₗ", include=(0.1, 10)),
               by_layer("delta_norm", "Gradient, going back", "‖∂L/∂zₗ‖", include=(0.1, 10)),
               by_layer("weight_gradient_norm", "Gradient of the weights", "‖∂L/∂Wₗ‖", include=(0.1, 10))],),
             presets={"PyTorch's default": deep_net.Params(initialization="torch_default"),
                      "He initialization": deep_net.Params(initialization="he"),
                      "Batch norm, 50 layers": deep_net.Params(depth=50, initialization="he", normalization="batch",
                                                               width=128),
                      "Batch norm with skip connections": deep_net.Params(depth=50, initialization="he", width=128,
                                                                          normalization="batch", residual="on")}),
        View("Chain", (chain,),
             ([chained("activation", "Activation of each layer", "|hₗ|", kinds=("measured", "theory", "sheet")),
               chained("delta", "Gradient at each layer", "|∂L/∂zₗ|", kinds=("measured", "theory", "sheet"))],
              [chained("weight_gradient", "Gradient of each weight", "|∂L/∂wₗ|"),
               bars("decades", "source", title="Powers of ten in ∂L/∂x, by their cause",
                    value_title="log₁₀ of the product", categories=("weights", "slopes", "loss"), include=(0,))]),
             presets={"Weights of 1: only the sigmoid": chain.Params(weight=1.0),
                      "Twenty layers": chain.Params(depth=20),
                      "ReLU with w = 5": chain.Params(depth=20, weight=5.0, activation="relu"),
                      "tanh with w = 5": chain.Params(depth=20, weight=5.0, activation="tanh")}),
        View("Remedies", (remedies,),
             ([curve("accuracy", "step", title="Accuracy on the training points", x_title="update",
                     y_title="fraction correct", kinds=("measured", "chance"), include=(0.4, 1)),
               curve("gradients", "layer", title="Gradient of each layer now", x_title="layer l",
                     y_title="‖∂L/∂Wₗ‖ before clipping", split="", dash="", log_y=True, include=(1e-4, 1),
                     points=True, whole_x=True, marks="marks")],
              [curve("loss", "step", title="Loss", x_title="update", y_title="cross entropy L (nats)", split="",
                     dash="", heads="now", include=(0, 0.8), until="until"),
               field("boundary", "x1", "x2", "value", title="Prediction (dots: points, by class)",
                     x_title="x₁", y_title="x₂", plays=True, value_title="P(class 1)", diverging=True, middle=0.5,
                     domain=(0, 1), dots="points", split="label")]),
             presets={"He, clipped: learns": remedies.Params(initialization="he", clip_norm=0.3),
                      "tanh and Xavier, clipped: learns": remedies.Params(activation="tanh", initialization="xavier",
                                                                          clip_norm=0.3),
                      "Scaled skip connections: learn": remedies.Params(residual="scaled"),
                      "Adam hides the problem": remedies.Params(initialization="xavier", optimizer="adam",
                                                                learning_rate=0.003, steps=60)}),
        View("Phase map", (phase_map,),
             ([field("map", "weight_scale", "bias_scale", "chi", title="χ: factor on the squared gradient, per layer",
                     x_title="weight scale", y_title="bias scale", value_title="χ", lines="critical", points="point",
                     diverging=True, middle=1, domain=(0, 2), tap=True)],),
             presets={"On the line": phase_map.Params(bias_scale=0.0),
                      "Chaos: large weights": phase_map.Params(weight_scale=2.5),
                      "ReLU on its line": phase_map.Params(activation="relu", weight_scale=2**0.5)}),
        View("Recurrent", (recurrent,),
             ([field("map", "weight", "bias", "loss", title="The loss has a cliff (lines: two descents)",
                     x_title="recurrent weight w", y_title="bias b", value_title="E", trail="path", split="kind",
                     order=("raw", "clipped"), tap=True, points="start",
                     window=((-0.0625, 8.0625), (-4.05, 2.05))),
               curve("path", "step", "gradient_norm", title="Norm of the gradient on the way", x_title="update",
                     y_title="‖∇E‖ before clipping", order=("raw", "clipped"), dash="", log_y=True,
                     where="datum.gradient_norm !== 0", marks="marks")],),
             presets={"A small weight: no cliff": recurrent.Params(weight=2.0),
                      "Clipping off": recurrent.Params(clip_norm="off"),
                      "With momentum": recurrent.Params(momentum=0.9)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
