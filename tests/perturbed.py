"""Findings hold on every machine: claims and known answers of trainings, run again with everything moved a little.

Rounding differs between processors, and training at the edge of learning amplifies it to the opposite answer. So what
the project says about trained networks must survive another instruction set, other seeds, and data moved by 10⁻⁷.

    python tests/perturbed.py          every perturbation that this machine can make, one after the other
    python tests/perturbed.py seeds    one of them
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

MOVED = 1e-7  # relative; float32 keeps 1.2e-7
# The variables that the tests below look at, and those that choose the instructions of torch and of its products.
PERTURBATIONS = {
    "plain": {},
    "seeds": {"PERTURBED_FIRST_SEED": "8"},
    "data": {"PERTURBED_DATA": "1"},
    "default": {"ATEN_CPU_CAPABILITY": "default"},
    "avx2": {"ATEN_CPU_CAPABILITY": "avx2"},
    "avx512": {"ATEN_CPU_CAPABILITY": "avx512"},
    "products": {"MKL_CBWR": "COMPATIBLE", "ONEDNN_MAX_CPU_ISA": "SSE41"},  # as the oldest processor multiplies
}

FIRST_SEED = int(os.environ.get("PERTURBED_FIRST_SEED", "0"))  # added to every seed of a claim
SEEDS = range(FIRST_SEED, FIRST_SEED + 8)  # for known answers of trained experiments: what most of these do


@contextmanager
def moved_data():
    """Multiply whatever torch draws by 1 + 10⁻⁷ u, if the environment asks for it; u is uniform on [−1, 1]."""
    if not os.environ.get("PERTURBED_DATA"):
        yield
        return
    import torch
    drawn = {name: getattr(torch, name) for name in ("rand", "randn", "rand_like", "randn_like")}
    filled = {name: getattr(torch.Tensor, name) for name in ("normal_", "uniform_")}

    def nudged(numbers):
        if numbers.is_meta or not numbers.is_floating_point():
            return numbers
        content = crc32(numbers.detach().contiguous().numpy())  # what is drawn twice is moved alike
        own = torch.Generator().manual_seed(content)
        with torch.no_grad():
            return numbers.mul_(1 + MOVED * (2 * drawn["rand"](numbers.shape, generator=own) - 1))

    for place, functions in ((torch, drawn), (torch.Tensor, filled)):
        for name, function in functions.items():
            setattr(place, name, lambda *a, _draw=function, **k: nudged(_draw(*a, **k)))
    try:
        yield
    finally:
        for place, functions in ((torch, drawn), (torch.Tensor, filled)):
            for name, function in functions.items():
                setattr(place, name, function)


def possible():
    """The perturbations that this processor can make."""
    known = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    lacks = [name for name, flag in (("avx2", "avx2"), ("avx512", "avx512f")) if flag not in known]
    return [name for name in PERTURBATIONS if name not in lacks]


def main(wanted):
    """Run the marked tests under each perturbation; the exit status is that of the worst."""
    failed = []
    for name in wanted or possible():
        print(f"── {name}", flush=True)
        ran = subprocess.run([sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-m", "trained",
                              "tests/test_claims.py", "tests/topics"],
                             cwd=Path(__file__).parent.parent, env={**os.environ, **PERTURBATIONS[name]})
        failed += [name] if ran.returncode else []
    print(f"failed: {', '.join(failed)}" if failed else "Every finding holds under every perturbation.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
