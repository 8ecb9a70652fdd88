"""Several processes of the app behind one nginx: `make hall`, and the files for containers."""
