"""Does the network notice when its tokens are shuffled?

Let P shuffle the tokens. Self-attention obeys f(Px) = P f(x): softmax(PQKᵀPᵀ)PV = P softmax(QKᵀ)V, since PᵀP = 1.
The weights are random: no training can change a theorem.

Source: Vaswani et al. 2017; Lee et al., "Set Transformer", 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.models import build
from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import of_rows, summary
from dlcore.topics.positions._network import Network, by_hand

MOST = 64  # features in the picture
ROUNDING = 1e-10  # what float64 may leave of an exact zero here


@dataclass(frozen=True)
class Params(Ranged):
    model: str = choice("attention", ("attention", "rnn", "gru"), "Attention, or an RNN or GRU, which read in order")
    position: str = choice("none", ("none", "add", "concat", "rotary"), "How p(t) enters; rotary: it turns q and k")
    mask: str = choice("none", ("none", "causal"), "Causal: each token sees only itself and the tokens before it")
    depth: int = number(2, 1, 3, 1, "Number of layers")
    n_heads: int = choice(1, (1, 2, 4), "Attention heads per layer")
    head_size: int = choice(16, (4, 8, 16, 32), "Features per head; of the whole state in an RNN or GRU")
    length: int = number(10, 4, 24, 1, "Number of tokens L", symbol="L")
    seed: int = number(0, 0, 99, 1, "Draws new weights, tokens and a new shuffle P")

    def idle(self) -> set[str]:
        """An RNN has no heads, and sees nothing but the past as it is."""
        return set() if self.model == "attention" else {"mask", "n_heads"}


@dataclass(frozen=True)
class Result:
    """`gap`: token (its place after the shuffle), feature, value: |f(Px) − P f(x)|, the first 64 features.

    `outputs`: token, feature, value, way: these outputs themselves, P f(x) and f(Px).
    `tokens`: order (given, shuffled), position, token, row (0 given, 1 shuffled).
    `letters`: row, position, text, inside (always): the tokens by name. `summary`: quantity, value, unit.
    """

    gap: Annotated[pd.DataFrame, "token", "feature", "value"]
    outputs: Annotated[pd.DataFrame, "token", "feature", "value", "way"]
    tokens: Annotated[pd.DataFrame, "order", "position", "token", "row"]
    letters: Annotated[pd.DataFrame, "row", "position", "text", "inside"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@torch.no_grad()
def run(params: Params) -> Result:
    """Shuffle before the network, shuffle after it, and compare."""
    rng = generator(params.seed)
    width = params.head_size * (params.n_heads if params.model == "attention" else 1)
    x = torch.randn(params.length, width, generator=rng, dtype=torch.float64)  # (T, d)
    whole = shuffled(params.length, rng)  # (T)
    prefix = torch.cat([shuffled(params.length - 1, rng), torch.tensor([params.length - 1])])  # the last one stays
    net = build(lambda: Network(params.model, params.position, width, params.depth, params.n_heads,
                                params.mask == "causal").double(), rng)
    before, after, moved = net(x), net(x[whole]), net(x[prefix])  # (T, d) each
    gap = (after - before[whole]).abs()  # (T, d)
    numbers = {"equivariance_gap": gap.max(),
               "pooled_gap": (after.mean(0) - before.mean(0)).abs().max(),
               "last_token_gap": (moved[-1] - before[-1]).abs().max()}
    if params.model == "rnn":  # beside the same RNN by hand, whose bias is constant, or moves as the positions say
        numbers["constant_bias_gap"] = (by_hand(net, x, moving=False) - before).abs().max()
        if params.position in ("add", "concat"):
            numbers["moving_bias_gap"] = (by_hand(net, x, moving=True) - before).abs().max()
    numbers = {name: float(value) for name, value in numbers.items()}
    return Result(
        gap=image(gap),
        outputs=pd.concat([image(before[whole]).assign(way="P f(x)"), image(after).assign(way="f(Px)")]),
        tokens=of_rows("order position token row", orders(whole)),
        letters=of_rows("row position text inside", ((row, place, named(token), True)
                                                     for _, place, token, row in orders(whole))),
        summary=summary((name, value, "(rounding)" if 0 < value < ROUNDING else "") for name, value in numbers.items()),
        sentence=sentence(params, width, whole.tolist(), numbers))


def image(values: Tensor) -> pd.DataFrame:
    """A matrix (T, d) as rows of a table: its first 64 features."""
    seen = values[:, :MOST]
    token, feature = torch.meshgrid(*(torch.arange(n) for n in seen.shape), indexing="ij")
    return pd.DataFrame({"token": token.flatten().numpy(), "feature": feature.flatten().numpy(),
                         "value": seen.flatten().numpy()})


def shuffled(count: int, rng: torch.Generator) -> Tensor:
    """An order of `count` tokens in which not all stay where they are."""
    order = torch.randperm(count, generator=rng)
    return order.roll(1) if torch.equal(order, torch.arange(count)) else order


def orders(whole: Tensor) -> list[tuple[str, int, int, int]]:
    """Which token lies where, before and after."""
    return [(order, place, token, row) for row, (order, tokens) in
            enumerate([("given", range(len(whole))), ("shuffled", whole.tolist())])
            for place, token in enumerate(tokens)]


def named(token: int) -> str:
    """A token by its letter."""
    return chr(ord("A") + token)


def sentence(params: Params, width: int, whole: list[int], numbers: dict[str, float]) -> str:
    """What the shuffle is, and who noticed it."""
    given, moved = ("".join(map(named, tokens)) for tokens in (range(len(whole)), whole))
    gap, last = numbers["equivariance_gap"], numbers["last_token_gap"]
    who = {"attention": "Attention", "rnn": "The RNN", "gru": "The GRU"}[params.model]
    seen = (f"{who} does not notice the shuffle: f(Px) and P f(x) differ by {plain(gap)}, a rounding error"
            if gap < ROUNDING else f"{who} notices the shuffle: f(Px) and P f(x) differ by up to {plain(gap)}")
    tail = ("does not change" if last < ROUNDING else f"changes by up to {plain(last)}")
    tail = f" If only the tokens before the last one are shuffled, the last output {tail}."
    tail = tail if params.model == "attention" and params.mask == "causal" else ""
    idle = "" if params.model == "attention" else " Mask and heads have no effect on it" + (
        ", and rotary positions turn its input." if params.position == "rotary" else ".")
    twin = (f" An RNN without positions whose bias moves with the time, b + W p(t), gives the same outputs up to "
            f"{plain(numbers['moving_bias_gap'])}; with a constant bias they would differ by up to "
            f"{plain(numbers['constant_bias_gap'])}.") if "moving_bias_gap" in numbers else ""
    cut = f" The maps show the first {MOST} of {width} features." if width > MOST else ""
    return f"Here P makes {moved} out of {given}. {seen}.{tail}{idle}{twin}{cut}"
