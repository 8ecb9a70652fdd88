r"""Why do gradients vanish or explode?

Going back through a layer multiplies the gradient by $W^\top \mathrm{diag}\,\varphi'(z)$.
**Drag depth**: thirty factors a little below one leave nothing, a little above one far too much.
"""
from dlcore.charts import curve
from dlcore.topics.gradients import deep_net
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
