"""Data of the reader's own, as the short texts that a link carries: what is wrong with one, and what it stands for."""
