"""Deep learning experiments small enough to rerun while a slider moves."""

import torch

# One thread a run: many readers share the cores, and small tensors are slower on two threads.
torch.set_num_threads(1)
