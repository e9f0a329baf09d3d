"""The honest ladder: gates, warm-up, repeats, sweep and parity, one configuration after another."""
