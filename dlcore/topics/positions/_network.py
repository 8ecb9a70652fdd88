"""The networks of the shuffle test: random weights, float64, one sequence x (T, d)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlcore.topics.positions._encoding import rotate, sinusoidal

RECURRENT = {"rnn": nn.RNN, "gru": nn.GRU}


class Block(nn.Module):
    """Self-attention and two layers of ReLU, each added to what comes in."""

    def __init__(self, width: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.split, self.merge = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor, causal: bool, rotary: bool) -> Tensor:
        q, k, v = (part.unflatten(1, (self.n_heads, -1)).transpose(0, 1)  # (H, T, d/H)
                   for part in self.split(self.norms[0](x)).chunk(3, dim=1))
        if rotary:
            where = torch.arange(len(x))
            q, k = rotate(q, where), rotate(k, where)
        heads = F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=causal)[0]  # (H, T, d/H)
        x = x + self.merge(heads.transpose(0, 1).flatten(1))
        return x + self.mlp(self.norms[1](x))


class Network(nn.Module):
    """Tokens in, one vector a token out; `position` says how the places enter."""

    def __init__(self, model: str, position: str, width: int, depth: int, n_heads: int, causal: bool) -> None:
        super().__init__()
        self.position, self.causal = position, causal
        self.embed = nn.Linear(width, width, bias=False)
        self.place = nn.Linear(width, width, bias=False)  # concatenation: [W_x W_p] times (x, p)
        self.recurrent = RECURRENT[model](width, width, num_layers=depth) if model in RECURRENT else None
        self.blocks = nn.ModuleList([] if self.recurrent else [Block(width, n_heads) for _ in range(depth)])

    def forward(self, x: Tensor) -> Tensor:
        x = self.enter(x)  # (T, d)
        if self.recurrent:
            return self.recurrent(x)[0]
        for block in self.blocks:
            x = block(x, self.causal, self.position == "rotary")
        return x

    def enter(self, x: Tensor) -> Tensor:
        """Let the position in. Shape: (T, d)."""
        where = torch.arange(len(x))
        code = sinusoidal(where, x.shape[1])
        if self.position == "add":
            return self.embed(x + code)
        if self.position == "concat":
            return self.embed(x) + self.place(code)
        if self.position == "rotary" and self.recurrent:
            return rotate(self.embed(x), where)
        return self.embed(x)


def by_hand(net: Network, x: Tensor, moving: bool) -> Tensor:
    """A tanh RNN with the weights of `net` that is never given a position.

    Its bias is constant, or moves with the time instead: b_t = b + W p_t.
    """
    rnn, code = net.recurrent, sinusoidal(torch.arange(len(x)), x.shape[1])
    assert rnn is not None  # no other network can be written down so
    place = net.place if net.position == "concat" else net.embed  # W_p, which is W_x where positions are added
    seen, offset = x @ net.embed.weight.T, code @ place.weight.T  # (T, d), (T, d)
    for layer in range(rnn.num_layers):
        inward, back, *biases = (getattr(rnn, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih",
                                                                              "bias_hh"))
        bias = sum(biases) + (offset @ inward.T if moving and layer == 0 else torch.zeros_like(offset))  # b_t: (T, d)
        h, states = torch.zeros(rnn.hidden_size, dtype=x.dtype), []
        for now, b in zip(seen @ inward.T, bias, strict=True):
            h = torch.tanh(now + back @ h + b)
            states.append(h)
        seen = torch.stack(states)
    return seen
