"""Train a translator on random sentences, and grade it on sentences that it has not seen.

    python -m dlcore.topics.attention._train

makes the 24 checkpoints of the package anew: three encoders, eight seeds, about four minutes.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.lr_scheduler import OneCycleLR

from dlcore.seeds import generator
from dlcore.topics.attention._grammar import ARTICLE_WORDS, PAD, draw, unseen, write
from dlcore.topics.attention._model import CHECKPOINTS, ENCODERS, Translator, checkpoint, new
from dlcore.training import Step, descend, last

BATCH = 64
GROUP = 3  # batches whose sentences are sorted by length together
CLIP_NORM = 1.0
UNSEEN = 200
SEEDS = range(8)
STEPS = 500  # of the checkpoints


def fit(encoder: str, learning_rate: float, steps: int, seed: int) -> Iterator[tuple[Step, Translator, Tensor]]:
    """The state at every step, the translator (one object, always the newest), and unseen sentences.

    Cross entropy of the right next word, Adam, and a step size that rises and falls once (OneCycleLR).
    """
    rng = generator(seed)
    lesson = draw((steps + 1) * BATCH, rng)  # (sentences, 10)
    exam = unseen(UNSEEN, lesson, rng)
    net = new(encoder, rng)
    optimizer = torch.optim.Adam(net.parameters(), learning_rate, fused=True)
    schedule = OneCycleLR(optimizer, learning_rate, total_steps=steps + 1, cycle_momentum=False)
    batches = by_length(*write(lesson)[:2], rng)

    def loss() -> Tensor:
        source, target = next(batches)
        logits, _ = net(source, target)  # (B, T, words)
        return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PAD)

    for now in descend(optimizer, loss, steps, CLIP_NORM):
        if now.step:
            schedule.step()
        yield now, net, exam


def by_length(source: Tensor, target: Tensor, rng: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches (B, S), (B, T) of sentences of about one length, cut to the longest, in random order.

    The decoder takes no step that is padding for the whole batch. GROUP batches are sorted together: few, so that no
    batch holds long sentences alone. Source: Bahdanau, Cho & Bengio 2015, who sort 20.
    """
    for english, french in zip(source.split(GROUP * BATCH), target.split(GROUP * BATCH), strict=True):
        batches = (french != PAD).sum(1).argsort(stable=True).split(BATCH)
        for batch in torch.randperm(len(batches), generator=rng).tolist():
            yield tuple(words[:, (words != PAD).any(0)] for words in (english[batches[batch]], french[batches[batch]]))


def grade(net: Translator, choices: Tensor) -> dict[str, float]:
    """Shares of whole sentences right, of articles right, and of brightest pixels on a word that is aligned."""
    source, target, gold = write(choices)
    logits, rows = net.translate(source)
    said, real = logits.argmax(2), target != PAD  # (N, T)
    right = said == target
    brightest = gold.gather(2, rows.argmax(2, keepdim=True)).squeeze(2)  # (N, T)
    return {"sentences": (right | ~real).all(1).double().mean().item(),
            "articles": right[torch.isin(target, ARTICLE_WORDS)].double().mean().item(),
            "alignment": brightest[real].double().mean().item()}


def main() -> None:
    """Train and store all checkpoints, in half precision."""
    CHECKPOINTS.mkdir(exist_ok=True)
    for encoder in ENCODERS:
        for seed in SEEDS:
            _, net, exam = last(fit(encoder, 0.004, STEPS, seed))
            torch.save({name: weight.half() for name, weight in net.state_dict().items()}, checkpoint(encoder, seed))
            print(encoder, seed, grade(net, exam), f"{checkpoint(encoder, seed).stat().st_size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
