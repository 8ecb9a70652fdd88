"""What the answer sheet says about universal approximation, and the runs that decide it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.approximation import activations, memorization, polynomial, sawtooth, training

SAWTOOTH = training.Params(folds=4, width=16, depth=1, learning_rate=0.03, steps=200)
TENT = training.Params(folds=1, width=16, depth=1, learning_rate=0.03, steps=200)
THREE_LAYERS = training.Params(folds=1, width=16, depth=3, steps=200)
WITHOUT_BIASES = activations.Params(target="sine", activation="relu", width=512, bias=False)


def sizes(result: sawtooth.Result, quantity: str) -> pd.Series:
    """What each net has of it."""
    return result.size[result.size.quantity == quantity].set_index("network").value


def times_as_many(result: sawtooth.Result, quantity: str) -> float:
    """What the smallest exact shallow net has of it, in units of what the deep net has."""
    size = sizes(result, quantity)
    return float(size["shallow_exact"] / size["deep"])


def learned_with_few_pieces(result: training.Result | sawtooth.Result) -> bool:
    """Whether a net is its target and has no more pieces than neurons: trained, or with weights set by hand."""
    if isinstance(result, sawtooth.Result):  # the deep net there is exact
        return bool(sizes(result, "pieces")["deep"] <= sizes(result, "neurons")["deep"])
    few = number_of(result, "pieces") <= THREE_LAYERS.width * THREE_LAYERS.depth
    return few and number_of(result, "rms_error") < 0.1


def tuned(case: training.Params) -> tuple[training.Params, ...]:
    """The case at three learning rates."""
    return tuple(replace(case, learning_rate=rate) for rate in (0.003, 0.01, 0.03))


CLAIMS = (
    Claim("1a-1", "regardless of the choice of non-linear activation function … even with a single hidden layer "
                  "between the input and output neurons, the network can learn to represent any target function",
          "false",
          "With one hidden layer the activation decides: sums of φ(wx + b) come close to every continuous function on "
          "a compact set exactly if φ is not a polynomial. Squares stay 0.0722 from |x| at every width; ReLU does not.",
          "Leshno, Lin, Pinkus & Schocken 1993",
          activations.Params(activation="square", width=512), "rms error of 512 square units on |x|",
          lambda r: number_of(r, "rms_error"), 0.0721, 0.0723,
          "the polynomial activation", activations.Params(activation="relu", width=512)),
    Claim("1a-2", "it is always possible to construct a neural network with L > 1 layer that can approximate any "
                  "continuous function", "true under conditions",
          "With as many layers as it takes, yes, and then even for polynomial activations (φ must not be affine, and "
          "must have a continuous derivative that is not zero somewhere). Three layers of one square unit are the "
          "Chebyshev polynomial of degree 8; no single layer of squares gets closer to it than 1.",
          "Kidger & Lyons 2020",
          polynomial.Params(depth=3), "largest error of one layer of squares less that of the deep net",
          lambda r: number_of(r, "shallow_largest_error") - number_of(r, "deep_largest_error"), 0.9, 1.5,
          "the depth", polynomial.Params(depth=1)),
    Claim("1a-3", "can approximate any continuous function up to any specified precision", "true under conditions",
          "With biases, and on a compact set. Without biases 512 ReLUs miss sin 2πx on [−1, 1] by 1.12, with them by "
          "0.007. Outside the interval nothing is promised: that good net is off by 6.85 on [−3, 3], since far out a "
          "ReLU net is a straight line.",
          "Cybenko 1989; Hornik 1991",
          WITHOUT_BIASES, "largest error of 512 ReLUs without biases on sin 2πx",
          lambda r: number_of(r, "largest_error"),
          1.0, float("inf"), "the missing biases", replace(WITHOUT_BIASES, bias=True)),
    Claim("1a-4", "even with a single hidden layer between the input and output neurons, the network can learn to "
                  "represent any target function", "false",
          "The theorem says that good weights exist, not that they are learned. Sixteen ReLUs in one layer can be the "
          "sawtooth with 16 pieces exactly; trained by Adam they stay about as far from it as the constant ½ "
          "(0.29, the median of eight starts), in 200 steps as in 3,000.",
          "Cybenko 1989 (existence); Telgarsky 2015 (the sawtooth)",
          SAWTOOTH, "rms error of the trained net that could be exact",
          lambda r: number_of(r, "rms_error"), 0.2, 0.35,
          "the number of folds", TENT, seeds=8),
    Claim("1a-5", "according to the UAT, a sufficiently wide single-layer MLP (with enough neurons) is capable of "
                  "achieving optimal error (precision of 100%) on any dataset … provided the network is properly tuned",
          "false",
          "Wide nets fit training points whose inputs differ: n points in d dimensions take 2n + d weights. Where one "
          "input has two labels no net is right on both, of any width: with a quarter of the points in conflict, 75 %.",
          "Zhang, Bengio, Hardt, Recht & Vinyals 2017",
          memorization.Params(n_samples=256, width=512, conflicts=0.25),
          "share of the training points answered right, in %", lambda r: number_of(r, "train_accuracy"), 50.0, 80.0,
          "the conflicting labels", memorization.Params(n_samples=256, width=512)),
    Claim("1a-6", "(precision of 100%)", "note",
          "Precision is the share of true ones among the answers “yes”. The sheet means accuracy, the share of all "
          "answers that are right."),
    Claim("1a-7", "since the dataset can be represented by a function", "false",
          "Not if one input occurs with two labels. Of 64 points with a quarter repeated under the other label, no "
          "function answers more than 75 % right.",
          "",
          memorization.Params(width=512, conflicts=0.25), "share of the training points answered right, in %",
          lambda r: number_of(r, "train_accuracy"), 50.0, 80.0,
          "the conflicting labels", memorization.Params(width=512)),
    Claim("1a-8", "provided the network is properly tuned", "true under conditions",
          "That is the hard part: good weights exist, but gradient descent has to find them. On the sawtooth with 16 "
          "pieces the best of three learning rates leaves the net hardly better than the constant ½; a single tent "
          "is learned at the best of them (medians of eight starts).",
          "Telgarsky 2015 (the sawtooth)",
          tuned(SAWTOOTH), "least rms error over three learning rates",
          lambda *runs: min(number_of(r, "rms_error") for r in runs), 0.2, 0.35,
          "the number of folds", tuned(TENT), seeds=8),
    Claim("1b-1", "His conclusion is wrong because it overlooks the practical efficiency of using a single hidden "
                  "layer", "true under conditions",
          "True but incomplete: it also overlooks whether the weights can be learned, whether they answer new points, "
          "wrong labels, and the theorem's own conditions. 512 cheap units answer all of 64 coin tosses, and half of "
          "the new ones.",
          "Zhang, Bengio, Hardt, Recht & Vinyals 2017",
          memorization.Params(width=512, label_noise=0.5), "training accuracy less test accuracy, in percentage points",
          lambda r: number_of(r, "train_accuracy") - number_of(r, "test_accuracy"), 40.0, 60.0,
          "the labels without a rule", memorization.Params(width=512)),
    Claim("1b-2", "Approximating complex functions with just one hidden layer may require an extremely large number of "
                  "neurons", "true",
          "The sawtooth with 256 pieces takes one layer of 256 neurons; up to 254 are no better than the constant ½, "
          "for n neurons make n + 1 pieces at most. Eight layers of two neurons are exact.",
          "Telgarsky 2015",
          sawtooth.Params(folds=8, width=254), "largest error of 254 neurons in one layer",
          lambda r: number_of(r, "shallow_largest_error"), 0.45, 1.0,
          "the folds", sawtooth.Params(folds=1, width=254)),
    Claim("1b-3", "making the network computationally inefficient or even impractical",
          "true under conditions",
          "For functions that fold: ten folds take 3,073 parameters instead of 61, which is wasteful and not yet "
          "impractical; each further fold doubles the one and adds six to the other. One fold takes 7 either way.",
          "Telgarsky 2015",
          sawtooth.Params(folds=10, width=1), "parameters of the exact shallow net for each of the deep one",
          lambda r: times_as_many(r, "parameters"), 40.0, 60.0,
          "the folds", sawtooth.Params(folds=1, width=1)),
    Claim("1b-4", "MLPs with multiple hidden layers can approximate the same functions more efficiently by using "
                  "fewer neurons per layer", "true under conditions",
          "Exponentially so for functions that are compositions: 16 neurons instead of 256 for eight folds. For one "
          "kink there is nothing to gain, and in general smooth functions of many variables stay expensive.",
          "Telgarsky 2015; Montúfar et al. 2014",
          sawtooth.Params(folds=8, width=1), "neurons of the exact shallow net for each of the deep one",
          lambda r: times_as_many(r, "neurons"), 10.0, float("inf"),
          "the composition", sawtooth.Params(folds=1, width=1)),
    Claim("1b-5", "distributing the complexity across several layers", "true under conditions",
          "Layers can multiply the pieces, but training hardly does it: three layers of 16 could have 4,913 pieces; "
          "trained, they learn the tent and end with fewer pieces than their 48 neurons. Weights set by hand make "
          "256 pieces with 16 neurons.",
          "Hanin & Rolnick 2019; Telgarsky 2015",
          THREE_LAYERS, "share of starts that learn the tent with no more pieces than neurons",
          learned_with_few_pieces, 0.7, 1.0,
          "weights found by training", sawtooth.Params(folds=8), seeds=8, over="share"),
)
