"""What the answer sheet says about backward(), line by line."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd

from dlcore.claims import Claim
from dlcore.topics.autodiff import sweeps, tape, vector_jacobian

GRIEWANK = "Griewank & Walther, Evaluating Derivatives, 2008"
DOCUMENTED = "PyTorch documentation of torch.autograd.backward"
RANDOM = vector_jacobian.Params(seed_vector="random")
ROWS = tuple(vector_jacobian.Params(index=i) for i in range(1, 5))  # every output of the default, one at a time


def hand_sweep(forward: tape.Result, backward: tape.Result) -> float:
    """Largest gap between the adjoints of `backward` and those worked out from the tape of `forward`."""
    nodes = backward.nodes[backward.nodes.step == backward.nodes.step.max()].set_index("node")
    adjoint = {"y": 1.0}
    for node in reversed(nodes.index.tolist()):
        uses = forward.edges[forward.edges.source == node]
        adjoint[node] = sum((adjoint[use.target] * json.loads(use.local_derivative) for use in uses.itertuples()),
                            start=adjoint.get(node, 0.0))
    return max(abs(adjoint[node] - json.loads(text)) for node, text in nodes.adjoint.items())


def flops(result: sweeps.Result, mode: str) -> float:
    """Counted FLOPs of one way to a derivative."""
    rows = result.cost[(result.cost["mode"] == mode) & (result.cost.quantity == "flops")]
    return float(rows.value[rows.kind != "theory"].iloc[0])


def back_over_forward_mode(result: sweeps.Result) -> float:
    """FLOPs of all derivatives going back, over going forward."""
    return flops(result, "jacobian_reverse") / flops(result, "jacobian_forward")


def jacobian_over_pass(result: sweeps.Result) -> float:
    """FLOPs of all derivatives of all outputs, in forward passes."""
    return flops(result, "jacobian_reverse") / flops(result, "forward")


def gradients_in_the_jacobian(result: sweeps.Result) -> float:
    """Bytes that were allocated for the Jacobian, in units of those for one gradient."""
    held = result.cost[(result.cost.quantity == "bytes") & (result.cost.kind == "measured")].set_index("mode").value
    return float(held["jacobian_reverse"] / held["vjp"])


def gradient(result: vector_jacobian.Result) -> pd.Series:
    """What backward() left in x.grad."""
    return result.product.value[result.product.kind == "autograd"].reset_index(drop=True)


def rescued(result: vector_jacobian.Result) -> float:
    """Calls that are accepted with gradient=v, less those that are accepted without."""
    verdict = result.calls.set_index("call").verdict
    return float((verdict["y.backward(gradient=v)"] == "accepted") - int(verdict["y.backward()"] == "accepted"))


def gap(one: vector_jacobian.Result, other: vector_jacobian.Result) -> float:
    """Largest difference of two gradients."""
    return float((gradient(one) - gradient(other)).abs().max())


def left_over(whole: vector_jacobian.Result, *rows: vector_jacobian.Result) -> float:
    """Largest difference between one gradient and the sum of several."""
    return float((gradient(whole) - sum(gradient(row) for row in rows)).abs().max())


CLAIMS = (
    Claim("4-1", "Backpropagation essentially combines the forward pass and AD on the computational graph.", "true",
          "Backpropagation is reverse-mode AD of one number. The forward pass records the values; each adjoint is the "
          "sum of adjoint times local derivative over the operations that used the node, at those very values.",
          GRIEWANK, (tape.Params(), tape.Params()), "largest gap between backward() and a sweep over the recorded tape",
          hand_sweep, 0.0, 1e-12, "the values of the same forward pass", (tape.Params(x2=1.0), tape.Params())),
    Claim("4-2", "In reverse-mode AD, we trace the computation backwards to calculate the gradients with respect to "
          "each parameter.", "true",
          "One sweep back gives the derivative of one number in every parameter. Going forward, each parameter takes a "
          "sweep of its own, 2,113 in the case that decides it.", GRIEWANK,
          sweeps.Params(outputs=1), "FLOPs of all derivatives going back, over going forward", back_over_forward_mode,
          0.0, 2e-3, "a single output to trace back from", sweeps.Params(outputs=256)),
    Claim("4-3", "The reason PyTorch demands the loss tensor to be a scalar in order to perform backpropagation",
          "false",
          "Only backward() without an argument demands it, and what it demands is one real element: shape (1, 1, 1) "
          "passes. y.backward(gradient=v) takes any shape. For a single number the seed is 1 without a choice; for "
          "several, torch will not guess their weights.", DOCUMENTED,
          vector_jacobian.Params(), "calls accepted with gradient=v less those accepted without", rescued, 1, 1,
          "more than one element in y", vector_jacobian.Params(outputs=1)),
    Claim("4-4", "backpropagation (using the chain rule) needs a single value to compute how each parameter "
          "contributes to the loss", "true under conditions",
          "It needs one weight for each output. With them, y.backward(gradient=v) is the gradient of the single value "
          "Σ vᵢyᵢ, which nobody has to build; a mean divides v by m.", DOCUMENTED,
          (RANDOM, replace(RANDOM, reduction="sum")),
          "largest difference between backward(gradient=v) and (v·y).sum().backward()", gap, 0.0, 1e-12,
          "the same weights v in both",
          (RANDOM, replace(RANDOM, reduction="mean"))),
    Claim("4-5", "in order to take a gradient, the derivative must be with respect to a single value", "false",
          "It is the derivative of a single value with respect to many: that is what makes it a vector. The derivative "
          "of many values is the Jacobian.", GRIEWANK,
          vector_jacobian.Params(), "variables in which one sweep differentiates",
          lambda result: (gradient(result) != 0).sum(), 2, float("inf"), "more than one input",
          vector_jacobian.Params(inputs=1)),
    Claim("4-6", "If the output were not scalar, PyTorch would need to store gradients for every output", "false",
          "backward(gradient=v) holds one gradient, whatever the number of outputs, and takes the FLOPs of a scalar "
          "loss: the rows of the Jacobian are mixed on the way and never formed.", GRIEWANK,
          (vector_jacobian.Params(seed_vector="ones"), *ROWS),
          "largest difference between the one gradient for v = 1 and the sum of the four rows", left_over, 0.0, 1e-12,
          "a v that mixes all outputs at once", (vector_jacobian.Params(), *ROWS)),
    Claim("4-7", "(then the Jacobian-vector product would be computed)", "note",
          "What reverse mode computes is vᵀJ, the vector-Jacobian product, for scalars as for vectors; J u, the "
          "Jacobian-vector product, is forward mode. PyTorch's own pages use the second name loosely."),
    Claim("4-8", "which is computationally expensive and impractical", "true under conditions",
          "The full Jacobian takes m sweeps and m·P numbers: 1,024 outputs of a million parameters fill 4.1 GB. With "
          "few outputs, few inputs (forward mode) or a v it is cheap. In the case that decides, 64 "
          "outputs take the memory of 64 gradients.", GRIEWANK,
          sweeps.Params(inputs=256, outputs=64, hidden_size=64), "memory of the Jacobian, in gradients",
          gradients_in_the_jacobian, 16, float("inf"), "the number of outputs",
          sweeps.Params(inputs=256, outputs=1, hidden_size=64)),
    Claim("4-9", "By demanding the output to a scalar, PyTorch simplifies the gradient computation, allowing it to "
          "efficiently compute the gradient of each parameter with respect to that loss.", "true",
          "For one number, all gradients cost a small multiple of the forward pass, however many parameters there are: "
          "at most 2 forward passes for a network of matrix products, when the sweep does not go into the data.",
          "Baur & Strassen 1983; " + GRIEWANK,
          sweeps.Params(inputs=256, outputs=1, hidden_size=256), "FLOPs of all derivatives, in forward passes",
          jacobian_over_pass, 0.5, 2.0, "a single output", sweeps.Params(inputs=256, outputs=256, hidden_size=256)),
)
