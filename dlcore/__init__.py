"""Deep learning experiments small enough to rerun while a slider moves."""

import os

# One thread a run: many readers share the cores, and small tensors are slower on two threads. The server answers each
# redraw in a thread of its own, and torch's setting does not reach MKL there: a first frame of thirty layers took 72 ms
# of processor time instead of 17. The variable does, if it is set before torch is loaded.
os.environ["OMP_NUM_THREADS"] = "1"
# MKL keeps buffers for every thread that has asked for a product. Products are as fast without.
os.environ["MKL_DISABLE_FAST_MM"] = "1"

import torch  # noqa: E402

torch.set_num_threads(1)
