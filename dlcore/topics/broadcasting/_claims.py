"""What the answer sheet says about the kernel as large as the image, line by line."""

from __future__ import annotations

import numpy as np

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.broadcasting import full_kernel, shapes

BROADCASTING = "The broadcasting rules of NumPy and PyTorch"
CHAIN_RULE = "The chain rule; Rumelhart, Hinton & Williams 1986"


def picture(result: full_kernel.Result, name: str) -> np.ndarray:
    """The pixels of one picture, row by row."""
    return result.images.value[result.images.name == name].to_numpy()


def last_loss(result: full_kernel.Result) -> float:
    """The measured loss after the last step."""
    return result.loss.value[result.loss.kind == "measured"].iloc[-1]


def relative_gap(result: full_kernel.Result) -> float:
    """Length of the difference of sheet and autograd, over the length of the true gradient."""
    true, sheet = picture(result, "gradient"), picture(result, "sheet_gradient")
    return float(((sheet - true) ** 2).sum() ** 0.5 / (true**2).sum() ** 0.5)


def factor_twice(result: full_kernel.Result) -> float:
    """The same for the true gradient with ∂ŷ/∂W = X multiplied in once more."""
    true, image = picture(result, "gradient"), picture(result, "image")
    return float(((true * image - true) ** 2).sum() ** 0.5 / (true**2).sum() ** 0.5)


def sum_of_products(result: full_kernel.Result) -> float:
    """|prediction − Σ W X|, both after the last step."""
    return float(abs(number_of(result, "prediction") - picture(result, "kernel") @ picture(result, "image")))


def share_of_the_sum(result: full_kernel.Result) -> float:
    """The last loss over Σ (ŷ − y)² of the last prediction."""
    return float(last_loss(result) / ((number_of(result, "prediction") - picture(result, "target")) ** 2).sum())


CLAIMS = (
    Claim("5-1", "First, we can see that the kernel size is 32X32, which means the convolution will cover the entire "
          "image in one step.", "true",
          r"It does for a 32 × 32 image without padding: the output has side $32 + 2 \cdot 0 - 32 + 1 = 1$.",
          BROADCASTING,
          shapes.Params(), "number of predictions a picture", lambda r: number_of(r, "predictions"), 1, 1,
          "a kernel as large as the image", shapes.Params(kernel_size=31)),
    Claim("5-2", "Also, the size of y_hat is [1,1,1](scalar).", "true under conditions",
          "It is for one image without a batch axis; as torch's layers are used, with a batch, it is [B, 1, 1, 1]. "
          "One element on three axes is not yet a scalar, which has no axes, but backward() takes it for one.",
          BROADCASTING,
          shapes.Params(), "number of axes of ŷ, times its number of elements",
          lambda r: number_of(r, "rank") * number_of(r, "predictions"), 3, 3,
          "the image without a batch axis", shapes.Params(batch_size=1)),
    Claim("5-3", "So, when we compute y_hat - y, we use the broadcasting mechanism.", "true",
          "[1, 1, 1] − [32, 32] is [1, 32, 32]: one prediction meets 1,024 targets. Plain subtraction does it without "
          "a warning, mse_loss warns, and the cross entropies raise an error.", BROADCASTING,
          shapes.Params(), "number of targets that one prediction is compared with",
          lambda r: number_of(r, "pairs") / number_of(r, "predictions"), 1024, 1024,
          "a prediction with fewer elements than the target", shapes.Params(kernel_size=1, target="channel")),
    Claim("5-4", r"we can see $y\_hat = \sum_{i,j} W_{i,j} X_{i,j}$, where W is the Kernel and X is the input.",
          "true under conditions",
          "In torch, where a “convolution” does not flip the kernel, it is for one channel and with bias=False. A "
          "Conv2d has a bias unless told otherwise, and several channels are added up, too.",
          "PyTorch's documentation of Conv2d",
          full_kernel.Params(rule="autograd", learning_rate=0.05), "|ŷ − Σ W X| after training", sum_of_products, 0,
          1e-9, "no bias", full_kernel.Params(rule="autograd", learning_rate=0.05, bias=True)),
    Claim("5-5", r"$loss = \sum_{i,j} (y\_hat - y_{i,j})^2$.", "true under conditions",
          r"It is with reduction='sum'. With 'mean', the default of torch's losses, it is $N = 1024$ times smaller, "
          r"and so is the gradient. Its lowest value is not 0 but $N\,\mathrm{Var}(y)$, or $\mathrm{Var}(y)$.",
          "PyTorch's documentation of MSELoss",
          full_kernel.Params(rule="autograd", size=32, steps=5), "loss over Σ (ŷ − y)²", share_of_the_sum, 1 - 1e-9,
          1 + 1e-9, "the sum", full_kernel.Params(rule="autograd", size=32, steps=5, reduction="mean")),
    Claim("5-6", r"$\frac{\partial loss}{\partial W_{i,j}} = \frac{\partial loss}{\partial y\_hat} * "
          r"\frac{\partial y\_hat}{\partial W_{i,j}} * \frac{\partial y\_hat}{\partial W_{i,j}}$", "false",
          r"$\partial \hat y / \partial W_{ij}$ stands there once too often: twice would give $X_{ij}^2$. The sheet "
          "drops the second one in its next step; only an image of zeros and ones would forgive it.", CHAIN_RULE,
          full_kernel.Params(steps=0), "relative error of the gradient with the factor taken twice", factor_twice,
          0.1, 10, "pixels other than 0 and 1", full_kernel.Params(steps=0, image="pixel")),
    Claim("5-7", r"$= 2 * (y\_hat - y_{i,j}) * \frac{\partial y\_hat}{\partial W_{i,j}}$", "false",
          r"$\partial loss / \partial \hat y$ is a sum over all targets, $\sum_{pq} 2(\hat y - y_{pq}) = "
          r"2N(\hat y - \bar y)$; the sheet keeps one of them. On a constant target its gradient points the right way "
          "and is N times too short; only a mean makes up for it.", CHAIN_RULE,
          full_kernel.Params(target="constant"), "length of the sheet's gradient over that of the true one",
          lambda r: number_of(r, "norm_ratio"), 0, 0.5,
          "the sum over all targets", full_kernel.Params(target="constant", reduction="mean")),
    Claim("5-8", r"$2 * (y\_hat - y_{i,j}) * \frac{\partial y\_hat}{\partial W_{i,j}} = "
          r"2 * (y\_hat - y_{i,j}) * X_{i,j}$", "true",
          r"In this step $\partial \hat y / \partial W_{ij} = X_{ij}$, which is right as long as each weight meets one "
          "pixel. A smaller kernel would meet several, and the derivative would be their sum.", CHAIN_RULE,
          shapes.Params(), "number of pixels that a weight meets", lambda r: number_of(r, "pixels_per_weight"), 1, 1,
          "a kernel as large as the image", shapes.Params(kernel_size=31)),
    Claim("5-9", r"$\frac{\partial loss}{\partial W_{i,j}} = … = 2 * (y\_hat - y_{i,j}) * X_{i,j}$", "false",
          r"$i, j$ names the weight and the target at once. The target needs letters of its own: "
          r"$\partial loss / \partial W_{ij} = \sum_{pq} 2(\hat y - y_{pq}) X_{ij} = 2N(\hat y - \bar y) X_{ij}$, so "
          "every weight gets the same error, that of the mean. The sheet is right only for a mean, and where "
          r"$y_{ij} = \bar y$ on every pixel with ink.", CHAIN_RULE,
          full_kernel.Params(reduction="mean", rule="sheet", learning_rate=0.2),
          "length of (sheet − true gradient) over that of the true gradient", relative_gap, 0.1, 1e6,
          "targets that differ from their mean",
          full_kernel.Params(reduction="mean", rule="sheet", learning_rate=0.2, target="constant")),
)
