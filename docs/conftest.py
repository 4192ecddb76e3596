"""The pages' examples are tests; the scripts that draw pictures are not."""

from importlib.util import find_spec

collect_ignore_glob = ["*.py", "_build/*", "auto_examples/*", "generated/*"]
if not all(map(find_spec, ("onnx", "onnxruntime", "skl2onnx"))):
    collect_ignore_glob.append("export.md")
