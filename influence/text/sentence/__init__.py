"""A sentence model for ten languages (extra ``languages``): built on this machine from a package, read with ONNX."""
