"""Two moons, or points of the reader's own, and the grid on which a network's answer is drawn."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import torch
from torch import Tensor

from dlcore.data import two_moons
from dlcore.own.points import own_points
from dlcore.seeds import generator
from dlcore.tables import table

GRID = torch.cartesian_prod(torch.linspace(-3, 3, 20), torch.linspace(-2, 2, 20))  # (400, 2)
GRID_X1, GRID_X2 = GRID.T.contiguous().numpy()


@lru_cache(maxsize=100)  # every seed
def moons(seed: int) -> tuple[Tensor, Tensor, pd.DataFrame, torch.Generator]:
    """Points, their classes, both as a table, and the generator that drew them: clone it."""
    rng = generator(seed)
    x, label = two_moons(200, 0.1, rng)  # (N, 2), (N,)
    x /= x.std()  # the laws of initialization are for inputs of variance 1
    return x, label, table(x1=x[:, 0].numpy(), x2=x[:, 1].numpy(), label=label.int().numpy()), rng


def points_of(own: str, seed: int) -> tuple[Tensor, Tensor, pd.DataFrame, torch.Generator]:
    """What `moons` gives; with points of the reader's own, of which nothing is kept, the weights' generator is new."""
    if not own:
        return moons(seed)
    x, label = own_points(own)
    return x, label, table(x1=x[:, 0].numpy(), x2=x[:, 1].numpy(), label=label.int().numpy()), generator(seed)
