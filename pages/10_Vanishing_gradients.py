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
    card=Card("Thirty ReLU layers as PyTorch draws them: the first ones get nothing.",
              deep_net.Params(activation="relu", initialization="torch_default"),
              curve("layers", "layer", title="Gradient, backward", x_title="layer l", y_title="‖∂L/∂zₗ‖", log_y=True,
                    where="datum.quantity == 'delta_norm'")),
    claims=CLAIMS,
    views=(
        View("Deep net", (deep_net,),
             ([by_layer("activation_std", "Activations, forward", "std of hₗ", include=(0.1, 10)),
               by_layer("delta_norm", "Gradient, backward", "‖∂L/∂zₗ‖", include=(0.1, 10)),
               by_layer("weight_gradient_norm", "What the weights get", "‖∂L/∂Wₗ‖", include=(0.1, 10))],),
             presets={"ReLU is not enough": deep_net.Params(activation="relu", initialization="torch_default"),
                      "He": deep_net.Params(activation="relu", initialization="he"),
                      "Surprise: batch norm explodes": deep_net.Params(depth=50, activation="relu", initialization="he",
                                                                       normalization="batch", width=128),
                      "Residual after batch norm": deep_net.Params(depth=50, activation="relu", initialization="he",
                                                                   normalization="batch", residual="on", width=128)}),
        View("Chain", (chain,),
             ([chained("activation", "Activation of each layer", "|hₗ|", kinds=("measured", "theory", "sheet")),
               chained("delta", "Gradient at each layer", "|∂L/∂zₗ|", kinds=("measured", "theory", "sheet"))],
              [chained("weight_gradient", "What each weight gets", "|∂L/∂wₗ|"),
               bars("decades", "source", title="Powers of ten, by where they come from",
                    value_title="log₁₀ of the product", categories=("weights", "slopes", "loss"), include=(0,))]),
             presets={"Weights of 1: the sigmoid alone": chain.Params(weight=1.0),
                      "Twenty layers": chain.Params(depth=20),
                      "ReLU with w = 5": chain.Params(depth=20, weight=5.0, activation="relu"),
                      "Surprise: tanh with w = 5 vanishes": chain.Params(depth=20, weight=5.0, activation="tanh")}),
        View("Remedies", (remedies,),
             ([curve("loss", "step", title="Loss", x_title="step t", y_title="cross entropy L (nats)", split="",
                     dash="", heads="now", include=(0, 0.8), until="until"),
               curve("accuracy", "step", title="Accuracy on the points trained on", x_title="step t",
                     y_title="share right", kinds=("measured", "chance"), include=(0.4, 1))],
              [curve("gradients", "layer", title="Gradient of each layer now", x_title="layer l",
                     y_title="‖∂L/∂Wₗ‖ before clipping", split="", dash="", log_y=True, include=(1e-4, 1),
                     points=True, whole_x=True, marks="marks"),
               field("boundary", "x1", "x2", "value", title="What the network answers", x_title="x₁", y_title="x₂",
                     plays=True, value_title="P(class 1)", diverging=True, middle=0.5, domain=(0, 1), dots="points",
                     split="label")]),
             presets={"He, clipped: learns": remedies.Params(initialization="he", clip_norm=0.3),
                      "tanh and Xavier, clipped: learns": remedies.Params(activation="tanh", initialization="xavier",
                                                                          clip_norm=0.3),
                      "Scaled residuals: learn": remedies.Params(residual="scaled"),
                      "Surprise: Adam hides it": remedies.Params(initialization="xavier", optimizer="adam",
                                                                 learning_rate=0.003, steps=60)}),
        View("Phase map", (phase_map,),
             ([field("map", "weight_scale", "bias_scale", "chi", title="Factor on the squared gradient, a layer",
                     x_title="weight scale", y_title="bias scale", value_title="χ", lines="critical", points="point",
                     diverging=True, middle=1, domain=(0, 2), tap=True)],),
             presets={"On the edge": phase_map.Params(bias_scale=0.0),
                      "Chaos": phase_map.Params(weight_scale=2.5),
                      "ReLU: one critical weight scale": phase_map.Params(activation="relu", weight_scale=2**0.5)}),
        View("Recurrent", (recurrent,),
             ([field("map", "weight", "bias", "loss", title="The loss has a cliff", x_title="recurrent weight w",
                     y_title="bias b", value_title="E", trail="path", split="kind", order=("raw", "clipped"), tap=True,
                     points="start", window=((-0.0625, 8.0625), (-4.05, 2.05))),
               curve("path", "step", "gradient_norm", title="Length of the gradient on the way", x_title="step t",
                     y_title="‖∇E‖ before clipping", order=("raw", "clipped"), dash="", log_y=True,
                     where="datum.gradient_norm !== 0", marks="marks")],),
             presets={"A small weight: no cliff": recurrent.Params(weight=2.0),
                      "Clipping off": recurrent.Params(clip_norm="off"),
                      "With momentum": recurrent.Params(momentum=0.9)}),
    ))

if __name__ == "__main__":
    from ui import show_topic

    show_topic(TOPIC)
