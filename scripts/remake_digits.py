"""Remake `dlcore/topics/convolution/digits.npz` from scikit-learn's copy of the UCI digits.

    pip install scikit-learn && python scripts/remake_digits.py
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).parent.parent / "dlcore/topics/convolution/digits.npz"

digits = load_digits()
np.savez_compressed(TARGET, images=digits.images.astype(np.uint8), labels=digits.target.astype(np.uint8))
print(f"{TARGET}: {len(digits.images)} digits, {TARGET.stat().st_size:,} bytes")
