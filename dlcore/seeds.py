"""The one place that knows of randomness."""

import torch


def generator(seed: int) -> torch.Generator:
    """A fresh stream of random numbers for `seed`: pass it on, never seed globally.

    The server runs every reader in a thread of its own; a global seed would be shared by all of them.
    """
    return torch.Generator().manual_seed(seed)
