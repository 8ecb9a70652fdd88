"""The parts that all topics share, each against torch itself or against its promise."""

import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import torch
from torch import nn

from dlcore.claims import Claim
from dlcore.data import two_moons
from dlcore.models import build
from dlcore.outcome import outcome
from dlcore.params import Ranged, choice, flag, number, values
from dlcore.seeds import generator
from dlcore.tables import summary
from dlcore.training import descend


@dataclass(frozen=True)
class Params(Ranged):
    depth: int = number(3, 1, 9, 1, "Number of layers")
    rate: float = number(0.5, 0, 1, 0.1, "Size of a step")
    clip: float | str = choice("off", ("off", 0.1, 1.0), "Largest norm")
    skip: bool = flag(False, "Add the input")


LAYERS = {"linear": lambda: nn.Linear(5, 3), "conv": lambda: nn.Conv2d(2, 3, 3), "gru": lambda: nn.GRU(4, 3, 2),
          "lstm": lambda: nn.LSTM(4, 3, bidirectional=True), "embedding": lambda: nn.Embedding(6, 4),
          "norms": lambda: nn.Sequential(nn.BatchNorm1d(3), nn.LayerNorm(4)),
          "net": lambda: nn.Sequential(nn.Conv1d(1, 2, 3), nn.ReLU(), nn.Linear(4, 4, bias=False))}


@pytest.mark.parametrize("layer", LAYERS)
def test_built_modules_are_those_that_torch_builds_itself(layer):
    with torch.random.fork_rng():
        torch.random.default_generator.manual_seed(7)
        expected = LAYERS[layer]().state_dict()
    built = build(LAYERS[layer], generator(7)).state_dict()
    assert built.keys() == expected.keys()
    assert all(torch.equal(built[name], expected[name]) for name in built)


def test_a_layer_of_unknown_default_is_refused_by_name():
    with pytest.raises(TypeError, match="Bilinear"):
        build(lambda: nn.Bilinear(2, 2, 2), generator(0))


def test_a_range_is_refused_with_field_range_and_value():
    with pytest.raises(ValueError, match="^depth must be between 1 and 9.*, got 10$"):
        Params(depth=10)
    with pytest.raises(ValueError, match="^rate must be between 0.0 and 1.0, got nan$"):
        Params(rate=float("nan"))
    with pytest.raises(ValueError, match="^clip must be one of off, 0.1, 1.0, got True$"):
        Params(clip=True)
    with pytest.raises(ValueError, match="^depth must be .*, got 2.5$"):
        Params(depth=2.5)


def test_values_are_held_as_they_were_declared():
    params = Params(rate=1, clip=1)
    assert (type(params.rate), type(params.clip)) == (float, float) and params == Params(rate=1.0, clip=1.0)
    assert list(values(params).values()) == [3, 1.0, 1.0, False]


def test_descent_takes_the_steps_of_the_optimizer():
    start = torch.tensor([2.0, -1.0])
    ours, theirs = (start.clone().requires_grad_() for _ in range(2))
    seen = [s.loss for s in descend(torch.optim.SGD([ours], 0.1, momentum=0.9), lambda: (ours**2).sum(), 5)]
    optimizer = torch.optim.SGD([theirs], 0.1, momentum=0.9)
    for loss in seen[:5]:
        optimizer.zero_grad()
        value = (theirs**2).sum()
        value.backward()
        assert value.item() == loss
        optimizer.step()
    assert len(seen) == 6 and torch.equal(ours, theirs)


def test_descent_clips_the_step_and_shows_the_raw_gradient():
    weight = torch.tensor([3.0, 4.0]).requires_grad_()
    first, *_ = descend(torch.optim.SGD([weight], 1.0), lambda: (weight**2).sum() / 2, 1, clip_norm=1.0)
    assert first.gradient_norm == pytest.approx(5)
    assert (weight - torch.tensor([3.0, 4.0])).norm().item() == pytest.approx(1, rel=1e-5)


def test_descent_stops_where_it_is_no_longer_finite():
    weight = torch.tensor(1.0, requires_grad=True)
    steps = list(descend(torch.optim.SGD([weight], 1e20), lambda: weight**4, 100))
    assert 0 < len(steps) < 100


def test_two_moons_are_two_and_each_has_half():
    x, label = two_moons(200, 0.0, generator(0))
    assert x.shape == (200, 2) and label.sum() == 100
    assert x.mean(0).abs().max() < 0.2


def warn(text):
    warnings.warn(text, UserWarning, stacklevel=1)
    return text


def test_an_outcome_says_what_was_returned_raised_or_warned():
    assert outcome(lambda: 3) == "returned 3"
    assert outcome(lambda: torch.ones(2, 3) @ torch.ones(2)).startswith("RuntimeError: ")
    assert outcome(lambda: warn("careful")) == "UserWarning: careful\nreturned 'careful'"


def test_outcomes_of_many_threads_do_not_mix():
    texts = [str(i) for i in range(300)]
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda text: outcome(lambda: warn(text)), texts))
    assert said == [f"UserWarning: {text}\nreturned {text!r}" for text in texts]


def test_a_verdict_without_a_measurement_is_refused():
    with pytest.raises(ValueError, match="claim 9-9 needs"):
        Claim("9-9", "words", "false", "what is the case")
    with pytest.raises(ValueError, match="verdict must be one of"):
        Claim("9-9", "words", "perhaps", "what is the case")


def test_a_thread_of_its_own_computes_alone():
    """MKL would take every core in a new thread, whatever torch was told in the first one."""
    def spent():
        a, whole, own = torch.rand(300, 300), time.process_time(), time.thread_time()
        for _ in range(200):
            a @ a
        return (time.process_time() - whole) / (time.thread_time() - own)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(spent).result() < 1.3


def test_a_summary_without_numbers_has_the_types_of_one_with_them():
    none, some = summary(()), summary([("steps", 3, ""), ("loss", 0.5, "nats")])
    assert none.dtypes.equals(some.dtypes) and none.empty and some.value.tolist() == [3.0, 0.5]
