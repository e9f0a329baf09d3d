"""The faces: the only package that imports Qt."""
