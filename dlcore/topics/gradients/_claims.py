"""What the answer sheet says about vanishing and exploding gradients, and the runs that decide it."""

from __future__ import annotations

import math
from dataclasses import replace

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.gradients import chain, deep_net, recurrent, remedies
from dlcore.topics.gradients._readings import decades, far_from_formula, far_from_sheet, measured

RELU_CHAIN = chain.Params(depth=20, weight=5.0, activation="relu")
# Layers of ReLU, as PyTorch initializes them, with a step size at which He's learn.
THIRTY = remedies.Params(learning_rate=0.01, momentum=0.9, width=16, steps=60)
FIFTEEN, SIXTY = (replace(THIRTY, depth=depth, steps=50) for depth in (15, 60))
EXPLODING = remedies.Params(initialization="scaled", weight_scale=2.8, learning_rate=0.05, momentum=0.0, steps=50)

CLAIMS = (
    Claim("10a-1", "the gradients used to update the weights during backpropagation become very small (close to zero "
                   "and even become zero) as they are propagated back through the layers of the network", "true",
          "Zero is meant literally: the sheet's own chain, in float32, has a gradient of exactly 0 from 29 layers on. "
          "In float64 the first weight's is 3.4×10⁻⁴⁶.", "Hochreiter 1991; Bengio, Simard & Frasconi 1994",
          chain.Params(depth=29, dtype="float32"), "∂L/∂w₁ of 29 layers in float32",
          lambda r: number_of(r, "first_weight_gradient"), 0.0, 0.0,
          "float32, which ends at 1.4×10⁻⁴⁵", chain.Params(depth=29)),
    Claim("10a-2", "This can effectively stop the weights from changing, leading to little or no learning in the early "
                   "layers of the network", "true under conditions",
          "Not always the early ones. In a ReLU net with Xavier's initialization the weight gradients of all 30 layers "
          "are measured between 8×10⁻⁵ and 2×10⁻⁴: all starve alike, and none of them is early. Layer 1 gets about as "
          "much as layer 30 at its weights, and some hundred-thousandths of it at its pre-activations.",
          "He et al. 2015",
          deep_net.Params(depth=30, activation="relu", initialization="xavier"),
          "weight gradient of layer 1 over that of layer 30",
          lambda r: number_of(r, "weights_first_to_last"), 0.2, 10.0,
          "ReLU, which loses as much going forward as going back",
          deep_net.Params(depth=30, activation="sigmoid", initialization="xavier")),
    Claim("10a-4", "Exploding Gradients the gradients used to update the weights during backpropagation become "
                   "excessively large as they are propagated back through the layers of the network", "true",
          "In the sheet's own chain of twenty ReLU layers with w = 5, ∂L/∂w is 5¹⁹ = 1.9×10¹³ in every layer.",
          "Bengio, Simard & Frasconi 1994",
          RELU_CHAIN, "log₁₀ of ∂L/∂w₁", lambda r: math.log10(number_of(r, "first_weight_gradient")), 13.2, 13.4,
          "the weight 5 in every factor", chain.Params(depth=20, weight=1.0, activation="relu")),
    Claim("10a-3", "This large gradients cause updates to the model's weights to be excessively high (even become "
                   "NaN), destabilizing the learning process, and causing the network to fail to converge or diverge "
                   "entirely", "true",
          "With weights twice as large as He's, the first update of 30 ReLU layers is already the last: after it the "
          "loss is no longer finite.", "Pascanu, Mikolov & Bengio 2013",
          EXPLODING, "last step with a finite loss, of 50",
          lambda r: number_of(r, "step"), 0.0, 10.0,
          "the scale of the weights", replace(EXPLODING, weight_scale=1.4), seeds=8),
    Claim("10b-1", "Layer 1: σ(0.1 * 1) ≈ 0.525, Layer 2: σ(0.1 * 0.525) ≈ 0.513 … Layer 6: σ(0.1 * 0.5128) ≈ 0.5128",
          "true", "Exactly .5249792, .5131215, .5128252, .5128178, .5128176, .5128176.", "",
          chain.Params(), "largest distance from the sheet's activations", far_from_sheet, 0.0, 2e-4,
          "the weight 0.1", chain.Params(weight=0.2)),
    Claim("10b-2", "Layer 3: σ(0.1 * 513) ≈ 0.5128", "note",
          "A decimal point is missing: σ(0.1 · 0.513). As printed it would be σ(51.3) = 1."),
    Claim("10b-3", "Layer 6: σ'(0.5128) ≈ 0.25", "false",
          "σ'(0.5128) = 0.2343. The derivative belongs at z₆ = 0.0513, where it is 0.24984; 0.5128 is h₆.", "",
          chain.Params(depth=1, weight=0.5128), "σ'(0.5128)", lambda r: measured(r, "delta")[0], 0.234, 0.235,
          "the point at which it is taken", chain.Params(depth=1, weight=0.0513)),
    Claim("10b-4", "Layer 5: σ'(z_6) * 0.25 … Layer 4: σ'(z_5) * 0.0624 … Layer 1: σ'(z_2) * 9.75×10⁻⁴", "false",
          "Each index is one too high: σ'(z₆) is used twice and σ'(z₁) never. The last factor is w σ'(z₁), and with an "
          "input of 2 it is 0.105, where σ'(z₂) would give 0.207.", "the chain rule",
          chain.Params(depth=2, weight=1.0, x=2.0), "δ₁/(w δ₂) of two layers with w = 1, x = 2",
          lambda r: measured(r, "delta")[0] / measured(r, "delta")[1], 0.104, 0.106,
          "the input, which sets z₁ apart from z₂", chain.Params(depth=2, weight=1.0, x=0.659)),
    Claim("10b-5", "Layer 5: σ'(z_6) * 0.25 ≈ 0.0624 … Layer 1: σ'(z_2) * 9.75×10⁻⁴ ≈ 2.44×10⁻⁴", "false",
          "Every step leaves the weight out. ∂h₆/∂x is 2.43×10⁻¹⁰ and ∂h₆/∂w₁ is 2.43×10⁻⁹: the sheet is a "
          "million times too large for the one, a hundred thousand for the other. A layer divides by 40, not by 4.",
          "the chain rule",
          chain.Params(), "the sheet's gradient over ∂h₆/∂x", lambda r: number_of(r, "ratio"), 1.0e6, 1.01e6,
          "the weight 0.1 in every factor", chain.Params(weight=1.0)),
    Claim("10b-6", "Example to Vanishing Gradients: activation function: σ(x) … Suppose we have 6 layers, with weights "
                   "of 0.1 and input of 1", "true under conditions",
          "Implied: the sigmoid is to blame. Its slope is at most 1/4, so it makes any chain with |w| < 4 vanish, and "
          "does so alone if the weights are 1. Here it takes 3.6 of the 9.6 decades and the weights of 0.1 the other "
          "6; no unit is saturated, for σ' is at its largest.", "the chain rule: every factor is |w σ'(z)| ≤ |w|/4",
          chain.Params(), "log₁₀ of the weights' product less that of the slopes'",
          lambda r: decades(r, "weights") - decades(r, "slopes"), -2.5, -2.2,
          "the weight 0.1", chain.Params(weight=1.0)),
    Claim("10b-7", "if we take the same network with 20 layers, the gradient of the first layer will be almost zero "
                   "(~10x-10)", "false",
          "Almost zero, but not by 10⁻¹⁰: ∂h₂₀/∂w₁ = 9.0×10⁻³². Even the sheet's own rule gives 0.25²⁰ = 9.1×10⁻¹³.",
          "", chain.Params(depth=20), "log₁₀ of ∂h₂₀/∂w₁", lambda r: math.log10(number_of(r, "first_weight_gradient")),
          -31.1, -31.0, "the weight 0.1 in every factor", chain.Params(depth=20, weight=1.0)),
    Claim("10b-8", "Layer 1: ReLU(5) = 5, Layer 2: ReLU(5 * 5) = 25, Layer 3: ReLU(5 * 25) = 125 … Layer 10: "
                   "ReLU(5 * 5^9) = 5^10", "true", "5^l in every layer l.", "",
          RELU_CHAIN, "h₁₀ / 5¹⁰", lambda r: measured(r, "activation")[9] / 5**10, 1 - 1e-9, 1 + 1e-9,
          "the weight 5", chain.Params(depth=20, weight=4.0, activation="relu")),
    Claim("10b-9", "Suppose we have 20 layers, with weights of 5 and input of 1 … Backpropagation: we will get that "
                   "∂L/∂x = 5^10", "false",
          "That would be ten layers. Twenty give 5²⁰ = 9.5×10¹³, and 5¹⁹ for the weight of each layer; with L = ½h² it "
          "is 5⁴⁰ = 9.1×10²⁷.", "the chain rule",
          RELU_CHAIN, "∂L/∂x over the sheet's 5¹⁰", lambda r: 1 / number_of(r, "ratio"), 5**10 - 1, 5**10 + 1,
          "the layers beyond the tenth", chain.Params(depth=10, weight=5.0, activation="relu")),
    Claim("10b-10", "Example to Exploding Gradients: activation function: ReLU(x) = max(0, x) … weights of 5",
          "true under conditions",
          "With ReLU and a positive weight. The same weights of 5 with tanh saturate it, and the gradient is "
          "1.5×10⁻⁶¹; with weights of −5 ReLU gives exactly 0.", "",
          RELU_CHAIN, "log₁₀ of ∂L/∂x", lambda r: math.log10(number_of(r, "input_gradient")), 13.9, 14.1,
          "a slope that does not saturate", chain.Params(depth=20, weight=5.0, activation="tanh")),
    Claim("10b-11", "At each layer, the gradient shrinks as it propagates backward. By the time we reach the first "
                    "layer, the gradient is very small", "true under conditions",
          "It shrinks where every |w σ'(z)| is below 1, here 0.025. Held at the same slope by b = −w/2, a weight of 5 "
          "makes every factor 1.25, and it grows.",
          "Hochreiter 1991",
          chain.Params(bias="centred", x=0.5), "largest factor from one layer to the one before it, all z being 0",
          lambda r: (measured(r, "delta")[:-1] / measured(r, "delta")[1:]).max(), 0.0, 0.99,
          "every |w σ'(z)| below 1", chain.Params(weight=5.0, bias="centred", x=0.5)),
    Claim("10b-12", "σ(x) = 1/(1 + e^(−x)), σ'(x) = σ(x) * (1 − σ(x))", "true",
          "At x = 1: σ = 0.731 and σ' = 0.731 · 0.269 = 0.197.", "",
          chain.Params(depth=1, weight=1.0), "how far σ(1) and σ'(1), the latter by autograd, are from the formulas",
          far_from_formula, 0.0, 1e-12, "the sigmoid", chain.Params(depth=1, weight=1.0, activation="tanh")),
    Claim("10c-1", "Use ReLU as the activation function in place of sigmoid or tanh", "true under conditions",
          "Neither enough nor needed. With PyTorch's default initialization a layer keeps 1/6 of the variance: thirty "
          "ReLU layers stay at chance. They learn with He's weights, and so does tanh with Xavier's.",
          "Glorot & Bengio 2010; He et al. 2015; Schoenholz et al. 2017",
          THIRTY, "accuracy of 30 ReLU layers after 60 steps", lambda r: number_of(r, "accuracy"),
          0.4, 0.6, "PyTorch's default initialization", replace(THIRTY, initialization="he"), seeds=8),
    Claim("10c-2", "Unlike sigmoid and tanh, which compress their output values towards the extremes (near 0 or 1)",
          "false", "tanh's extremes are −1 and 1, and its slope at 0 is 1: with σ_w = 1 it is just critical.", "",
          chain.Params(depth=1, weight=-6.0, activation="tanh"), "output at z = −6",
          lambda r: measured(r, "activation")[0], -1.0, -0.99,
          "tanh instead of sigmoid", chain.Params(depth=1, weight=-6.0)),
    Claim("10c-3", "ReLU remains unsaturated for positive inputs", "true",
          "Its slope there is 1. For negative inputs it is exactly 0: on average half of the units pass nothing, which "
          "is where He's factor of 2 comes from.", "He et al. 2015",
          RELU_CHAIN, "log₁₀ of the product of 20 slopes", lambda r: decades(r, "slopes"), 0.0, 0.0,
          "positive inputs", chain.Params(depth=20, weight=-5.0, activation="relu")),
    Claim("10c-4", "it reduces the risk of exploding or vanishing gradients in deep CNNs networks",
          "true under conditions",
          "It controls what goes forward. Going back through a fresh ReLU net it is itself the cause of an explosion, "
          "by √(π/(π−1)) = 1.21 a layer; with residual connections it is benign. Measured here on dense layers, not on "
          "convolutions.", "Yang et al. 2019",
          deep_net.Params(depth=50, activation="relu", initialization="he", normalization="batch", width=128),
          "gradient of layer 1 over that of layer 50", lambda r: number_of(r, "first_to_last"), 1e3, 1e6,
          "batch normalization",
          deep_net.Params(depth=50, activation="relu", initialization="he", width=128)),
    Claim("10c-5", "By controlling the activation values and preventing them from becoming too large or too small",
          "true", "Forward it does: whatever the scale of the weights, every layer's output has the same spread.",
          "Ioffe & Szegedy 2015",
          deep_net.Params(activation="relu", weight_scale=4.0, normalization="batch"),
          "spread of the last layer's output over the first's",
          lambda r: measured(r, "activation_std")[-1] / measured(r, "activation_std")[0], 0.5, 2.0,
          "batch normalization", deep_net.Params(activation="relu", weight_scale=4.0)),
    Claim("10c-6", "Gradient clipping limits the maximum norm value of gradients during backpropagation to a "
                   "pre-defined number … If the gradient gets too large, we rescale it to keep it small. Gradient "
                   "clipping ensures the gradient vector has norm at most c", "true",
          "It is done after the backward pass, before the update: the whole gradient is shortened to c and keeps its "
          "direction. At c = 1 and α = 0.05 no step is longer than 0.05.", "Pascanu, Mikolov & Bengio 2013",
          recurrent.Params(), "longest step over the learning rate, with c = 1",
          lambda r: number_of(r, "largest_step") / 0.05, 0.99, 1.0,
          "clipping", recurrent.Params(clip_norm="off")),
    Claim("10c-7", "preventing the Exploding Gradients issue", "true under conditions",
          "It bounds the step, not the gradient: the cliff is still there, and with c = 1 the path still meets a "
          "gradient of tens to hundreds. Nor does clipping help one that vanishes.", "Pascanu, Mikolov & Bengio 2013",
          recurrent.Params(), "largest gradient that the clipped path meets",
          lambda r: r.path[r.path.kind == "clipped"].gradient_norm.max(), 1.5, math.inf,
          "the cliff, which needs a large recurrent weight", recurrent.Params(weight=2.0)),
    Claim("10c-8", "MLP - Vanishing Gradients - Use ReLU … CNN - Use Batch normalization … RNN - Exploding Gradients - "
                   "Gradient clipping", "true under conditions",
          "The list leaves out what matters most: initialization, residual connections, gated cells (LSTM, GRU), "
          "orthogonal recurrent weights, layer normalization. Residual connections alone, their layers scaled by 1/√N, "
          "take the default net from chance to more than eight points in ten; unscaled they need a smaller step size.",
          "He et al. 2016; Hochreiter & Schmidhuber 1997; Saxe et al. 2013",
          replace(THIRTY, residual="scaled"), "accuracy of 30 ReLU layers after 60 steps",
          lambda r: number_of(r, "accuracy"), 0.7, 1.0, "the residual connections", THIRTY, seeds=8),
    Claim("10c-9", "This property enables gradients to pass through the network more easily during backpropagation, "
                   "decreasing the chances of them shrinking excessively", "true under conditions",
          "Compared with the sigmoid. With the same Xavier weights tanh passes more than ReLU: over thirty layers each "
          "multiplies the gradient by 0.93 on average, against 0.69, for half of ReLU's slopes are 0.",
          "He et al. 2015; Schoenholz et al. 2017",
          (deep_net.Params(activation="relu", initialization="xavier"),
           deep_net.Params(activation="tanh", initialization="xavier")),
          "growth a layer of ReLU over that of tanh",
          lambda relu, tanh: number_of(relu, "growth_per_layer") / number_of(tanh, "growth_per_layer"), 0.5, 0.9,
          "tanh, whose slope at 0 is 1",
          (deep_net.Params(activation="relu", initialization="xavier"),
           deep_net.Params(activation="sigmoid", initialization="xavier"))),
    Claim("10c-10", "This helps maintain stable gradients during training", "true under conditions",
          "At moderate depth: after 50 steps fifteen ReLU layers with PyTorch's default initialization are right on "
          "nearly all points, sixty between chance and four points in five.",
          "Ioffe & Szegedy 2015; Yang et al. 2019",
          (replace(FIFTEEN, normalization="batch"), replace(SIXTY, normalization="batch")),
          "accuracy of 15 ReLU layers after 50 steps, less that of 60 layers",
          lambda fifteen, sixty: number_of(fifteen, "accuracy") - number_of(sixty, "accuracy"), 0.12, 1.0,
          "batch normalization", (FIFTEEN, SIXTY), seeds=8),
)
