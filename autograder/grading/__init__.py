"""From a folder of notebooks to marks."""
