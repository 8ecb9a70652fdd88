r"""Why do gradients vanish or explode?

Going back through a layer multiplies the gradient by $W^\top \mathrm{diag}\,\varphi'(z)$.
**Drag depth**: thirty factors a little below one leave nothing, a little above one far too much.
"""
from dlcore.charts import curve, field
from dlcore.topics.gradients import deep_net, remedies
from ui import open_page, panel

open_page(__doc__)


def by_layer(quantity: str, title: str, y_title: str) -> str:
    return curve("layers", "layer", title=title, x_title="layer l", y_title=y_title, log_y=True, include=(0.1, 10),
                 where=f"datum.quantity == '{quantity}'", marks="marks")


panel(
    deep_net,
    [by_layer("activation_std", "Activations, forward", "std of hₗ"),
     by_layer("delta_norm", "Gradient, backward", "‖∂L/∂zₗ‖"),
     by_layer("weight_gradient_norm", "What the weights get", "‖∂L/∂Wₗ‖")],
    presets={"ReLU is not enough": deep_net.Params(activation="relu", initialization="torch_default"),
             "Batch norm explodes": deep_net.Params(depth=50, activation="relu", initialization="he",
                                                    normalization="batch", width=128)},
)

panel(
    remedies,
    [curve("loss", "step", title="Loss", x_title="step t", y_title="cross entropy", split="", dash="", include=(0, 0.8)),
     curve("accuracy", "step", title="Accuracy", x_title="step t", y_title="share right", kinds=("measured", "chance"),
           include=(0.4, 1))],
    [curve("gradients", "layer", title="Gradient of each layer now", x_title="layer l", y_title="‖∂L/∂Wₗ‖", split="",
           dash="", log_y=True, include=(1e-4, 1)),
     field("boundary", "x1", "x2", "value", title="What the network answers", x_title="x₁", y_title="x₂",
           value_title="P(class 1)", diverging=True, middle=0.5, domain=(0, 1))],
    presets={"ReLU, PyTorch's default": remedies.Params(), "He": remedies.Params(initialization="he"),
             "tanh and Xavier": remedies.Params(activation="tanh", initialization="xavier")},
)
