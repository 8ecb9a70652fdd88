"""Studies: one experiment over a grid of settings and many seeds, on this machine or on a cluster."""
