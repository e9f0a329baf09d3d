"""Draws the plots: `python -m thorhud.report.plots`, JSON in on standard input, SVG by name out as JSON.

A process of its own, because matplotlib is large and wanted only here; nothing outside this package imports it.
Colours are drawn as roles, in values that stand for nothing (`thorhud.report.roles`), and the page gives each its
value for dark and light.
"""
