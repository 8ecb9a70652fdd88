"""A translator whose decoder sees the source through one row of weights a word, and through nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlcore.models import build
from dlcore.topics.attention._grammar import PAD, SLOTS, SOURCE_WORDS, START, TARGET_WORDS

ENCODERS = ("words", "bigru", "forward_gru")
CHECKPOINTS = Path(__file__).parent / "checkpoints"
SIZE = 48  # of an annotation, a state, a word vector

Rows = Callable[[int, Tensor, Tensor], Tensor]  # (place, weights (B, S), mask (B, S)) -> the weights to use


def softmax(scores: Tensor) -> Tensor:
    """exp(eⱼ) / Σ exp(eₖ) along the last dimension."""
    return scores.softmax(-1)


def sparsemax(scores: Tensor) -> Tensor:
    """The point of the simplex nearest to the scores: max(eⱼ − τ, 0), where τ makes the sum one.

    Source: Martins & Astudillo 2016.
    """
    ordered = scores.sort(-1, descending=True).values
    excess = ordered.cumsum(-1) - 1
    rank = torch.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    support = (rank * ordered > excess).sum(-1, keepdim=True)
    return (scores - excess.gather(-1, support - 1) / support).clamp(min=0)


NORMALIZATIONS = {"softmax": softmax, "sparsemax": sparsemax}


class Words(nn.Module):
    """Annotation = the word's own vector + its place's: no other word is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(len(SOURCE_WORDS), SIZE)
        self.place = nn.Embedding(SLOTS, SIZE)

    def forward(self, source: Tensor) -> Tensor:
        return self.word(source) + self.place.weight[: source.shape[1]]  # (B, S, D)


class Recurrent(nn.Module):
    """Annotation = the state of a GRU at the word, after all words on its left (and, if both, its right)."""

    def __init__(self, both: bool) -> None:
        super().__init__()
        self.word = nn.Embedding(len(SOURCE_WORDS), SIZE)
        self.place = nn.Embedding(SLOTS, SIZE)
        self.right = nn.GRU(SIZE, SIZE // 2 if both else SIZE, batch_first=True)
        self.left = nn.GRU(SIZE, SIZE // 2, batch_first=True) if both else None

    def forward(self, source: Tensor) -> Tensor:
        x = self.word(source) + self.place.weight[: source.shape[1]]  # (B, S, D)
        h = self.right(x)[0]
        if self.left is None:
            return h
        places = (source != PAD).sum(1, keepdim=True) - 1 - torch.arange(source.shape[1])
        back = places.remainder(source.shape[1])[:, :, None]  # the sentence backwards, its padding still last
        reverse = self.left(x.gather(1, back.expand_as(x)))[0]
        return torch.cat([h, reverse.gather(1, back.expand_as(reverse))], dim=2)  # (B, S, D)


class Translator(nn.Module):
    """Encoder, additive attention and a GRU decoder that starts from zero: the rows are its only view.

    Source: Bahdanau, Cho & Bengio 2015.
    """

    def __init__(self, encoder: str) -> None:
        super().__init__()
        self.encoder = Words() if encoder == "words" else Recurrent(both=encoder == "bigru")
        self.word = nn.Embedding(len(TARGET_WORDS), SIZE)
        self.key = nn.Linear(SIZE, SIZE)
        self.query = nn.Linear(SIZE, SIZE, bias=False)
        self.score = nn.Linear(SIZE, 1, bias=False)
        self.cell = nn.GRUCell(2 * SIZE, SIZE)
        self.output = nn.Linear(2 * SIZE, len(TARGET_WORDS))

    def forward(self, source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and rows while the right words are fed: (B, T, words), (B, T, S)."""
        before = torch.cat([torch.full_like(target[:, :1], START), target[:, :-1]], dim=1)
        fed = self.spoken()[before].unbind(1)  # T of (B, 3 D)
        return self.unroll(source, target.shape[1], lambda place, seen: fed[place])

    @torch.no_grad()
    def translate(self, source: Tensor, places: int = SLOTS, rows: Rows | None = None, temperature: float = 1.0,
                  normalization: str = "softmax") -> tuple[Tensor, Tensor]:
        """Logits and rows while the model is fed its own likeliest word: (B, T, words), (B, T, S)."""
        start, words = torch.full_like(source[:, 0], START), self.spoken()
        return self.unroll(source, places, lambda place, seen: words[self.output(seen).argmax(1) if place else start],
                           rows, temperature, normalization)

    def spoken(self) -> Tensor:
        """What each French word, as the word before, says to the gates, in W_ih x + b_ih. Shape: (words, 3 D)."""
        return F.linear(self.word.weight, self.cell.weight_ih[:, :SIZE], self.cell.bias_ih)

    def unroll(self, source: Tensor, places: int, feed: Callable[[int, Tensor], Tensor], rows: Rows | None = None,
               temperature: float = 1.0, normalization: str = "softmax") -> tuple[Tensor, Tensor]:
        """One word after another; `feed` gives what the word before says to the gates, `rows` may replace a row."""
        mask = source != PAD  # (B, S)
        padding = (~mask) * -1e9  # gets a weight of exactly 0
        annotations = self.encoder(source)  # (B, S, D)
        keys, state = self.key(annotations), annotations.new_zeros(len(source), SIZE)
        back, bias = torch.cat([self.query.weight, self.cell.weight_hh]).T, F.pad(self.cell.bias_hh, (SIZE, 0))
        inward, sharp = self.cell.weight_ih[:, SIZE:].T, self.score.weight / temperature
        seen, all_seen, all_rows = torch.cat([state, state], 1), [], []
        for place in range(places):
            query, *kept = torch.addmm(bias, state, back).split((SIZE, 2 * SIZE, SIZE), 1)  # (B, D), (B, 2 D), (B, D)
            scores = F.linear((keys + query[:, None]).tanh_(), sharp).squeeze(2)  # (B, S)
            row = NORMALIZATIONS[normalization](scores + padding)
            row = rows(place, row, mask) if rows else row
            context = torch.bmm(row[:, None], annotations).squeeze(1)  # (B, D)
            into = torch.addmm(feed(place, seen), context, inward).split((2 * SIZE, SIZE), 1)  # (B, 2 D), (B, D)
            reset, keep = torch.sigmoid(into[0] + kept[0]).chunk(2, 1)
            state = torch.lerp(torch.tanh(torch.addcmul(into[1], reset, kept[1])), state, keep)  # as nn.GRUCell
            seen = torch.cat([state, context], dim=1)
            all_seen.append(seen)
            all_rows.append(row)
        return self.output(torch.stack(all_seen, 1)), torch.stack(all_rows, 1)


def new(encoder: str, generator: torch.Generator) -> Translator:
    """An untrained translator; its scores start at 0, so that every row starts uniform."""
    net = build(partial(Translator, encoder), generator)
    nn.init.zeros_(net.score.weight)
    return net


@lru_cache(maxsize=12)
def load(encoder: str, seed: int) -> Translator:
    """A trained translator of the package; float16 on disk, float32 at work."""
    with torch.device("meta"):  # nothing is drawn: the weights come from the file
        net = Translator(encoder)
    state = torch.load(checkpoint(encoder, seed), weights_only=True)
    net.load_state_dict({name: weight.float() for name, weight in state.items()}, assign=True)
    return net.eval().requires_grad_(False)


def checkpoint(encoder: str, seed: int) -> Path:
    """Where the weights of a trained translator lie."""
    return CHECKPOINTS / f"{encoder}_{seed}.pt"
