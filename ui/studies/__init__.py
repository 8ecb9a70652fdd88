"""The page of the studies: one is opened, and drawn as a map or as curves, with the law."""
