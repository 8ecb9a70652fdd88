"""What the README's figures are made with: `make bench`, or `python -m benchmarks <part>`."""
