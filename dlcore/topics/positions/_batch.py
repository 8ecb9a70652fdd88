"""Attention, RNN and GRU, many of each at once: every weight and every state begins with the dimension M of models."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

WIDTH = 16
Weights = dict[str, Tensor]


def fan_in(*shape: int, rng: Generator) -> Tensor:
    """Uniform within ±1/√d, as PyTorch draws what d units send; `down`, which 2d send, gets the same range."""
    return (2 * torch.rand(shape, generator=rng) - 1) / math.sqrt(WIDTH)


def draw_weights(model: str, vocabulary: int, classes: int, n_seeds: int, rngs: Sequence[Generator]) -> Weights:
    """`n_seeds` networks from each stream; the half without positions and the half with them begin alike.

    Shapes: (2S, n_in, n_out), (2S, 1, n), where S counts the networks of all streams.
    """
    sizes = {"attention": {"qkv": (WIDTH, 3 * WIDTH), "merge": (WIDTH, WIDTH), "up": (WIDTH, 2 * WIDTH),
                           "down": (2 * WIDTH, WIDTH)},
             "rnn": {"inward": (WIDTH, WIDTH), "back": (WIDTH, WIDTH)},
             "gru": {"inward": (WIDTH, 3 * WIDTH), "back": (WIDTH, 3 * WIDTH)}}[model] | {"read": (WIDTH, classes)}

    def drawn(rng: Generator) -> Weights:
        weights = {"embedding": torch.randn(n_seeds, vocabulary, WIDTH, generator=rng)}
        for name, size in sizes.items():
            weights[name] = fan_in(n_seeds, *size, rng=rng)
            weights[f"{name}_bias"] = fan_in(n_seeds, 1, size[1], rng=rng)
        return weights

    streams = [drawn(rng) for rng in rngs]
    return {name: torch.cat([one[name] for one in streams]).repeat(2, 1, 1).requires_grad_() for name in streams[0]}


def enter(w: Weights, tokens: Tensor, code: Tensor) -> Tensor:
    """Embed tokens (S, N, T), once without and once with the code (T, d) added. Shape: (2S, N, T, d)."""
    vocabulary, (seeds, count, length) = w["embedding"].shape[1], tokens.shape
    one_hot = F.one_hot(tokens, vocabulary).float().flatten(1, 2).repeat(2, 1, 1)  # (2S, N T, V)
    x = torch.bmm(one_hot, w["embedding"]).view(2, seeds, count, length, WIDTH)
    said = torch.stack([torch.zeros_like(code), code]).view(2, 1, 1, length, WIDTH)
    return (x + said).flatten(0, 1)


def linear(w: Weights, name: str, x: Tensor) -> Tensor:
    """x W + b for every model. Shapes: (M, n, n_in) to (M, n, n_out)."""
    return torch.baddbmm(w[f"{name}_bias"], x, w[name])


def attention(w: Weights, x: Tensor) -> Tensor:
    """One unmasked head and two layers of ReLU, each added to what comes in; then the mean over tokens: (M, N, d)."""
    models, count, length, _ = x.shape
    x = x.flatten(1, 2)  # (M, N T, d)
    q, k, v = linear(w, "qkv", x).view(models * count, 1, length, 3 * WIDTH).chunk(3, dim=-1)
    seen = F.scaled_dot_product_attention(q, k, v).reshape(x.shape)
    x = x + linear(w, "merge", seen)
    x = x + linear(w, "down", torch.relu(linear(w, "up", x)))
    return x.view(models, count, length, WIDTH).mean(2)


def inward(w: Weights, x: Tensor, bias: Tensor) -> Tensor:
    """W_ih x_t + b_ih + b at all times. Shapes: x (M, N, T, d), bias (M, 1, n); (M, T, N, n)."""
    models, count, length, _ = x.shape
    x = x.permute(0, 2, 1, 3).reshape(models, length * count, WIDTH)
    return torch.baddbmm(w["inward_bias"] + bias, x, w["inward"]).view(models, length, count, -1)


def rnn(w: Weights, x: Tensor) -> Tensor:
    """h ← tanh(W_ih x_t + W_hh h + b), as `nn.RNN`; the last state: (M, N, d)."""
    h = x.new_zeros(*x.shape[:2], WIDTH)
    for now in inward(w, x, w["back_bias"]).unbind(1):
        h = torch.tanh(torch.baddbmm(now, h, w["back"]))
    return h


def gru(w: Weights, x: Tensor) -> Tensor:
    """Reset gate, update gate, candidate, as `nn.GRU`; the last state: (M, N, d).

    Only the candidate's b_hh is inside the reset: all else is added for all times at once.
    """
    h, sizes = x.new_zeros(*x.shape[:2], WIDTH), (2 * WIDTH, WIDTH)
    (back, back_new), (bias, bias_new) = (w[name].split(sizes, -1) for name in ("back", "back_bias"))
    gates, news = inward(w, x, F.pad(bias, (0, WIDTH))).split(sizes, -1)
    for now, new in zip(gates.unbind(1), news.unbind(1), strict=True):
        reset, keep = torch.sigmoid(torch.baddbmm(now, h, back)).chunk(2, -1)
        h = torch.lerp(torch.tanh(torch.addcmul(new, reset, torch.baddbmm(bias_new, h, back_new))), h, keep)
    return h


MODELS: dict[str, Callable[[Weights, Tensor], Tensor]] = {"attention": attention, "rnn": rnn, "gru": gru}


def logits(model: str, w: Weights, tokens: Tensor, code: Tensor) -> Tensor:
    """What each model answers for its own sequences. Shape: (2S, N, classes)."""
    return linear(w, "read", MODELS[model](w, enter(w, tokens, code)))
