"""Draws the plots: `python -m thorhud.report.plots`, a job as JSON on standard input, the plots as JSON on output.

A process of its own, because matplotlib is large and wanted only here; nothing outside this package imports it.
For the page colours are drawn as roles, in values that stand for nothing (`thorhud.report.roles`), and the page gives
each its value for dark and light; for picture files they are drawn as they are.
"""
