"""Kernels of audience quality: what is odd about followers, growth, reactions and comments, as arrays."""
