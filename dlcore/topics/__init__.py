"""One folder a topic, one module an experiment; the folder is the registry."""
