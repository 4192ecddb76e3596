"""The pages' examples are tests; the scripts that draw pictures are not."""

collect_ignore_glob = ["*.py", "_build/*", "auto_examples/*", "generated/*"]
