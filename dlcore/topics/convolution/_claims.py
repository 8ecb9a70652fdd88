"""What the answer sheet says of convolution against dense layers, and the run that decides each sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.convolution import architectures, matrix, shuffle


def counted(result: Any, layer: str, quantity: str) -> float:
    """A cell of the table `counts`."""
    table = result.counts
    return table[(table["layer"] == layer) & (table["quantity"] == quantity)]["value"].item()


def right(result: Any, model: str, condition: str = "in place", split: str = "test") -> float:
    """Accuracy of a model, the mean over the seeds."""
    table = result.accuracy
    kept = (table["model"] == model) & (table["condition"] == condition) & (table["split"] == split)
    return table[kept]["value"].mean()


def lead(result: Any, condition: str = "in place") -> float:
    """How much more of the test the CNN gets right than the MLP."""
    return right(result, "cnn", condition) - right(result, "mlp", condition)


def hardest_lead(result: Any) -> float:
    """The lead on shuffled pixels where the nets were trained on them, else on the pixels as they are."""
    return lead(result, "shuffled" if "shuffled" in set(result.accuracy["condition"]) else "in place")


def heavier(result: Any) -> float:
    """Parameters of a published net for each one of a small MLP with the same inputs and outputs."""
    return number_of(result, "parameters") / number_of(result, "MLP_of_300_units")


def operations(nets: Any, layer: Any) -> float:
    """The lesser of two ratios of multiply-adds: dense to convolution of one shape, small CNN to small MLP."""
    cost = nets.cost[nets.cost["quantity"] == "multiply_adds"].set_index("model")["value"]
    same_shape = counted(layer, "dense", "multiply_adds") / counted(layer, "convolution", "multiply_adds")
    return min(same_shape, cost["cnn"] / cost["mlp"])


def quick(**more: Any) -> shuffle.Params:
    """The patterns as they are."""
    return shuffle.Params(**{"shuffle_pixels": False, "steps": 60, **more})


IMAGE = matrix.Params(size=28, kernel_size=5, padding="valid")
ONE_PLACE = matrix.Params(size=7, kernel_size=7, padding="valid")  # the kernel fits at one place only
MOVING = shuffle.Params(steps=50)  # both worlds; the patterns move
COUNTED = quick(n_seeds=1, steps=20)  # its nets are counted, however long they are trained

CLAIMS = (
    Claim("2a-1", "The main advantage of using a CNN over an MLP in this case is that CNN exploits the local spatial "
          "structure of the images",
          "true", "Put the pixels in another order, the same one for every image, and the CNN falls to near chance: "
          "what it knew is that neighbors belong together. The MLP does not notice.",
          "Goodfellow, Bengio & Courville 2016",
          MOVING, "what shuffled pixels cost the CNN, as a share of the test",
          lambda r: right(r, "cnn") - right(r, "cnn", "shuffled"), 0.25, 0.6,
          "a kernel that sees neighbors", replace(MOVING, kernel_size=1), seeds=8),
    Claim("2a-2", "allowing the learning process to reduce the number of parameters by sharing weights across "
          "different regions.",
          "true under conditions", "Sharing reduces the number: each of the 25 weights of a 5×5 kernel is used at 576 "
          "places of a 28×28 image. But it is fixed by the architecture, before anything is learned, and a kernel as "
          "large as the image shares nothing. LeNet-5's first layer has 156 parameters, a dense one in its "
          "place 4,821,600.", "LeCun et al. 1998",
          IMAGE, "places at which one weight is used", lambda r: counted(r, "convolution", "nonzeros")
          / counted(r, "convolution", "distinct"), 100, 1000,
          "a kernel smaller than the image", ONE_PLACE),
    Claim("2a-3", "This approach, through the use of convolutions, enables CNNs to efficiently extract important "
          "features with lower computational demands.",
          "true under conditions", "Lower than a dense layer of the same shape, but not in proportion to the "
          "parameters: a CNN with 98 parameters does 10,384 multiply-adds, an MLP with 9,410 does 9,344. In AlexNet "
          "3.8 % of the parameters do 91.9 % of the multiply-adds.", "Krizhevsky, Sutskever & Hinton 2012",
          (COUNTED, matrix.Params(size=12)),
          "the lesser ratio of multiply-adds: dense layer to convolution of one shape, small CNN to small MLP",
          operations, 1, 10, "nine weights used at every one of 144 places",
          (replace(COUNTED, kernel_size=1), matrix.Params(size=12))),
    Claim("2a-4", "Alice's main difficulty is Large number of parameters.",
          "true under conditions", "The number alone does not decide: the same MLP is as good as the CNN as long as "
          "the patterns do not move. What it lacks is examples of every place.",
          "Zhang et al. 2017",
          MOVING, "lead of the CNN on new images after 256 examples", lead, 0.15, 0.6,
          "patterns that move", replace(MOVING, jitter=0), seeds=8),
    Claim("2a-5", "The MLP would need to connect every input pixel to every neuron in the next layer, leading to an "
          "enormous number of parameters(especially with images).",
          "true", "A neuron of a dense layer has one weight for each pixel, one of a convolution has k²: 87 times "
          "fewer for a 28×28 image and k = 3. From 224×224×3 pixels to 1,000 neurons it is 150,529,000 parameters.",
          "Goodfellow, Bengio & Courville 2016",
          matrix.Params(size=28), "weights into a dense neuron for each one into a neuron of the convolution",
          lambda r: counted(r, "dense", "nonzeros") / counted(r, "convolution", "nonzeros"), 50, 200,
          "a kernel smaller than the image", ONE_PLACE),
    Claim("2a-6", "This makes the network difficult to train(and even impossible)",
          "false", "The MLP learns its training images and is right on about 80 % of new ones with 1,024 "
          "examples; with 32 it stays near chance. It trains well and needs more examples.",
          "Ciresan et al. 2010",
          quick(n_samples=1024), "accuracy of the MLP, the lesser of training and new images",
          lambda r: min(right(r, "mlp", split="train"), right(r, "mlp")), 0.7, 1,
          "enough examples", quick(n_samples=32), seeds=8),
    Claim("2a-7", "and prone to overfitting.",
          "true under conditions", "With 256 examples of patterns that move it is right on all of them and on about "
          "two thirds of new ones. With the same 9,410 parameters and a pattern that stays there is no gap: the "
          "number of parameters does not predict overfitting.", "Zhang et al. 2017",
          MOVING, "training accuracy minus test accuracy of the MLP",
          lambda r: right(r, "mlp", split="train") - right(r, "mlp"), 0.2, 0.6,
          "patterns that move", replace(MOVING, jitter=0), seeds=8),
    Claim("2b-1", "I disagree with Alice's claim. … CNNs are specifically designed to exploit the spatial structure of "
          "the images.",
          "true under conditions", "About what the nets can express Alice is right: every convolution is a dense "
          "layer. The difference is how many examples they need: some tasks take a dense net, trained by gradient "
          "descent, of the order of d² examples where a convolutional one needs a constant number.",
          "Li, Zhang & Arora 2021",
          MOVING, "lead of the CNN on new images after 256 examples", lead, 0.24, 0.6,
          "few examples", replace(MOVING, n_samples=1024), seeds=8),
    Claim("2b-2", "This allows CNNs to learn features more efficiently and effectively than MLPs",
          "true under conditions", "Where neighbors belong together and the same thing may be anywhere. On shuffled "
          "pixels the MLP wins.", "Goodfellow, Bengio & Courville 2016",
          quick(n_samples=1024), "lead of the CNN on new images of the kind it was trained on", hardest_lead, 0, 0.6,
          "neighbors that stay neighbors", quick(n_samples=1024, shuffle_pixels=True), seeds=8),
    Claim("2b-3", "and with far fewer parameters. CNNs use the same filters (weights) across different regions of the "
          "input, which drastically reduces the number of parameters",
          "true under conditions", "Layer against layer of the same shape, yes. A whole CNN can be larger than an MLP "
          "for the same images: VGG-16 has 138,357,544 parameters, 89.4 % of them in its dense layers, an MLP with 300 "
          "hidden units 45,459,700. LeNet-5 has fewer than such an MLP.", "Simonyan & Zisserman 2015",
          architectures.Params(architecture="vgg16"),
          "parameters of the CNN for each one of an MLP with 300 hidden units, same images, same answers", heavier, 1,
          100, "the size of the net: 13 convolutions of up to 512 maps and two dense layers of 4,096",
          architectures.Params(architecture="lenet5")),
    Claim("2b-4", "and improves generalization.",
          "true under conditions", "To places it has not seen: a convolution moves with its input (equivariance) and "
          "a pool over the whole image forgets the place (invariance). Stride and zero padding break the first; where "
          "the place is the answer, the second is fatal.", "Kayhan & van Gemert 2020",
          quick(n_samples=1024), "lead of the CNN on moved test images",
          lambda r: lead(r, "shifted"), 0.32, 0.75, "test images that have moved",
          quick(n_samples=1024, test_shift=0), seeds=8),
    Claim("2b-5", "It's similar to an MLP, but with many weights being either shared or set to zero.",
          "true", "Exactly: a 5×5 convolution of a 28×28 image is a 576×784 matrix with 14,400 non-zero entries "
          "(3.19 %) and 25 different values.", "Goodfellow, Bengio & Courville 2016",
          IMAGE, "non-zero entries of the layer's matrix, in %",
          lambda r: 100 * counted(r, "convolution", "nonzeros") / counted(r, "dense", "nonzeros"), 3.1, 3.3,
          "a kernel smaller than the image", ONE_PLACE),
    Claim("2b-6", "Additionally, convolutional layers apply kernels to the input to extract relevant features, while "
          "also reducing the spatial dimensions of the data.",
          "true under conditions", "The side becomes ⌊(n + 2p − k)/s⌋ + 1: without padding it shrinks by k − 1, a "
          "stride divides it, but with padding (k − 1)/2 and stride 1 it stays.", "Dumoulin & Visin 2016",
          IMAGE, "pixels by which the side shrinks", lambda r: 28 - counted(r, "convolution", "output_side"), 1, 27,
          "no padding", matrix.Params(size=28, kernel_size=5, padding="zeros")),
    Claim("2b-7", "While both MLPs and CNNs apply linear operations followed by non-linear activations",
          "true", "A convolution answers a sum of images with the sum of its answers, like a dense layer: one matrix "
          "says all about it, up to rounding. After the ReLU no matrix does.", "Goodfellow, Bengio & Courville 2016",
          matrix.Params(), "largest difference between the layer's answer and its matrix times the image",
          lambda r: number_of(r, "superposition_gap"), 0, 1e-12, "the linear operation alone",
          matrix.Params(activation="relu")),
)
