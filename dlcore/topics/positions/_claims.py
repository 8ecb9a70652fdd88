"""What the answer sheet says about positions in RNNs and transformers, and the runs that decide it."""

from __future__ import annotations

from typing import Any

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.positions import shuffle, tasks

MIDDLE = tasks.Params(length=8, steps=100)  # asks for a place, and stops before a GRU has learned to count to it
ORDER = tasks.Params(task="order", length=10, steps=50)  # needs the order only


def gap(result: Any) -> float:
    """How far a shuffle moves the outputs."""
    return number_of(result, "equivariance_gap")


def positions_act(result: Any) -> float:
    """How far positions move the outputs of an RNN; nothing, if they did otherwise than a bias that moves."""
    rows = result.summary.set_index("quantity").value
    return float(rows["constant_bias_gap"]) if rows.get("moving_bias_gap", 1.0) < 1e-12 else 0.0


def gain(result: Any) -> float:
    """What positions bring the GRU, in accuracy."""
    return number_of(result, "gru_with") - number_of(result, "gru_without")


def cost_at_length(result: Any) -> float:
    """What positions cost the RNN, in accuracy, at eight times the length it was trained at."""
    rows = result.extrapolation[result.extrapolation.length == result.extrapolation.length.max()]
    share = rows.set_index(["model", "position"]).value
    return float(share["rnn", "without"] - share["rnn", "with"])


CLAIMS = (
    Claim("6a-1", "No, it's not directly possible to add positional embeddings in the same way they are used in "
          "transformers when using an RNN model.", "false",
          "The same x_t + p_t goes into an RNN and trains. It is exactly an RNN whose bias moves with the time, "
          "b_t = b + W p_t: run by hand, the two agree up to rounding. The positions act: with a constant bias the "
          "outputs would be others.", "linear algebra; Morita 2024",
          shuffle.Params(model="rnn", position="add"), "largest difference from the same RNN with a constant bias",
          positions_act, 0.05, 2.0,
          "the positions added to the input", shuffle.Params(model="rnn")),
    Claim("6a-2", "In transformers, positional embeddings are added to the input sequence to provide the model with "
          "information about the position of each token in the sequence.", "true under conditions",
          "They were in the first one. Rotary positions add nothing: they turn queries and keys, and the shuffle is "
          "noticed all the same. Relative positions and ALiBi act on the scores.",
          "Vaswani et al. 2017; Shaw et al. 2018; Su et al. 2021; Press et al. 2022",
          shuffle.Params(position="rotary"), "equivariance gap though nothing is added to the input", gap, 0.01, 10,
          "the rotation of queries and keys", shuffle.Params()),
    Claim("6a-3", "This is crucial for transformers, as they process the input sequence in parallel and do not have an "
          "inherent notion of sequence order.", "true under conditions",
          "Without a mask: then f(Px) = P f(x). The reason is this symmetry, not the parallel work, for a convolution "
          "is parallel too. From two causal layers on the last token knows the order without any positions.",
          "Lee et al. 2019; Haviv et al. 2022",
          shuffle.Params(mask="causal"), "change of the last token's output when those before it are shuffled",
          lambda r: number_of(r, "last_token_gap"), 0.001, 10,
          "the second causal layer", shuffle.Params(mask="causal", depth=1)),
    Claim("6a-4", "RNNs, on the other hand, process the input sequence sequentially, one token at a time. This means "
          "that the RNN already has an implicit understanding of the sequence order.", "true",
          "Shuffled tokens lead it elsewhere, with random weights already: its outputs move by tenths, while those "
          "of attention only change places.", "measured here",
          shuffle.Params(model="rnn"), "equivariance gap without positions", gap, 0.1, 2,
          "the recurrence", shuffle.Params()),
    Claim("6a-5", "As a result, adding positional embeddings to an RNN would be redundant", "true under conditions",
          "For the order alone it is: a GRU tells it without positions as well as with them. It is not where a place "
          "is asked for: after the same 100 steps a GRU with positions nearly always reports the middle one of 8 "
          "tokens, one without in about three of ten cases. It could learn to count to it; positions save it that.",
          "measured here; Morita 2024",
          ORDER, "the fraction correct that positions bring a GRU", gain, -0.1, 0.1,
          "that the order alone is asked for", MIDDLE, seeds=8),
    Claim("6a-6", "and could potentially introduce noise into the model.", "true under conditions",
          "Sines are no noise: they are the same each time. But they can do harm at lengths never seen: an RNN that "
          "tells the order of two among 10 tokens still does so among 80, and with positions falls to little more than "
          "a half, which is chance.",
          "measured here",
          ORDER, "the fraction correct that positions cost an RNN at 8 times the length",
          cost_at_length, 0.25, 0.6,
          "a question that the RNN answers at any length without positions", MIDDLE, seeds=8),
    Claim("6b-1", "While RNNs inherently understand sequence order, adding positional embeddings can still be "
          "beneficial for long sequences or tasks where explicit positional information is crucial.", "true",
          "It is so, and limits the sheet's own part (a), where they are redundant without a condition: after the same "
          "100 steps a GRU nearly always reports the middle one of 8 tokens with positions, in about three of ten "
          "cases without; the order it learns anyhow.",
          "measured here; Morita 2024",
          MIDDLE, "the fraction correct that positions bring a GRU", gain, 0.35, 1.0,
          "a task that asks for a place", ORDER, seeds=8),
    Claim("6b-2", "This can be achieved by directly concatenating positional embeddings with the input", "true",
          "W_x x + W_p p: an RNN whose bias moves with the time, b_t = b + W_p p_t. With W_p = W_x that is addition, "
          "so what can be concatenated can also be added.", "linear algebra",
          shuffle.Params(model="rnn", position="concat"), "largest difference from the same RNN with a constant bias",
          positions_act, 0.05, 2.0,
          "the concatenated positions", shuffle.Params(model="rnn")),
    Claim("6b-3", "or modifying the RNN architecture to incorporate attention mechanisms, positional encoding,",
          "true under conditions",
          "Attention over the states of an RNN is possible, but brings no position of its own: alone it is blind to "
          "order. Only the positional encoding in this list is one.", "Bahdanau et al. 2015",
          shuffle.Params(), "equivariance gap of attention alone", gap, 0.0, 1e-12,
          "that no position is given", shuffle.Params(position="add")),
    Claim("6b-4", "or using specialized units like GRUs or LSTMs.", "true under conditions",
          "Gates hold no code of the position; they are there for a long memory, and help where that is what lacks. "
          "They do not stand in for positions: after 100 steps without any, a GRU reports the middle one of 8 tokens "
          "in about three of ten cases, no more often than the counts of the tokens alone allow, and no more often "
          "than a plain RNN, which has no gates. The order alone it tells without them.",
          "Hochreiter & Schmidhuber 1997; Cho et al. 2014; measured here",
          MIDDLE, "the fraction correct of a GRU without positions", lambda r: number_of(r, "gru_without"), 0.1, 0.5,
          "that a place is asked for", ORDER, seeds=8),
    Claim("6b-5", "The choice of whether to use positional embeddings and which adaptation to choose depends on the "
          "specific task and the desired trade-off between computational cost and performance.", "true",
          "The task decides: positions bring much for a place, nothing for the order. Sines cost one addition a "
          "feature, so there is little to trade.", "measured here",
          (MIDDLE, ORDER), "what positions bring a GRU in the first task, less what they bring in the second",
          lambda one, other: gain(one) - gain(other), 0.35, 1.1,
          "the difference between the tasks", (ORDER, ORDER), seeds=8),
)
