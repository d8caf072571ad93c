"""Weigh the signals, order the candidates, and say why."""
