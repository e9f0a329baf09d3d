"""Looks at one unit: what `thorhud.domain.check_table` lists."""
